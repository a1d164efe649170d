//! `config`: the configuration in force.

mod check;
mod in_force;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::describe;
use crate::{
    cli::{
        exit::{Exit, Fault},
        program::{Program, print},
        render::show,
    },
    config::EngineName,
    error::StartError,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} config                             # at a glance
  FLOCK_CONFIG=staging.toml {bin} config --json
  {bin} config check                       # all that is wrong, each with its line; 2 where anything is
  {bin} config show --origin               # each key, and where its value comes from
  FLOCK_PROFILE=production {bin} config show
  {bin} config schema > flock.schema.json  # for editors: `#:schema flock.schema.json` in flock.toml

Secrets are shown as set or unset, never themselves.")]
pub(crate) struct Config {
    #[command(subcommand)]
    what: Option<What>,

    #[cfg(feature = "temporal")]
    #[command(flatten)]
    connection: crate::cli::server::Connection,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say all that is wrong with the configuration at once: exit code 2 where anything is
    Check(check::Check),
    /// Show each key that is set, as flock.toml has it
    Show(in_force::Show),
    /// Print the JSON Schema of flock.toml, for editors
    Schema,
}

/// The variables that hold secrets, of Temporal and of the model providers.
const SECRETS: [&str; 9] = [
    "TEMPORAL_API_KEY",
    "ANTHROPIC_API_KEY",
    "COHERE_API_KEY",
    "DEEPSEEK_API_KEY",
    "GEMINI_API_KEY",
    "GROQ_API_KEY",
    "OPENAI_API_KEY",
    "OPEN_ROUTER_API_KEY",
    "XAI_API_KEY",
];

impl Config {
    pub(crate) fn execute(self, program: Program) -> Result<Exit, Fault> {
        let settings = Settings {
            #[cfg(feature = "temporal")]
            connection: self.connection,
        };
        match self.what {
            Some(What::Check(check)) => check.execute(program, &settings),
            Some(What::Show(show)) => show.execute(program, &settings),
            Some(What::Schema) => {
                show::json(&crate::config::Config::schema(&program.builder.agents()?));
                Ok(Exit::Done)
            }
            None => settings.overview(program),
        }
    }
}

/// What every one of these is given.
pub(super) struct Settings {
    #[cfg(feature = "temporal")]
    connection: crate::cli::server::Connection,
}

impl Settings {
    /// The connection's settings: name, value and source of each.
    fn temporal(&self, config: &crate::config::Config) -> Result<Vec<[String; 3]>, StartError> {
        #[cfg(feature = "temporal")]
        let settings = {
            let settings = self.connection.effective(config)?.into_iter();
            settings
                .map(|setting| [setting.name.to_owned(), setting.value, setting.from])
                .collect()
        };
        #[cfg(not(feature = "temporal"))]
        let settings = {
            let _ = config;
            Vec::new()
        };
        Ok(settings)
    }

    /// Everything at a glance.
    fn overview(&self, program: Program) -> Result<Exit, Fault> {
        // A file that is wrong is reported with its path, here as by every command.
        let parts = program.builder.parts()?;
        let file = crate::config::Config::place();
        let content = file
            .as_ref()
            .and_then(|path| std::fs::read_to_string(path).ok());
        let path = file.map(|path| std::path::absolute(&path).unwrap_or(path));

        let mut models = Map::new();
        for agent in parts.registry.agents() {
            if let Some((model, source)) = describe::model(&parts, agent.descriptor) {
                models.insert(
                    agent.descriptor.name.into(),
                    json!({ "value": model, "from": source }),
                );
            }
        }
        let secrets: Map<String, Value> = SECRETS
            .iter()
            .map(|name| {
                (
                    (*name).to_owned(),
                    json!(std::env::var_os(name).is_some_and(|secret| !secret.is_empty())),
                )
            })
            .collect();

        let engine = match parts.config.engine {
            Some(engine) => (engine, parts.config.source(&[], &["engine"]).to_string()),
            None => (EngineName::default(), "built in".to_owned()),
        };
        let temporal = self.temporal(&parts.config)?;
        let settings: Map<String, Value> = temporal
            .iter()
            .map(|[name, value, from]| (name.clone(), json!({ "value": value, "from": from })))
            .collect();

        let document = json!({
            "engine": { "value": engine.0, "from": engine.1 },
            "temporal": settings,
            "file": path,
            "content": content,
            "models": models,
            "secrets": secrets,
        });
        print(program.json, &document, || {
            let mut text = format!("Engine: {} ({})\n", engine.0, engine.1);
            if !temporal.is_empty() {
                text += "Temporal\n";
                text += &show::indented(&show::table(["SETTING", "VALUE", "FROM"], &temporal));
            }
            text += "Secrets\n";
            let rows: Vec<_> = secrets
                .iter()
                .map(|(name, set)| {
                    let state = if set == &Value::Bool(true) {
                        "set"
                    } else {
                        "unset"
                    };
                    [name.clone(), state.into()]
                })
                .collect();
            text += &show::indented(&show::rows(&rows));
            if !models.is_empty() {
                let rows: Vec<_> = models
                    .iter()
                    .map(|(agent, model)| {
                        let part = |key: &str| model[key].as_str().unwrap_or_default().to_owned();
                        [agent.clone(), part("value"), part("from")]
                    })
                    .collect();
                text += "Models\n";
                text += &show::indented(&show::table(["AGENT", "MODEL", "FROM"], &rows));
            }
            match (&path, &content) {
                (Some(path), Some(content)) => {
                    text += &format!("{}\n{}", path.display(), show::indented(content));
                }
                _ => text += "No flock.toml here, and FLOCK_CONFIG names none.\n",
            }
            text
        });
        Ok(Exit::Done)
    }
}
