//! What commands show of the configuration.

use serde_json::Value;

use super::{
    Config,
    frame::{Place, Row, Section, Shape, document, quoted},
    written::at,
};

/// A key that somebody set.
#[derive(Debug)]
pub(crate) struct Set<'a> {
    pub(crate) path: &'a [String],
    /// As TOML writes it.
    pub(crate) toml: &'a str,
    pub(crate) json: &'a Value,
    /// Where: `flock.toml:3`, or a variable.
    pub(crate) from: String,
}

impl Config {
    /// Each key that was set, in the order of their names.
    pub(crate) fn set(&self) -> impl Iterator<Item = Set<'_>> {
        self.written.0.iter().filter_map(|(path, entry)| {
            let (toml, json) = entry.value.as_ref()?;
            Some(Set {
                path,
                toml,
                json,
                from: match &entry.place {
                    Place::Variable(name) => name.to_string(),
                    place => at(&self.path, place.line()),
                },
            })
        })
    }

    /// The keys that can be set, each with what is built in: of sections that everyone has.
    pub(crate) fn built_in() -> Vec<(String, &'static str)> {
        let mut keys = Vec::new();
        built_in("", &Self::rows(), &mut keys);
        keys
    }

    /// The JSON Schema of a file for a program with these agents.
    pub(crate) fn schema(agents: &[&str]) -> Value {
        document(&Self::rows(), agents)
    }
}

fn built_in(before: &str, rows: &[Row], keys: &mut Vec<(String, &'static str)>) {
    for row in rows {
        let key = format!("{before}{}", row.key);
        match &row.shape {
            Shape::Section(rows) => built_in(&format!("{key}."), rows, keys),
            Shape::Map(_) => {}
            _ if row.built_in.is_empty() => {}
            _ => keys.push((key, row.built_in)),
        }
    }
}

/// A key's path as TOML writes it.
pub(crate) fn toml_path(path: &[String]) -> String {
    let keys: Vec<_> = path.iter().map(|key| quoted(key)).collect();
    keys.join(".")
}
