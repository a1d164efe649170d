//! `[serve]`: where the program answers others.

use std::net::SocketAddr;

use super::frame::{OrVariable, Said, section};

section! {
    /// The section `[serve]` of `flock.toml`: where its commands listen. Their flags are above it.
    ///
    /// ```toml
    /// [serve]
    /// metrics_listen = "0.0.0.0:9464"
    /// ```
    #[derive(Eq)]
    pub struct ServeSection {
        /// Where a worker answers by HTTP: `/metrics` for Prometheus, `/healthz` and `/readyz` for probes.
        pub metrics_listen: Option<SocketAddr> = "nowhere",
        /// Where `mcp-serve` serves by streamable HTTP, in place of input and output.
        pub mcp_http: Option<SocketAddr> = "input and output",
        /// The variable with the token that clients of `mcp-serve` send.
        pub mcp_token_env: Option<String> as Option<OrVariable> = "none",
    }
}

impl ServeSection {
    fn check(&self, said: &mut Said<'_>) {
        said.variable("mcp_token_env", self.mcp_token_env.as_deref(), "MCP_TOKEN");
    }
}
