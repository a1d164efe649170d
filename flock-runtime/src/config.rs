//! `flock.toml`: what an operator may change without a build.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Deserializer, de};

use crate::{duration, runtime::StartError};

/// The file `flock.toml`.
///
/// ```toml
/// [defaults]
/// timeout = "2m"
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
    /// For every agent that says nothing itself.
    #[serde(default)]
    pub defaults: AgentSection,
    /// For the agents of a name, a `prefix*`, or all (`*`): above the attributes.
    #[serde(default)]
    pub agents: BTreeMap<String, AgentSection>,
}

/// The options of a section.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AgentSection {
    /// Limit of one attempt.
    #[serde(default, deserialize_with = "span")]
    pub timeout: Option<Duration>,
    /// Limit of the wait in the queue.
    #[serde(default, deserialize_with = "span")]
    pub schedule_to_start: Option<Duration>,
    /// Limit of everything, retries and waits included.
    #[serde(default, deserialize_with = "span")]
    pub schedule_to_close: Option<Duration>,
    /// How long a silent worker is taken to be alive.
    #[serde(default, deserialize_with = "span")]
    pub heartbeat: Option<Duration>,
    /// Retries after the first failure. Exclusive with `max_attempts`.
    #[serde(default)]
    pub retries: Option<u16>,
    /// Attempts in all. Exclusive with `retries`.
    #[serde(default)]
    pub max_attempts: Option<std::num::NonZeroU16>,
    /// The rest of the retry policy.
    #[serde(default)]
    pub retry: RetrySection,
    /// Where it runs.
    #[serde(default)]
    pub task_queue: Option<String>,
    /// 1 (first) to 5 (last).
    #[serde(default)]
    pub priority: Option<u8>,
    /// What answers, such as `openai/gpt-4o`.
    #[serde(default)]
    pub model: Option<String>,
}

/// The retry policy of a section.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RetrySection {
    /// Wait before the first retry.
    #[serde(default, deserialize_with = "span")]
    pub initial: Option<Duration>,
    /// Longest wait between two attempts.
    #[serde(default, deserialize_with = "span")]
    pub max: Option<Duration>,
    /// Factor from one wait to the next, at least 1.
    #[serde(default)]
    pub backoff: Option<f64>,
    /// Failure types that end the agent at once.
    #[serde(default)]
    pub non_retryable: Option<Vec<String>>,
}

impl AgentSection {
    /// Attempts in all, however they were written.
    pub fn max_attempts(&self) -> Option<u32> {
        let retries = self.retries.map(|retries| u32::from(retries) + 1);
        retries.or(self.max_attempts.map(|attempts| u32::from(attempts.get())))
    }

    fn check(&self, section: &str) -> Result<(), String> {
        let at = |sentence: &str| Err(format!("[{section}] {sentence}"));
        if self.retries.is_some() && self.max_attempts.is_some() {
            return at(
                "`retries` and `max_attempts` exclude each other: `retries = 3` is `max_attempts = 4`",
            );
        }
        if self
            .priority
            .is_some_and(|priority| !(1..=5).contains(&priority))
        {
            return at("`priority` must be 1 to 5");
        }
        if self
            .retry
            .backoff
            .is_some_and(|backoff| !(backoff.is_finite() && backoff >= 1.0))
        {
            return at("`retry.backoff` must be at least 1");
        }
        let limits = [
            ("timeout", self.timeout),
            ("schedule_to_start", self.schedule_to_start),
            ("schedule_to_close", self.schedule_to_close),
            ("heartbeat", self.heartbeat),
        ];
        for (name, limit) in limits {
            if limit.is_some_and(|limit| limit.is_zero()) {
                return at(&format!("`{name}` must be above zero"));
            }
        }
        for (name, text) in [("task_queue", &self.task_queue), ("model", &self.model)] {
            if text.as_deref().is_some_and(|text| text.trim().is_empty()) {
                return at(&format!("`{name}` is empty: leave it out"));
            }
        }
        Ok(())
    }
}

impl Config {
    /// Reads a configuration from TOML text.
    ///
    /// # Errors
    /// What is wrong, with line and column where TOML knows them. Unknown keys are errors.
    pub fn parse(text: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(text).map_err(|fault| fault.to_string())?;
        config.defaults.check("defaults")?;
        for (name, section) in &config.agents {
            section.check(&format!("agents.{name}"))?;
        }
        Ok(config)
    }

    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`StartError::Config`] when it cannot be read or is wrong.
    pub fn read(path: &Path) -> Result<Self, StartError> {
        let fault = |message| StartError::Config {
            path: path.to_owned(),
            message,
        };
        let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
        let config = Self::parse(&text).map_err(fault)?;
        Ok(Self {
            path: path.to_owned(),
            ..config
        })
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

    /// The section that speaks of `agent`: its name, else the longest `prefix*`, else `*`.
    pub fn agent_section(&self, agent: &str) -> Option<(&str, &AgentSection)> {
        let matches = |pattern: &str| match pattern.strip_suffix('*') {
            Some(prefix) => agent.starts_with(prefix),
            None => pattern == agent,
        };
        self.agents
            .iter()
            .filter(|(pattern, _)| matches(pattern))
            // A full name ends in no `*`, and is thereby above every prefix.
            .max_by_key(|(pattern, _)| (!pattern.ends_with('*'), pattern.len()))
            .map(|(pattern, section)| (pattern.as_str(), section))
    }

    /// The model that the file names for `agent`.
    pub fn agent_model(&self, agent: &str) -> Option<&str> {
        self.agent_section(agent)?.1.model.as_deref()
    }
}

fn default_path() -> PathBuf {
    "flock.toml".into()
}

fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    duration::parse(&text).map(Some).map_err(de::Error::custom)
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
        let attempts = |agent| {
            config
                .agent_section(agent)
                .and_then(|(_, s)| s.max_attempts())
        };
        assert_eq!(attempts("writer"), Some(4));
        assert_eq!(attempts("wrist"), Some(3));
        assert_eq!(attempts("other"), Some(2));
    }

    #[test]
    fn faults_are_named() {
        for (text, said) in [
            ("[agents.a]\nretrys = 1", "unknown field `retrys`"),
            ("[defaults]\ntimeout = '5 mins'", "not a duration"),
            ("[agents.a]\nretries = 1\nmax_attempts = 2", "exclude"),
            ("[agents.a]\npriority = 9", "[agents.a] `priority`"),
            ("[agents.a]\nretry.backoff = 0.5", "at least 1"),
            ("[agents.a]\ntask_queue = ''", "`task_queue` is empty"),
        ] {
            let fault = Config::parse(text).unwrap_err();
            assert!(fault.contains(said), "{text}: {fault}");
        }
    }
}
