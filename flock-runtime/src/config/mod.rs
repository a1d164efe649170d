//! `flock.toml`: what an operator may change without a build.

mod contradiction;
mod mcp;
mod model;
pub mod resolve;
mod section;
mod telemetry;
mod temporal;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

pub use self::{
    mcp::McpSection,
    model::{ModelNames, ModelSection},
    section::{AgentSection, RetrySection},
    telemetry::TelemetrySection,
    temporal::TemporalSection,
};
use crate::{error::StartError, text::sentence::distance};

/// The file `flock.toml`.
///
/// ```toml
/// engine = "temporal"
///
/// [temporal]
/// address = "temporal.example.com:7233"
/// api_key_env = "SHOP_TEMPORAL_KEY"
///
/// [defaults]
/// timeout = "2m"
///
/// [queues.gpu]               # for what runs on that queue
/// timeout = "20m"
///
/// [agents.researcher]        # by name; `research*` by prefix; `*` for all
/// retries = 5
/// retry.initial = "2s"
/// task_queue = "gpu"
/// model = "openai/gpt-4o"
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// The file it was read from.
    #[serde(skip, default = "default_path")]
    pub(crate) path: PathBuf,
    /// Where flocks run when nobody says it at the start.
    #[serde(default)]
    pub engine: Option<EngineName>,
    /// Where Temporal is. The environment (`TEMPORAL_ADDRESS` and so on) is above it.
    #[serde(default)]
    pub temporal: TemporalSection,
    /// For every agent that says nothing itself.
    #[serde(default)]
    pub defaults: AgentSection,
    /// For the agents of a task queue that say nothing themselves: above `defaults`, below the
    /// attributes.
    #[serde(default)]
    pub queues: BTreeMap<String, AgentSection>,
    /// For the agents of a name, a `prefix*`, or all (`*`): above the attributes.
    #[serde(default)]
    pub agents: BTreeMap<String, AgentSection>,
    /// Servers of the Model Context Protocol, by the names that agents call them.
    #[serde(default)]
    pub mcp: BTreeMap<String, McpSection>,
    /// What names of models stand for.
    #[serde(default)]
    pub models: BTreeMap<String, ModelSection>,
    /// What those who operate the program are told of its work.
    #[serde(default)]
    pub telemetry: TelemetrySection,
}

/// An engine, by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EngineName {
    /// In this process, in memory.
    #[default]
    Local,
    /// On a Temporal server.
    Temporal,
}

impl Config {
    /// Reads a configuration from TOML text.
    ///
    /// # Errors
    /// What is wrong, with line and column where TOML knows them. Unknown keys are errors.
    pub fn parse(text: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(text).map_err(|fault| nearest(&fault.to_string()))?;
        config.temporal.check()?;
        config.defaults.check("defaults")?;
        for (name, section) in &config.queues {
            section.check_queue(name)?;
        }
        for (name, section) in &config.agents {
            section.check(&format!("agents.{name}"))?;
        }
        for (name, section) in &config.mcp {
            section.check(name)?;
        }
        for (name, section) in &config.models {
            section.check(name)?;
        }
        config.telemetry.check()?;
        Ok(config)
    }

    /// Reads the file at `path`. Files that it names by a relative path are looked for beside it.
    ///
    /// # Errors
    /// [`StartError::Config`] when it cannot be read or is wrong.
    pub fn read(path: &Path) -> Result<Self, StartError> {
        let fault = |message| StartError::Config {
            path: path.to_owned(),
            message,
        };
        let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
        let mut config = Self::parse(&text).map_err(fault)?;
        if let Some(folder) = path.parent() {
            config.temporal.look_in(folder);
        }
        config.path = path.to_owned();
        Ok(config)
    }

    /// Reads the file named by `FLOCK_CONFIG`, else `flock.toml` in the working directory where
    /// there is one, else nothing.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn discover() -> Result<Self, StartError> {
        match std::env::var_os("FLOCK_CONFIG") {
            Some(path) => Self::read(&PathBuf::from(path)),
            None if Path::new("flock.toml").is_file() => Self::read(Path::new("flock.toml")),
            None => Ok(Self::default()),
        }
    }

    /// The sections that speak of `agent`, the first to be asked first: its name, then each
    /// `prefix*`, the longest first, then `*`. A field is that of the first section that sets it.
    pub fn agent_sections(&self, agent: &str) -> impl Iterator<Item = (&str, &AgentSection)> {
        let matches = |pattern: &str| match pattern.strip_suffix('*') {
            Some(prefix) => agent.starts_with(prefix),
            None => pattern == agent,
        };
        let mut sections: Vec<_> = self
            .agents
            .iter()
            .filter(|(pattern, _)| matches(pattern))
            .map(|(pattern, section)| (pattern.as_str(), section))
            .collect();
        // A full name ends in no `*`, and is thereby above every prefix.
        sections.sort_by_key(|(pattern, _)| {
            std::cmp::Reverse((!pattern.ends_with('*'), pattern.len()))
        });
        sections.into_iter()
    }

    /// The model that the file names for `agent`, and the section that does.
    pub fn agent_model(&self, agent: &str) -> Option<(&str, Vec<&str>)> {
        self.agent_sections(agent)
            .find_map(|(pattern, section)| Some((pattern, section.model.as_ref()?.names())))
    }
}

