//! `flock.toml`: what an operator may change without a build.

mod codec;
mod contradiction;
mod deploy;
mod discover;
mod frame;
mod mcp;
mod model;
#[cfg(test)]
mod page;
mod payloads;
pub mod resolve;
mod section;
mod serve;
#[cfg(feature = "cli")]
mod shown;
mod size;
mod strangers;
mod telemetry;
mod temporal;
mod variables;
mod worker;
mod written;

use std::{collections::BTreeMap, path::PathBuf};

#[cfg(feature = "deploy")]
pub(crate) use self::deploy::{is_image, is_label};
#[cfg(feature = "object-store")]
pub(crate) use self::payloads::Cloud;
#[cfg(feature = "temporal")]
pub(crate) use self::payloads::StoreAddress;
#[cfg(feature = "cli")]
pub(crate) use self::shown::toml_path;
#[cfg(feature = "temporal")]
pub(crate) use self::worker::{Amount, Naming, QueueSettings};
pub use self::{
    codec::{CodecSection, Compression},
    deploy::{DeploySection, ScaleSection},
    mcp::McpSection,
    model::{ModelNames, ModelSection},
    payloads::PayloadsSection,
    section::{AgentSection, QueueSection, RetrySection},
    serve::ServeSection,
    size::Size,
    telemetry::TelemetrySection,
    temporal::TemporalSection,
    worker::{Pollers, SlotsSection, WorkerSection},
};
use self::{
    frame::{Said, section},
    written::{Profiles, Written},
};
use crate::text::words::words;

section! {
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
    pub struct Config {
        /// Where flocks run when nobody says it at the start.
        pub engine: Option<EngineName> = "`\"local\"`",
        /// Where Temporal is. The environment (`TEMPORAL_ADDRESS` and so on) is above it.
        pub temporal: TemporalSection,
        /// How much work a worker takes, and how it behaves.
        pub worker: WorkerSection,
        /// For every agent that says nothing itself.
        pub defaults: AgentSection,
        /// For the agents of a task queue, or of a pool, that say nothing themselves: above `defaults`, below the
        /// attributes. And how workers serve it: above `worker`.
        pub queues: BTreeMap<String, QueueSection>,
        /// For the agents of a name, a `prefix*`, or all (`*`): above the attributes.
        pub agents: BTreeMap<String, AgentSection>,
        /// Servers of the Model Context Protocol, by the names that agents call them.
        pub mcp: BTreeMap<String, McpSection>,
        /// What names of models stand for.
        pub models: BTreeMap<String, ModelSection>,
        /// How values are written for the server: encrypted, compressed.
        pub codec: CodecSection,
        /// Where values are kept that are too large for a history.
        pub payloads: PayloadsSection,
        /// What those who operate the program are told of its work.
        pub telemetry: TelemetrySection,
        /// Where the program answers others: probes, Prometheus, clients of MCP.
        pub serve: ServeSection,
        /// What the command `deploy` cannot know of the program: where workers are to run, and how large.
        pub deploy: DeploySection,
        /// What else holds where `FLOCK_PROFILE` names the profile: each the same keys again.
        pub(crate) profiles: Vec<String> as Profiles,
    }
    beside {
        /// The file it was read from.
        pub(crate) path: PathBuf,
        /// Where everything in it was written.
        pub(crate) written: Written,
    }
}

words! {
    /// An engine, by name.
    #[derive(Default)]
    pub enum EngineName {
        /// In this process, in memory.
        #[default]
        Local = "local",
        /// On a Temporal server.
        Temporal = "temporal",
    }
}

impl Config {
    fn check(&self, _: &mut Said<'_>) {}

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
                "line 2: [agents.a] there is no key `retrys`; did you mean `retry` or `retries`?",
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
                "`api_key` would put a secret into this file: write the name",
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
            (
                "[codec]\nkeys_env = 'a=b'",
                "`keys_env` takes the name of an environment variable",
            ),
            (
                "[codec]\nkeys_env = 'A'\nkeys_file = 'b'",
                "`keys_env` and `keys_file` exclude each other",
            ),
            ("[codec]\ncompress = 'zlb'", "did you mean `zlib`?"),
            (
                "[codec]\ncompress = 'zlib'\ncompress_above = '4k'",
                "`4k` is no size",
            ),
            (
                "[codec]\ncompress_above = '4 KiB'",
                "does nothing without `compress`",
            ),
            (
                "[deploy]\nimage = 'a b'",
                "[deploy] `image` is no name of an image",
            ),
            ("[deploy]\nnamespace = 'Shop'", "small letters"),
            ("[deploy]\ncpu = 0", "at least 0.001"),
            (
                "[deploy.queues.high]\nmemory = '1 MiB'",
                "[deploy.queues.high] `memory` takes at least",
            ),
            (
                "[deploy.queues.high]\nmin_replicas = 3\nmax_replicas = 2",
                "`min_replicas` is above",
            ),
            (
                "[deploy.queues.high]\nreplicas = 3",
                "did you mean `max_replicas` or `min_replicas`?",
            ),
            ("[payloads]\nstore = '/tmp'", "names no store"),
            (
                "[payloads]\nabove = '1 MiB'",
                "does nothing without `store`",
            ),
            (
                "[payloads]\nstore = 'file:///tmp'\nabove = '3 MiB'",
                "at most 512 KiB",
            ),
            ("[mcp.'a b']\ncommand = 'a'", "has no good name"),
            ("[mcp.a]\ncommand = 'a'\ntools = []", "`tools` is empty"),
        ] {
            let fault = Config::parse(text).unwrap_err();
            assert!(fault.contains(said), "{text}: {fault}");
        }
    }

    #[test]
    fn what_may_be_a_secret_is_not_repeated() {
        for (text, secret, said) in [
            (
                "[mcp.a]\nheaders = 'Bearer sk-1'",
                "sk-1",
                "`headers` takes a table, not a text",
            ),
            (
                "[mcp.a]\nenv = { PIN = 1234 }",
                "1234",
                "`env.PIN` takes text, not a number",
            ),
            (
                "[mcp.a]\nclient_secret = 1234",
                "1234",
                "`client_secret` takes text, not a number",
            ),
        ] {
            let fault = Config::parse(text).unwrap_err();
            assert!(fault.contains(said), "{fault}");
            assert!(!fault.contains(secret), "{fault}");
        }
    }

    #[test]
    fn what_is_no_table_is_told_by_its_name() {
        let fault = Config::parse("temporal = 5").unwrap_err();
        assert!(
            fault.ends_with("[temporal] it takes a table, not `5`"),
            "{fault}"
        );
    }

    #[test]
    fn a_number_that_is_too_large_is_told_the_most() {
        let fault = Config::parse("[mcp.a]\nmax_result = 5000000000").unwrap_err();
        assert!(fault.contains("of 0 to 4294967295"), "{fault}");
    }

    #[test]
    fn a_profile_that_is_not_chosen_is_checked_with_the_rest() {
        let base = "[worker]\ntarget_cpu = 0.9\n";
        assert!(Config::parse(base).is_ok());
        let text = format!("{base}[profiles.a.worker]\nconcurrency = 3");
        let fault = Config::parse(&text).unwrap_err();
        assert!(
            fault.contains("with the profile `a`") && fault.contains("exclude each other"),
            "{fault}"
        );
        // What is wrong without it is told once.
        let fault = Config::parse("[worker]\nconcurency = 3\n[profiles.a]\nengine = 'local'");
        assert_eq!(fault.unwrap_err().lines().count(), 1);
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
}
