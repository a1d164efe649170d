//! `config check`: all that is wrong, at once.

use clap::Args;
use serde_json::json;

use super::Settings;
#[cfg(feature = "temporal")]
use crate::engine::temporal::codec::Codec;
use crate::{
    cli::{
        exit::{Exit, Fault},
        program::{Program, print},
    },
    error::StartError,
};

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Count what is only told of at a start, such as a queue that nothing names, as wrong too
    #[arg(long)]
    strict: bool,
}

impl Check {
    pub(super) fn execute(self, mut program: Program, settings: &Settings) -> Result<Exit, Fault> {
        let json = program.json;
        let config = match program.builder.configuration() {
            Ok(config) => config.clone(),
            Err(error) => return Err(told(&[error], &[])),
        };
        let mut errors = Vec::new();
        if let Err(error) = settings.temporal(&config) {
            errors.push(error);
        }
        #[cfg(feature = "temporal")]
        {
            // Whichever it is, what is wrong with keys and stores is the same.
            let namespace = config.temporal.namespace.as_deref().unwrap_or("default");
            if let Err(error) = Codec::of(None, &config, namespace) {
                errors.push(error);
            }
        }
        let (others, mut warnings) = program.builder.wrong()?;
        errors.extend(others);
        warnings.sort();
        if !errors.is_empty() || (self.strict && !warnings.is_empty()) {
            return Err(told(&errors, &warnings));
        }
        let document = json!({ "file": crate::config::Config::place(), "warnings": warnings });
        print(json, &document, || {
            let file = match crate::config::Config::place() {
                Some(path) => path.display().to_string(),
                None => "no flock.toml".to_owned(),
            };
            let warnings = warnings
                .iter()
                .map(|warning| format!("warning: {warning}\n"));
            format!("{}{file}: nothing is wrong\n", warnings.collect::<String>())
        });
        Ok(Exit::Done)
    }
}

/// Everything as one fault, a line each.
fn told(errors: &[StartError], warnings: &[String]) -> Fault {
    let lines: Vec<String> = errors
        .iter()
        .flat_map(|error| {
            error
                .to_string()
                .lines()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .chain(warnings.iter().cloned())
        .collect();
    let document = json!({ "error": { "message": lines.join("\n"), "faults": lines } });
    Fault::usage(lines.join("\n")).with_document(document)
}
