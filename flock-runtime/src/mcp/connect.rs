//! A connection to a server: a program of its own, or by HTTP; as of 2026-07-28, and before.

use std::{collections::HashMap, process::Stdio};

use http::{HeaderName, HeaderValue};
use rmcp::{
    RoleClient,
    handler::client::ClientHandler,
    model::{ClientCapabilities, ClientConfig, Implementation, ProtocolVersion},
    service::{ClientInitializeError, ClientLifecycleMode, ClientServiceExt, RunningService},
    transport::{
        StreamableHttpClientTransport, TokioChildProcess,
        streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{ChildStderr, Command},
};

use super::{
    fault::{misconfigured, unconnected, unreachable},
    oauth,
    secrets::Secrets,
};
use crate::{
    config::McpSection,
    error::{ErrorKind, Result},
};

/// What a program needs of its environment to run at all. It is given no more than that and what its section
/// names: a worker's environment has keys that are none of its business.
const ENVIRONMENT: &[&str] = &[
    "HOME",
    "LANG",
    "LOGNAME",
    "PATH",
    "SHELL",
    "TERM",
    "TMPDIR",
    "USER",
    "APPDATA",
    "HOMEDRIVE",
    "HOMEPATH",
    "LOCALAPPDATA",
    "PATHEXT",
    "PROCESSOR_ARCHITECTURE",
    "PROGRAMFILES",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "USERNAME",
    "USERPROFILE",
];

/// A server that is connected.
pub(super) type Connected = RunningService<RoleClient, Client>;

/// What this program is to servers.
pub(super) struct Client;

impl ClientHandler for Client {
    fn get_info(&self) -> ClientConfig {
        let program = Implementation::new("flock", env!("CARGO_PKG_VERSION"));
        // People are asked by the run, which an older server cannot wait for: it is told no.
        let capabilities = ClientCapabilities::builder().enable_elicitation().build();
        ClientConfig::new(capabilities, program)
    }
}

/// Connects, by the newest protocol that the server knows.
pub(super) async fn connect(
    server: &str,
    section: &McpSection,
    secrets: &mut Secrets,
) -> Result<Connected> {
    let newest = ClientLifecycleMode::Auto {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        legacy_version: Some(ProtocolVersion::V_2025_11_25),
    };
    let error = match begin(server, section, secrets, newest).await? {
        Ok(connected) => return Ok(connected),
        Err(error) => unconnected(server, &error),
    };
    if matches!(
        error.kind(),
        ErrorKind::Denied | ErrorKind::RateLimited { .. }
    ) {
        return Err(error);
    }
    // Some of the older ones take a question that they do not know for the end of all.
    tracing::debug!(server, %error, "MCP: asked by the older protocol");
    match begin(server, section, secrets, ClientLifecycleMode::Initialize).await? {
        Ok(connected) => Ok(connected),
        Err(error) => Err(unconnected(server, &error)),
    }
}

async fn begin(
    server: &str,
    section: &McpSection,
    secrets: &mut Secrets,
    mode: ClientLifecycleMode,
) -> Result<Result<Connected, ClientInitializeError>> {
    if let Some(url) = &section.url {
        let config = http(server, section, url, secrets)?;
        return Ok(match oauth::credentials(server, section, secrets)? {
            None => {
                let transport = StreamableHttpClientTransport::from_config(config);
                Client.serve_with_lifecycle(transport, mode).await
            }
            Some(credentials) => {
                let client = oauth::authorized(server, url, credentials).await?;
                let transport = StreamableHttpClientTransport::with_client(client, config);
                Client.serve_with_lifecycle(transport, mode).await
            }
        });
    }
    let transport = program(server, section, secrets)?;
    Ok(Client.serve_with_lifecycle(transport, mode).await)
}

fn program(server: &str, section: &McpSection, secrets: &mut Secrets) -> Result<TokioChildProcess> {
    let Some(program) = &section.command else {
        return Err(misconfigured(server, "names no `command`"));
    };
    let mut command = Command::new(program);
    command.args(&section.args).env_clear();
    command.envs(
        ENVIRONMENT
            .iter()
            .filter_map(|name| Some((name, std::env::var_os(name)?))),
    );
    command.envs(secrets.all(server, "env", &section.env)?);
    let spawned = TokioChildProcess::builder(command)
        .stderr(Stdio::piped())
        .spawn();
    let (process, said) = spawned.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => misconfigured(
            server,
            format_args!("`command`: there is no program `{program}` here"),
        ),
        _ => unreachable(server, error),
    })?;
    if let Some(said) = said {
        tokio::spawn(log(server.to_owned(), said));
    }
    Ok(process)
}

/// What the program says beside the protocol.
async fn log(server: String, said: ChildStderr) {
    let mut lines = BufReader::new(said).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        tracing::debug!(server, "MCP server: {line}");
    }
}

fn http(
    server: &str,
    section: &McpSection,
    url: &str,
    secrets: &mut Secrets,
) -> Result<StreamableHttpClientTransportConfig> {
    // Another of the program's may have installed one before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    secrets.hide_in_url(url);
    let mut headers = HashMap::new();
    for (name, value) in secrets.all(server, "headers", &section.headers)? {
        let of = format!("headers.{name}");
        let name = HeaderName::try_from(&name);
        let value = HeaderValue::try_from(&value);
        let (Ok(name), Ok(mut value)) = (name, value) else {
            return Err(misconfigured(
                server,
                format_args!("`{of}` is no header that HTTP can carry"),
            ));
        };
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    let mut config = StreamableHttpClientTransportConfig::with_uri(url);
    config.custom_headers = headers;
    Ok(config)
}
