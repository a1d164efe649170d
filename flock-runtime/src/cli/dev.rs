//! `dev`: a local Temporal server and a worker, for one terminal.

use std::path::PathBuf;

use clap::Args;

use super::{
    connect::{self, Connection},
    exit::{Exit, Fault},
    program::Program,
    show,
    worker::{self, ServeArgs},
};
use crate::dev_server::{DevServer, DevServerError, DevServerOptions};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} dev
  {bin} dev --port 7300 --ui-port 8300 --memory

The runs are kept in .flock/dev.db. Then, in another terminal:
  {bin} run <FLOCK> --engine temporal --input KEY=VALUE")]
pub(super) struct Dev {
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

impl Dev {
    pub(super) async fn execute(self, program: Program) -> Result<Exit, Fault> {
        let cli = DevServer::cli(show::note).await?;
        let options = DevServerOptions {
            port: self.port,
            ui_port: Some(self.ui_port),
            db: (!self.memory).then_some(self.db),
            dynamic_config: self.dynamic_config,
            cli: Some(cli),
            ..DevServerOptions::default()
        };
        let mut server = DevServer::start(options).await?;
        show::note(&format!("Temporal:        {}", server.address()));
        if let Some(ui) = server.ui() {
            show::note(&format!("Web UI:          {ui}"));
        }
        let connection = Connection::to(server.address().to_owned());
        let runtime = connect::connect(program.builder, &connection).await?;
        let served = tokio::select! {
            served = worker::serve(&runtime, self.serve) => served,
            ended = server.ended() => {
                return Err(Fault::new(
                    Exit::Unreachable,
                    format!("the Temporal dev server ended by itself ({ended})"),
                ));
            }
        };
        server.stop().await?;
        served
    }
}

fn dynamic(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=JSON")?;
    Ok((key.to_owned(), value.to_owned()))
}

impl From<DevServerError> for Fault {
    fn from(error: DevServerError) -> Self {
        let exit = match error {
            DevServerError::PortTaken { .. } | DevServerError::NoCli(_) => Exit::Usage,
            _ => Exit::Unreachable,
        };
        let name = super::args::program_name();
        let hint = match &error {
            DevServerError::PortTaken { address } => format!(
                ": if it is Temporal, serve from it with `{name} worker --address {address}`; else \
                 choose other ports with `--port` and `--ui-port`"
            ),
            _ => String::new(),
        };
        Self::new(exit, format!("{error}{hint}"))
    }
}
