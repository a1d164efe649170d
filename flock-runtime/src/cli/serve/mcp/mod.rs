//! `mcp-serve`: this program's flocks as tools of clients of the Model Context Protocol.
//!
//! `service` is the server, which keeps nothing: what a client may ask for later, a task, is a run of the
//! engine's (`task`). `tools` is what a flock looks like as a tool, `asked` what a run asks of people, as a
//! question of the protocol, `http` the door beside input and output.

mod asked;
mod http;
mod service;
mod task;
mod tools;

use std::net::SocketAddr;

use clap::{Args, ValueEnum};
use rmcp::ServiceExt;

use self::service::Service;
use crate::{
    cli::{
        exit::{Exit, Fault},
        program::Program,
        render::show,
        runs::{outcome, run::EngineName},
        serve::token,
    },
    config::ServeSection,
    runtime::Runtime,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} mcp-serve                               # over input and output, for a client that starts it
  {bin} mcp-serve --http 127.0.0.1:8000         # by streamable HTTP, at /mcp
  {bin} mcp-serve --engine temporal --address temporal.example.com:7233
  {bin} mcp-serve --http 0.0.0.0:8000 --token-env MCP_TOKEN

Each flock is a tool, and a call a run. A client that knows tasks (io.modelcontextprotocol/tasks) is given one:
on Temporal it outlives this program. Others wait for the result, or are given the run's id by
`--tools start`.")]
pub(crate) struct McpServe {
    /// Serve by streamable HTTP at this address, in place of input and output
    #[arg(long, value_name = "HOST:PORT")]
    http: Option<SocketAddr>,

    /// Serve over input and output, whatever flock.toml says
    #[arg(long, conflicts_with_all = ["http", "token_env"])]
    stdio: bool,

    /// By HTTP: the variable whose value a client sends as `Authorization: Bearer …`; needed where others than
    /// this machine can reach the address
    #[arg(long, value_name = "NAME")]
    token_env: Option<String>,

    /// What the call of a tool gives a client that knows no tasks
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    tools: Gives,

    /// Where the flocks run [default: flock.toml's `engine`, else local]
    #[arg(long, value_enum, value_name = "ENGINE")]
    engine: Option<EngineName>,

    /// On Temporal: serve the runs from this process too
    #[cfg(feature = "temporal")]
    #[arg(long)]
    with_worker: bool,

    #[cfg(feature = "temporal")]
    #[command(flatten)]
    connection: crate::cli::server::Connection,
}

/// What the call of a tool gives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Gives {
    /// The flock's result
    #[default]
    Result,
    /// The run's id at once; tools beside it ask for status and result
    Start,
}

impl McpServe {
    pub(crate) async fn execute(self, mut program: Program) -> Result<Exit, Fault> {
        let configuration = program.builder.configuration()?;
        let by_http = self.by_http(&configuration.serve)?;
        let engine = self
            .engine
            .or(configuration.engine.map(|engine| match engine {
                #[cfg(feature = "temporal")]
                crate::config::EngineName::Temporal => EngineName::Temporal,
                _ => EngineName::Local,
            }));
        match engine {
            #[cfg(feature = "temporal")]
            Some(EngineName::Temporal) => {
                use crate::cli::{serve::beside, server::Server};

                let server = Server::connect(program, self.connection.clone()).await?;
                let runtime = server.runtime.clone();
                let serving = self.serve(&runtime, by_http);
                match self.with_worker {
                    true => beside::serve_during(runtime.worker(), serving).await,
                    false => serving.await,
                }
            }
            _ => {
                let runtime = program.builder.build()?;
                self.serve(&runtime, by_http).await
            }
        }
    }

    /// Until the client is gone, or a signal comes.
    async fn serve(&self, runtime: &Runtime, by_http: Option<ByHttp>) -> Result<Exit, Fault> {
        let service = Service::new(runtime.clone(), self.tools == Gives::Start);
        let interrupted = outcome::interrupted();
        let serving = async {
            match by_http {
                Some(by_http) => http::serve(by_http, service).await,
                None => {
                    let io = rmcp::transport::stdio();
                    let served = service.serve(io).await;
                    // One that says nothing before it leaves has nothing to be told.
                    if let Ok(served) = served {
                        let _ = served.waiting().await;
                    }
                    Ok(Exit::Done)
                }
            }
        };
        tokio::select! {
            done = serving => done,
            _ = interrupted => Ok(Exit::Done),
        }
    }

    /// Where it listens; nowhere for a client that has its input and output.
    fn by_http(&self, section: &ServeSection) -> Result<Option<ByHttp>, Fault> {
        if self.stdio {
            return Ok(None);
        }
        let Some(address) = self.http.or(section.mcp_http) else {
            return match self.token_env {
                Some(_) => Err(Fault::usage(
                    "`--token-env` is for clients by HTTP: add `--http HOST:PORT`",
                )),
                None => Ok(None),
            };
        };
        let variable = self.token_env.as_ref().or(section.mcp_token_env.as_ref());
        let token = match variable {
            Some(name) => Some(token::in_variable(name)?),
            None if address.ip().is_loopback() => None,
            None => {
                return Err(Fault::usage(format!(
                    "{address} can be reached by others than this machine, who could start every flock: name a variable with a token by `--token-env`"
                )));
            }
        };
        Ok(Some(ByHttp { address, token }))
    }
}

/// Where clients come by HTTP, and what they have to show.
struct ByHttp {
    address: SocketAddr,
    token: Option<String>,
}

/// Says on stderr where the server is.
fn told(address: SocketAddr) {
    show::note(&format!("serving MCP at http://{address}/mcp"));
}
