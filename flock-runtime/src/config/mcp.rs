//! The sections that name servers of the Model Context Protocol.

use std::{collections::BTreeMap, time::Duration};

use super::frame::{OrVariable, Said, no_variable, section};
use crate::declare::effect::Effect;

section! {
    /// A server of the Model Context Protocol: where it is, and what of it agents may call.
    ///
    /// Secrets are given by the names of environment variables, in which a worker looks for them.
    ///
    /// ```toml
    /// [mcp.files]
    /// command = "npx"
    /// args = ["-y", "@modelcontextprotocol/server-filesystem", "/srv/papers"]
    /// tools = ["read_*", "write_file"]
    /// needs_approval = ["write_*"]
    ///
    /// [mcp.tickets]
    /// url = "https://tickets.example.com/mcp"
    /// headers = { Authorization = "TICKETS_AUTHORIZATION" }
    /// effects = { "get_*" = "read", close = "idempotent" }
    /// timeout = "30s"
    /// ```
    pub struct McpSection {
        /// The program that is the server, which is spoken with by its input and output.
        pub command: Option<String>,
        /// What that is called with.
        pub args: Vec<String> = "none",
        /// What it finds in its environment, each by the name of the variable that has it here. Beside that it is
        /// given what every program needs (`PATH`, `HOME`), and nothing else.
        pub env: BTreeMap<String, String> as BTreeMap<String, OrVariable> = "none",
        /// Where the server is, when it is reached by HTTP.
        pub url: Option<String>,
        /// Headers of each request, each by the name of the variable that has its value.
        pub headers: BTreeMap<String, String> as BTreeMap<String, OrVariable> = "none",
        /// By what a worker is known to the server's authorization server (OAuth 2, client credentials).
        pub client_id: Option<String> = "none",
        /// The name of the variable that has the secret that belongs to it.
        pub client_secret: Option<String> as Option<OrVariable>,
        /// The scopes that are asked for.
        pub scopes: Vec<String> = "none",
        /// The tools that agents may call, by name or with `*`. All when left out.
        pub tools: Option<Vec<String>> = "all",
        /// What tools do outside, by name or with `*`, above what the server says of itself.
        pub effects: BTreeMap<String, Effect> = "as the server says, else `write`",
        /// The tools of which a person approves each call, by name or with `*`.
        pub needs_approval: Vec<String> = "none",
        /// Limit of one call (Temporal: start-to-close timeout). 5 minutes when left out.
        pub timeout: Option<Duration> = "5 minutes",
        /// Most bytes of a result that are kept and shown to the model. 65536 when left out.
        pub max_result: Option<u32> = "65536",
    }
}

impl McpSection {
    /// A server that is a program of its own.
    pub fn command(
        program: impl Into<String>,
        args: impl IntoIterator<Item: Into<String>>,
    ) -> Self {
        Self {
            command: Some(program.into()),
            args: args.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// A server that is reached by HTTP.
    pub fn url(url: impl Into<String>) -> Self {
        Self {
            url: Some(url.into()),
            ..Self::default()
        }
    }

    fn check(&self, said: &mut Said<'_>) {
        if let Err(sentence) = self.fits(said.name()) {
            said.wrong(sentence);
        }
    }

    /// Whether it can be the server `name`; a sentence that says why not.
    pub(crate) fn fits(&self, name: &str) -> Result<(), String> {
        let at = |sentence: &str| Err(sentence.to_owned());
        let is_fine = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || name.len() > 32 || !name.chars().all(is_fine) {
            return at("has no good name: it takes 1 to 32 letters, digits, `_` and `-`");
        }
        match (&self.command, &self.url) {
            (None, None) => {
                return at(
                    "says of no server where it is: give the program as `command`, or its address as `url`",
                );
            }
            (Some(_), Some(_)) => return at("`command` and `url` exclude each other"),
            (Some(command), None) if command.trim().is_empty() => return at("`command` is empty"),
            (Some(_), None) if !self.headers.is_empty() => {
                return at("`headers` go with `url`; a program is given secrets by `env`");
            }
            (None, Some(url)) if !url.starts_with("http://") && !url.starts_with("https://") => {
                return at("`url` begins with `https://` or `http://`");
            }
            (None, Some(_)) if !self.args.is_empty() || !self.env.is_empty() => {
                return at(
                    "`args` and `env` go with `command`; a server is given secrets by `headers`",
                );
            }
            _ => {}
        }
        let asks = self.client_id.is_some() || !self.scopes.is_empty();
        match (&self.url, &self.client_secret) {
            (Some(_), Some(_)) if self.client_id.is_none() => {
                return at("`client_secret` belongs to a `client_id`");
            }
            (Some(_), None) if asks => {
                return at(
                    "`client_id` goes with the name of the variable that has its secret, as `client_secret`",
                );
            }
            (None, secret) if asks || secret.is_some() => {
                return at("`client_id`, `client_secret` and `scopes` go with `url`");
            }
            _ => {}
        }
        let secret = self.client_secret.iter();
        let secret = secret.map(|name| ("client_secret".to_owned(), name));
        let beneath = [("env", &self.env), ("headers", &self.headers)];
        let beneath = beneath.into_iter().flat_map(|(key, variables)| {
            let named = variables.iter();
            named.map(move |(of, name)| (format!("{key}.{of}"), name))
        });
        let wrong = |(key, name): (String, &String)| no_variable(&key, name, "FILES_KEY");
        if let Some(sentence) = secret.chain(beneath).find_map(wrong) {
            return Err(sentence);
        }
        if self.timeout.is_some_and(|limit| limit.is_zero()) {
            return at("`timeout` must be above zero");
        }
        if self.tools.as_ref().is_some_and(Vec::is_empty) {
            return at("`tools` is empty: leave it out to allow all");
        }
        Ok(())
    }
}
