//! `config show`: each key in force.

use clap::Args;
use serde_json::{Value, json};

use super::Settings;
use crate::{
    cli::{
        exit::{Exit, Fault},
        program::{Program, print},
    },
    config::{Config, toml_path},
};

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Tell where each value comes from, and what is built in where nobody sets it
    #[arg(long)]
    origin: bool,
}

/// A key in force.
struct Line {
    key: String,
    /// As TOML writes it.
    toml: String,
    json: Value,
    from: String,
    /// Whether it may stand so in a file.
    is_key: bool,
}

impl Show {
    pub(super) fn execute(self, mut program: Program, settings: &Settings) -> Result<Exit, Fault> {
        let config = program.builder.configuration()?;
        let mut lines: Vec<_> = config
            .set()
            .filter(|set| set.path.first().is_none_or(|key| key != "temporal"))
            .map(|set| Line {
                key: toml_path(set.path),
                toml: set.toml.to_owned(),
                json: set.json.clone(),
                from: set.from,
                is_key: true,
            })
            .collect();
        // What decides about the connection stands in more places than this file.
        for [name, value, from] in settings.temporal(config)? {
            let built_in = from == "built in";
            let is_secret = name == "api_key";
            if built_in && !self.origin {
                continue;
            }
            let json = match value.as_str() {
                "true" => json!(true),
                "false" => json!(false),
                text => json!(text),
            };
            lines.push(Line {
                key: format!("temporal.{name}"),
                toml: json.to_string(),
                json,
                from,
                is_key: !built_in && !is_secret,
            });
        }
        if self.origin {
            for (key, built_in) in Config::built_in() {
                if lines.iter().any(|line| line.key == key) {
                    continue;
                }
                lines.push(Line {
                    key,
                    json: json!(built_in),
                    toml: built_in.to_owned(),
                    from: "built in".to_owned(),
                    is_key: false,
                });
            }
        }
        // Keys of the file itself are above its sections.
        lines.sort_by(|a, b| (a.key.contains('.'), &a.key).cmp(&(b.key.contains('.'), &b.key)));
        let document: Vec<_> = lines
            .iter()
            .map(|line| json!({ "key": line.key, "value": line.json, "from": line.from }))
            .collect();
        print(program.json, &document, || self.text(&lines));
        Ok(Exit::Done)
    }

    /// As a file that says the same.
    fn text(&self, lines: &[Line]) -> String {
        let shown = lines.iter().map(|line| {
            let comment = if line.is_key { "" } else { "# " };
            format!("{comment}{} = {}", line.key, line.toml)
        });
        let shown: Vec<_> = shown.collect();
        let width = shown
            .iter()
            .map(|line| line.chars().count())
            .filter(|width| *width <= 64)
            .max();
        let width = width.unwrap_or_default();
        let text = shown
            .iter()
            .zip(lines)
            .map(|(shown, line)| match self.origin {
                true => format!("{shown:width$}  # {}\n", line.from),
                false => format!("{shown}\n"),
            });
        match lines {
            [] => "# nothing is set: `config show --origin` tells what is built in\n".to_owned(),
            _ => text.collect(),
        }
    }
}
