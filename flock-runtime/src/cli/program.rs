//! What every command is given.

use serde::Serialize;

use super::{exit::Fault, render::show};
use crate::{
    flock::{entry::FlockEntry, registry::Registry},
    runtime::RuntimeBuilder,
};

/// The program, set up, and how it was called.
pub(super) struct Program {
    pub(super) builder: RuntimeBuilder,
    pub(super) json: bool,
}

/// Prints `document` with `--json`, else `text`.
pub(super) fn print(json: bool, document: &impl Serialize, text: impl FnOnce() -> String) {
    if json {
        show::json(document);
    } else {
        show::text(&text());
    }
}

/// The flock of this name, or of an item of this name, or a fault that says which there are.
pub(super) fn find_flock(registry: &Registry, name: &str) -> Result<&'static FlockEntry, Fault> {
    let by_item = || {
        let mut flocks = registry.flocks();
        flocks.find(|flock| flock.descriptor.rust_name == name)
    };
    registry.flock(name).or_else(by_item).ok_or_else(|| {
        let names: Vec<_> = registry
            .flocks()
            .map(|flock| flock.descriptor.name)
            .collect();
        Fault::usage(unknown("flock", name, &names))
    })
}

/// The first line of a description.
pub(super) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// "there is no flock `reserch`; did you mean `research`? There are `compare`, `research`".
pub(super) fn unknown(what: &str, name: &str, names: &[&str]) -> String {
    let mut said = format!("there is no {what} `{name}`");
    if let Some(near) = nearest(name, names) {
        said += &format!("; did you mean `{near}`?");
    }
    if names.is_empty() {
        said += &format!("; this program has no {what}s");
    } else {
        said += &format!("\n{what}s: {}", names.join(", "));
    }
    said
}

/// The name that looks most like `name`, where one does.
pub(super) fn nearest<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    names
        .iter()
        .map(|known| {
            (
                strsim::damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase()),
                *known,
            )
        })
        // A third of the letters may be wrong.
        .filter(|(apart, known)| *apart <= known.chars().count().max(3) / 3)
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_name() {
        let names = ["compare", "research"];
        assert_eq!(nearest("reserch", &names), Some("research"));
        assert_eq!(nearest("Research", &names), Some("research"));
        assert_eq!(nearest("pizza", &names), None);
        assert_eq!(
            unknown("flock", "reserch", &names),
            "there is no flock `reserch`; did you mean `research`?\nflocks: compare, research"
        );
        assert_eq!(
            unknown("flock", "x", &[]),
            "there is no flock `x`; this program has no flocks"
        );
    }
}
