//! Temporal's own variables.

use std::{collections::HashMap, env, ffi::OsString};

use crate::error::StartError;

/// Other names of variables, by which other programs know them.
const ALIASES: [(&str, &str); 4] = [
    ("TEMPORAL_HOST", "TEMPORAL_ADDRESS"),
    ("TEMPORAL_CLIENT_CERT", "TEMPORAL_TLS_CLIENT_CERT_PATH"),
    ("TEMPORAL_CLIENT_KEY", "TEMPORAL_TLS_CLIENT_KEY_PATH"),
    ("TEMPORAL_SERVER_CA", "TEMPORAL_TLS_SERVER_CA_CERT_PATH"),
];

/// What is said of one in place of its file, without showing it.
pub(super) const NO_PATH: &str = "it is a PEM itself, and the path of a file is wanted: keep it in a file, or give it by the variable TEMPORAL_TLS_…_DATA";

/// Whether a text is a certificate or a key.
pub(super) fn is_pem(text: &str) -> bool {
    text.contains("-----BEGIN")
}

/// Those that say something, by their first names: a map, since the SDK's reading of the environment panics at a
/// variable, anybody's, that is no text.
#[derive(Debug, Default)]
pub(super) struct Environment {
    variables: HashMap<String, String>,
    /// The names under which some of them were set.
    aliases: HashMap<&'static str, &'static str>,
}

impl Environment {
    pub(super) fn read() -> Result<Self, StartError> {
        Self::of(env::vars_os())
    }

    fn of(all: impl Iterator<Item = (OsString, OsString)>) -> Result<Self, StartError> {
        let ours = all.filter(|(name, value)| {
            let is_temporals = |name: &str| name.starts_with("TEMPORAL_");
            name.to_str().is_some_and(is_temporals) && !value.is_empty()
        });
        let variables = ours.map(|(name, value)| {
            let name = name.to_string_lossy().into_owned();
            match value.into_string() {
                Ok(value) => Ok((name, value)),
                Err(_) => Err(StartError::Setting {
                    name,
                    message: "it is no text (UTF-8)".to_owned(),
                }),
            }
        });
        let mut environment = Self {
            variables: variables.collect::<Result<_, _>>()?,
            aliases: HashMap::new(),
        };
        for (name, value) in &environment.variables {
            let names_file =
                name.ends_with("_PATH") || ALIASES[1..].iter().any(|(alias, _)| alias == name);
            if names_file && is_pem(value) {
                return Err(StartError::Setting {
                    name: name.clone(),
                    message: NO_PATH.to_owned(),
                });
            }
        }
        for (alias, name) in ALIASES {
            let Some(value) = environment.variables.get(alias).cloned() else {
                continue;
            };
            match environment.variables.get(name) {
                Some(other) if *other != value => {
                    return Err(StartError::Setting {
                        name: alias.to_owned(),
                        message: format!(
                            "it is another name of {name}, and they say different things: `{value}` and `{other}`; unset one of them"
                        ),
                    });
                }
                Some(_) => {}
                None => {
                    environment.variables.insert(name.to_owned(), value);
                    environment.aliases.insert(name, alias);
                }
            }
        }
        Ok(environment)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }

    /// The name under which `name` was set, where it was.
    pub(super) fn named_by<'a>(&self, name: &'a str) -> Option<&'a str> {
        let alias = || self.aliases.get(name).copied();
        self.has(name).then(|| alias().unwrap_or(name))
    }

    /// For the SDK.
    pub(super) fn all(&self) -> &HashMap<String, String> {
        &self.variables
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<Environment, StartError> {
        let all = variables
            .iter()
            .map(|(name, value)| (name.into(), value.into()));
        Environment::of(all)
    }

    #[test]
    fn a_variable_is_known_by_its_other_name() {
        let environment = of(&[("TEMPORAL_HOST", "a:1"), ("HOST", "b:1")]).unwrap();
        assert_eq!(environment.get("TEMPORAL_ADDRESS"), Some("a:1"));
        assert_eq!(
            environment.named_by("TEMPORAL_ADDRESS"),
            Some("TEMPORAL_HOST")
        );
        assert_eq!(environment.named_by("TEMPORAL_NAMESPACE"), None);
        let same = of(&[("TEMPORAL_HOST", "a:1"), ("TEMPORAL_ADDRESS", "a:1")]).unwrap();
        assert_eq!(same.named_by("TEMPORAL_ADDRESS"), Some("TEMPORAL_ADDRESS"));
        // One that is empty says nothing.
        let one = of(&[
            ("TEMPORAL_SERVER_CA", ""),
            ("TEMPORAL_TLS_SERVER_CA_CERT_PATH", "a"),
        ])
        .unwrap();
        assert_eq!(one.get("TEMPORAL_TLS_SERVER_CA_CERT_PATH"), Some("a"));
    }

    #[test]
    fn a_key_in_place_of_its_file_is_not_shown() {
        let key = "-----BEGIN PRIVATE KEY-----\nsecret";
        for variables in [
            [
                ("TEMPORAL_CLIENT_KEY", key),
                ("TEMPORAL_TLS_CLIENT_KEY_PATH", "a.pem"),
            ],
            [
                ("TEMPORAL_TLS_CLIENT_KEY_PATH", key),
                ("TEMPORAL_NAMESPACE", "a"),
            ],
        ] {
            let error = of(&variables).unwrap_err().to_string();
            assert!(error.contains("PEM itself"), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
        of(&[("TEMPORAL_TLS_CLIENT_KEY_DATA", key)]).unwrap();
    }

    #[test]
    fn two_names_that_disagree_are_told() {
        for (alias, name) in ALIASES {
            let error = of(&[(alias, "one"), (name, "other")])
                .unwrap_err()
                .to_string();
            for part in [alias, name, "`one`", "`other`", "unset one"] {
                assert!(error.contains(part), "{part}: {error}");
            }
        }
    }
}
