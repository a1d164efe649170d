//! `dev`: a local Temporal server and a worker, for one terminal.

use std::{path::PathBuf, pin::pin};

use clap::Args;

use super::{flags::ServeArgs, signals, worker};
use crate::{
    cli::{
        exit::{Exit, Fault},
        program::Program,
        render::show,
        server::{Connection, Server},
    },
    dev_server::{DevServer, DevServerError, DevServerOptions},
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} dev
  {bin} dev --port 7300 --ui-port 8300 --memory

The runs are kept in .flock/dev.db, beside what the server logs (dev.db.log). A second `dev` on the
same file serves from the first one's server. After `kill -9` the server goes on; the next `dev`
takes it over. Then, in another terminal:
  {bin} run <FLOCK> --engine temporal --input KEY=VALUE")]
pub(crate) struct Dev {
    /// The port for clients and workers; 0 takes a free one
    #[arg(long, default_value_t = 7233, value_name = "PORT")]
    port: u16,

    /// The port of the Web UI; 0 takes a free one
    #[arg(long, default_value_t = 8233, value_name = "PORT")]
    ui_port: u16,

    /// The file that keeps the runs
    #[arg(long, default_value = ".flock/dev.db", value_name = "FILE")]
    db: PathBuf,

    /// Keep the runs in memory: they are gone when this ends
    #[arg(long, conflicts_with = "db")]
    memory: bool,

    /// Dynamic configuration of the server; may be repeated
    #[arg(long = "dynamic-config-value", value_name = "KEY=JSON", value_parser = dynamic)]
    dynamic_config: Vec<(String, String)>,

    #[command(flatten)]
    serve: ServeArgs,
}

const EARLY: &str = "ended before the server was ready";

impl Dev {
    pub(crate) async fn execute(mut self, program: Program) -> Result<Exit, Fault> {
        self.serve.check()?;
        let program = self.serve.kept_by(program)?;
        // From here on no signal ends the process by itself, which would leave a server behind: whoever
        // listens gets it, and this one listens until the end.
        let _listening = signals::next();
        let mut hung_up = pin!(hung_up());
        let db = (!self.memory).then_some(self.db);
        let options = DevServerOptions {
            port: self.port,
            ui_port: Some(self.ui_port),
            db,
            dynamic_config: self.dynamic_config,
            ..DevServerOptions::default()
        };
        let starting = async {
            let server = start(options).await?;
            let connection = Connection::to(server.address().to_owned());
            let runtime = Server::connect(program, connection).await?.runtime;
            Ok::<_, Fault>((server, runtime))
        };
        // What is dropped here ends with it: a server that is not ready yet, and a download.
        let (mut server, runtime) = tokio::select! {
            started = starting => started?,
            signal = signals::next() => {
                return Err(Fault::new(signal.exit(), format!("{signal}: {EARLY}")));
            }
            () = &mut hung_up => return Err(Fault::new(Exit::HungUp, EARLY)),
        };
        let own = server.is_own();
        let served = tokio::select! {
            served = worker::serve(&runtime, self.serve) => served,
            ended = server.ended() => {
                let whose = if own { "by itself" } else { "with the `dev` that had started it" };
                return Err(Fault::new(
                    Exit::Unreachable,
                    format!("the Temporal dev server ended {whose} ({ended})"),
                ));
            }
            // The terminal is gone: nobody can ask a second time.
            () = hung_up => Err(Fault::new(Exit::HungUp, "the terminal was closed")),
        };
        server.stop().await?;
        served
    }
}

/// A server of our own, or the one that keeps its runs in the same file.
async fn start(options: DevServerOptions) -> Result<DevServer, Fault> {
    let found = match &options.db {
        Some(db) => DevServer::join(db).await?,
        None => None,
    };
    let server = match found {
        Some(server) => {
            let db = options.db.unwrap_or_default();
            let what = if server.is_own() {
                "has outlived its `dev`: serving from it, and ending it at the end"
            } else {
                "belongs to another `dev`: serving from it, and leaving it at the end"
            };
            show::note(&format!(
                "a server with the runs of {} is there, and {what}",
                db.display()
            ));
            server
        }
        None => {
            let cli = Some(DevServer::cli(show::note).await?);
            DevServer::start(DevServerOptions { cli, ..options }).await?
        }
    };
    show::note(&format!("Temporal:        {}", server.address()));
    if let Some(ui) = server.ui() {
        show::note(&format!("Web UI:          {ui}"));
    }
    Ok(server)
}

fn dynamic(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=JSON")?;
    Ok((key.to_owned(), value.to_owned()))
}

impl From<DevServerError> for Fault {
    fn from(error: DevServerError) -> Self {
        let exit = match error {
            DevServerError::PortTaken { .. }
            | DevServerError::UiPortTaken { .. }
            | DevServerError::DatabaseInUse { .. }
            | DevServerError::NoCli(_) => Exit::Usage,
            _ => Exit::Unreachable,
        };
        let name = crate::cli::args::program_name();
        let hint = match &error {
            DevServerError::PortTaken { address } => format!(
                ": if it is Temporal, serve from it with `{name} worker --address {address}`; else \
                 choose another port with `--port`, 0 for a free one"
            ),
            DevServerError::UiPortTaken { .. } => {
                ": choose another port with `--ui-port`, 0 for a free one".to_owned()
            }
            _ => String::new(),
        };
        Self::new(exit, format!("{error}{hint}"))
    }
}

/// Ends when the terminal is closed. Were nothing done about it, that would end this process and
/// leave the server behind.
#[cfg(unix)]
async fn hung_up() {
    use tokio::signal::unix::{SignalKind, signal};

    if !is_deaf()
        && let Ok(mut signals) = signal(SignalKind::hangup())
    {
        signals.recv().await;
        return;
    }
    std::future::pending().await
}

#[cfg(not(unix))]
async fn hung_up() {
    std::future::pending().await
}

/// Whether SIGHUP is ignored, as under `nohup`: then it must stay so. Where the system does not say,
/// it is not.
#[cfg(unix)]
fn is_deaf() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The lowest bit is signal 1.
    mask.is_some_and(|mask| mask & 1 == 1)
}