fn default_path() -> PathBuf {
    "flock.toml".into()
}

/// Adds to "unknown field `a`, expected one of `b`, `c`" the name that was meant, where one is near.
fn nearest(fault: &str) -> String {
    let Some((before, after)) = fault.split_once("`, expected ") else {
        return fault.to_owned();
    };
    let Some((_, unknown)) = before
        .rsplit_once("unknown field `")
        .or_else(|| before.rsplit_once("unknown variant `"))
    else {
        return fault.to_owned();
    };
    let known = after.split('`').skip(1).step_by(2);
    let near = known.map(|name| (distance(name, unknown), name));
    let mut near: Vec<_> = near
        .filter(|(apart, name)| *apart <= name.len().max(3) / 3)
        .collect();
    near.sort_unstable();
    let near: Vec<_> = near.iter().map(|(_, name)| format!("`{name}`")).collect();
    match near.as_slice() {
        [] => fault.to_owned(),
        near => format!(
            "{before}`; did you mean {}? Expected {after}",
            near.join(" or ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_name_is_above_a_prefix_and_a_prefix_above_all() {
        let config = Config::parse(
            "[agents.'*']\nretries = 1\n[agents.'wri*']\nretries = 2\n[agents.writer]\nretries = 3",
        )
        .unwrap();
        let patterns = |agent| -> Vec<_> {
            let sections = config.agent_sections(agent);
            sections.map(|(pattern, _)| pattern.to_owned()).collect()
        };
        assert_eq!(patterns("writer"), ["writer", "wri*", "*"]);
        assert_eq!(patterns("wrist"), ["wri*", "*"]);
        assert_eq!(patterns("other"), ["*"]);
    }

    #[test]
    fn faults_are_named() {
        let long = format!("[defaults]\ntask_queue = '{}'", "q".repeat(1001));
        for (text, said) in [
            (
                "[agents.a]\nretrys = 1",
                "unknown field `retrys`; did you mean `retry` or `retries`?",
            ),
            ("[agents.a]\nzzz = 1", "`heartbeat`, "),
            ("[temporal]\naddres = 'a'", "did you mean `address`?"),
            ("egine = 'local'", "did you mean `engine`?"),
            ("engine = 'temporl'", "did you mean `temporal`?"),
            ("[defaults]\ntimeout = '5 mins'", "not a duration"),
            ("[agents.a]\nretries = 1\nmax_attempts = 2", "exclude"),
            ("[agents.a]\npriority = 9", "[agents.a] `priority`"),
            ("[agents.a]\nretry.backoff = 0.5", "at least 1"),
            ("[agents.a]\ntask_queue = ''", "`task_queue` is empty"),
            (&long, "1 to 1000 bytes"),
            (
                "[agents.a]\ntask_queue = '/_sys/a'",
                "[agents.a] `task_queue`: `/_sys/a` cannot",
            ),
            (
                "[queues.gpu]\ntask_queue = 'cpu'",
                "[queues.gpu] `task_queue` has no place here",
            ),
            (
                "[queues.gpu]\nmodel = 'a/b'",
                "[queues.gpu] `model` has no place here",
            ),
            ("[queues.gpu]\npriority = 0", "[queues.gpu] `priority`"),
            (
                "[queues.'']\npriority = 1",
                "cannot be the name of a task queue",
            ),
            (
                "[temporal]\napi_key = 'a'",
                "name a variable by `api_key_env`",
            ),
            (
                "[temporal]\napi_key_env = 'A'\napi_key_file = 'b'",
                "`api_key_env` and `api_key_file` exclude each other",
            ),
            ("[temporal]\ntls_cert_path = 'a'", "go together"),
            (
                "[models.a]\nmodel = 'gpt'",
                "[models.a] `model` is of the form `provider/model`, not `gpt`",
            ),
            ("[models.a]", "[models.a] `model` is missing"),
            ("[models.'a/b']\nmodel = 'a/b'", "a word without `/`"),
            (
                "[models.a]\nmodel = 'a/b'\ninput_price = '2'",
                "go together",
            ),
            (
                "[models.a]\nmodel = 'a/b'\ninput_price = 'two'",
                "no amount of dollars",
            ),
            (
                "[models.a]\nmodel = 'a/b'\nreasoning = 'deep'",
                "`deep` is none of none, low",
            ),
            (
                "[models.a]\nmodel = 'a/b'\napi_key = 'sk'",
                "[models.a] `api_key` would put a secret into this file",
            ),
            ("[temporal]\naddress = ' '", "`address` is empty"),
            ("[mcp.a]\ncomand = 'a'", "did you mean `command`?"),
            (
                "[mcp.a]\ntimeout = '1s'",
                "[mcp.a] says of no server where it is",
            ),
            (
                "[mcp.a]\ncommand = 'a'\nurl = 'http://a'",
                "`command` and `url` exclude each other",
            ),
            ("[mcp.a]\nurl = 'a'", "begins with `https://`"),
            (
                "[mcp.a]\nurl = 'http://a'\nenv = { A = 'B' }",
                "go with `command`",
            ),
            (
                "[mcp.a]\ncommand = 'a'\nheaders = { A = 'B' }",
                "go with `url`",
            ),
            (
                "[mcp.a]\ncommand = 'a'\nenv = { KEY = 'sk-1' }",
                "`env.KEY` takes the name of an environment variable",
            ),
            (
                "[mcp.a]\ncommand = 'a'\neffects = { b = 'writ' }",
                "did you mean `write`?",
            ),
            (
                "[mcp.a]\nurl = 'http://a'\nclient_id = 'b'",
                "as `client_secret`",
            ),
            (
                "[mcp.a]\nurl = 'http://a'\nclient_id = 'b'\nclient_secret = 'sk-1'",
                "`client_secret` takes the name of an environment variable",
            ),
            (
                "[mcp.a]\ncommand = 'a'\nscopes = ['b']",
                "`scopes` go with `url`",
            ),
            ("[mcp.'a b']\ncommand = 'a'", "has no good name"),
            ("[mcp.a]\ncommand = 'a'\ntools = []", "`tools` is empty"),
        ] {
            let fault = Config::parse(text).unwrap_err();
            assert!(fault.contains(said), "{text}: {fault}");
        }
    }

    #[test]
    fn files_are_looked_for_beside_flock_toml() {
        let folder = std::env::temp_dir().join(format!("flock-toml-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("flock.toml");
        let text = "[temporal]\ntls_ca_path = 'ca.pem'\nconfig_file = '/etc/temporal.toml'";
        std::fs::write(&file, text).unwrap();
        let temporal = Config::read(&file).unwrap().temporal;
        assert_eq!(temporal.tls_ca_path, Some(folder.join("ca.pem")));
        assert_eq!(temporal.config_file, Some("/etc/temporal.toml".into()));
        std::fs::remove_dir_all(folder).unwrap();
    }

    /// What a user may write is in the documentation, and what is there may be written.
    #[test]
    fn every_key_is_in_the_documentation() {
        let page = include_str!("../../../docs/flock-toml.md");
        for (section, title) in [
            ("", "## At the top"),
            ("[temporal]", "## `[temporal]`"),
            ("[defaults]", "## `[agents.…]`"),
            ("[defaults.retry]", "## `[agents.…]`"),
            ("[mcp.a]", "## `[mcp.…]`"),
            ("[models.a]", "## `[models.…]`"),
        ] {
            let fault = Config::parse(&format!("{section}\nzzzzzzzz = 1")).unwrap_err();
            let known = fault.split("expected one of").nth(1).unwrap();
            let keys: Vec<_> = known.split('`').skip(1).step_by(2).collect();
            assert!(keys.len() > 3, "{fault}");
            let part = page
                .split(title)
                .nth(1)
                .unwrap_or_else(|| panic!("{title}"));
            let part = part.split("\n## ").next().unwrap();
            let prefix = if section.contains("retry") {
                "retry."
            } else {
                ""
            };
            for key in keys
                .iter()
                .filter(|key| **key != "api_key" && **key != "retry")
            {
                let row = format!("| `{prefix}{key}");
                assert!(part.contains(&row), "{title}: {row}");
            }
        }
    }
}
