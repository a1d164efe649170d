//! Commands that ask a server: where it is, what they are given of it, and which run they mean.

mod connection;
mod named;
mod waiting;

use clap::Args;

pub(crate) use self::{
    connection::Connection,
    named::RunArgs,
    waiting::{PATIENCE, refused},
};
use super::{
    exit::{Exit, Fault},
    program::{Program, print},
};
use crate::{engine::Engine, runtime::Runtime};

/// A command's own arguments, and where its server is.
#[derive(Debug, Args)]
pub(crate) struct OnServer<Own: Args> {
    #[command(flatten)]
    own: Own,

    #[command(flatten)]
    connection: Connection,
}

impl<Own: Args> OnServer<Own> {
    /// Connects, and has `command` do its work there.
    pub(crate) async fn run(
        self,
        program: Program,
        command: impl AsyncFnOnce(Own, &Server) -> Result<Exit, Fault>,
    ) -> Result<Exit, Fault> {
        let server = Server::connect(program, self.connection).await?;
        command(self.own, &server).await
    }
}

/// The program, connected.
pub(crate) struct Server {
    pub(crate) runtime: Runtime,
    connection: Connection,
    pub(crate) json: bool,
}

impl Server {
    pub(crate) async fn connect(program: Program, connection: Connection) -> Result<Self, Fault> {
        Ok(Self {
            runtime: program.builder.connect(connection.options()).await?,
            connection,
            json: program.json,
        })
    }

    pub(crate) fn engine(&self) -> &dyn Engine {
        self.runtime.engine()
    }

    /// The flags that lead a second command to the same server.
    pub(crate) fn flags(&self) -> String {
        self.connection.flags()
    }

    /// Prints `document` with `--json`, else `text`.
    pub(crate) fn print(&self, document: &impl serde::Serialize, text: impl FnOnce() -> String) {
        print(self.json, document, text);
    }
}
