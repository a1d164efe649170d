//! What `flock.toml` names by variables: looked up when it is needed, and shown nowhere.

use std::{collections::BTreeMap, env};

use super::fault::misconfigured;
use crate::error::{Error, Result};

/// Secrets of one server, each with the name that stands for it.
#[derive(Default)]
pub(super) struct Secrets(Vec<(String, String)>);

/// Shorter ones would be found in words that are none.
const SHORTEST: usize = 4;

impl Secrets {
    /// The value of the variable `name`, which is a secret from now on.
    pub(super) fn look_up(&mut self, server: &str, key: &str, name: &str) -> Result<String> {
        match env::var(name) {
            Ok(value) if !value.trim().is_empty() => {
                self.hide(&value, name);
                Ok(value)
            }
            Ok(_) => Err(misconfigured(
                server,
                format_args!("`{key}` is in the variable `{name}`, which is empty"),
            )),
            Err(_) => Err(misconfigured(
                server,
                format_args!(
                    "`{key}` is in the variable `{name}`, which this worker does not have"
                ),
            )),
        }
    }

    /// The values of all of `variables`.
    pub(super) fn all(
        &mut self,
        server: &str,
        key: &str,
        variables: &BTreeMap<String, String>,
    ) -> Result<Vec<(String, String)>> {
        let values = variables.iter().map(|(of, name)| {
            let value = self.look_up(server, &format!("{key}.{of}"), name)?;
            Ok((of.clone(), value))
        });
        values.collect()
    }

    fn hide(&mut self, value: &str, name: &str) {
        // Of `Bearer …` what counts is what comes after.
        for part in [value, value.rsplit(' ').next().unwrap_or(value)] {
            if part.len() >= SHORTEST {
                self.0.push((part.to_owned(), format!("[{name}]")));
            }
        }
    }

    /// What of an address may well be one: user, password and query.
    pub(super) fn hide_in_url(&mut self, url: &str) {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        if let Some((user, _)) = host.rsplit_once('@') {
            self.0.push((format!("{user}@"), String::new()));
        }
        if let Some((_, query)) = rest.split_once('?')
            && !query.is_empty()
        {
            self.0.push((format!("?{query}"), String::new()));
        }
    }

    /// `text` without them.
    pub(super) fn without(&self, text: String) -> String {
        self.0.iter().fold(text, |text, (secret, name)| {
            match text.contains(secret.as_str()) {
                true => text.replace(secret.as_str(), name),
                false => text,
            }
        })
    }

    pub(super) fn without_in(&self, error: Error) -> Error {
        let kind = error.kind().clone();
        let message = self.without(error.message().to_owned());
        Error::new(kind, message).with_type(error.type_name().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_told_by_their_names() {
        let mut secrets = Secrets::default();
        secrets.hide("Bearer sk-12345", "KEY");
        secrets.hide_in_url("https://me:word@host/mcp?token=abc");
        let text = "sent Bearer sk-12345 (sk-12345) to https://me:word@host/mcp?token=abc";
        let hidden = secrets.without(text.to_owned());
        assert_eq!(hidden, "sent [KEY] ([KEY]) to https://host/mcp");
    }
}
