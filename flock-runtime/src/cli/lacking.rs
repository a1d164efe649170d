//! Commands and values that a program lacks because it was built without a feature.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

/// What needs the feature `temporal`.
const TEMPORAL: [&str; 19] = [
    "health",
    "start",
    "result",
    "worker",
    "list",
    "status",
    "signal",
    "query",
    "update",
    "approvals",
    "approve",
    "reject",
    "cancel",
    "terminate",
    "deployments",
    "history",
    "record",
    "replay",
    "schedules",
];

/// Names the feature, where the want of one is what is wrong.
pub(super) fn named(error: Error) -> Error {
    match sentence(&error) {
        Some(sentence) => Error::raw(error.kind(), sentence),
        None => error,
    }
}

fn sentence(error: &Error) -> Option<String> {
    let word = |kind| match error.get(kind)? {
        ContextValue::String(word) => Some(word.as_str()),
        _ => None,
    };
    let (what, feature) = match error.kind() {
        ErrorKind::InvalidSubcommand => match word(ContextKind::InvalidSubcommand)? {
            "dev" => ("dev", "dev-server"),
            "deploy" => ("deploy", "deploy"),
            other => (*TEMPORAL.iter().find(|known| **known == other)?, "temporal"),
        },
        ErrorKind::InvalidValue if word(ContextKind::InvalidArg)?.starts_with("--engine") => {
            let value = word(ContextKind::InvalidValue)?;
            match value {
                "temporal" => ("--engine temporal", "temporal"),
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(format!(
        "`{what}` needs the feature `{feature}`, without which this program was built: \
         cargo add flock-agents --features {feature}\n"
    ))
}

#[cfg(test)]
mod tests {
    use clap::{Arg, Command, builder::PossibleValuesParser};

    use super::*;

    fn said(line: &str) -> String {
        let engine = Arg::new("engine")
            .long("engine")
            .value_name("ENGINE")
            .value_parser(PossibleValuesParser::new(["local"]));
        let run = Command::new("run").arg(engine);
        let program = Command::new("app").subcommand(run);
        let words = ["app"].into_iter().chain(line.split(' '));
        let refused = program.try_get_matches_from(words).unwrap_err();
        named(refused).to_string()
    }

    #[test]
    fn a_missing_feature_is_named() {
        for (line, what, feature) in [
            ("dev", "`dev`", "dev-server"),
            ("deploy", "`deploy`", "deploy"),
            ("worker", "`worker`", "temporal"),
            ("health", "`health`", "temporal"),
            ("run --engine temporal", "`--engine temporal`", "temporal"),
        ] {
            let said = said(line);
            let wanted = format!("{what} needs the feature `{feature}`");
            assert!(said.contains(&wanted), "{said}");
            assert!(said.ends_with(&format!("--features {feature}\n")), "{said}");
        }
        assert!(said("reserch").contains("unrecognized subcommand"));
        assert!(said("run --engine moon").contains("invalid value"));
    }
}
