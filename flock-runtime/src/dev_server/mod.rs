//! A Temporal server on this machine, for development and tests: the Temporal CLI's dev server.
//!
//! ```no_run
//! use flock::dev_server::{DevServer, DevServerOptions};
//!
//! # async fn example() -> Result<(), flock::dev_server::DevServerError> {
//! let server = DevServer::start(DevServerOptions::in_memory()).await?;
//! println!("{}", server.address());
//! # Ok(()) }
//! ```

mod claim;
mod find;
mod log;
mod options;
mod port;
mod process;

use std::{
    fs::File,
    io::{Seek, SeekFrom},
    path::{Path, PathBuf},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::time::{Instant, sleep};

pub use self::options::{DevServerError, DevServerOptions};
use self::{
    claim::{Claim, Record},
    log::{Listener, Log, Reader},
    options::cannot,
    port::Purpose,
    process::Process,
};

/// How long a server may take to answer.
const START: Duration = Duration::from_secs(60);

/// Between two looks whether it does.
const LOOK: Duration = Duration::from_millis(20);

/// How often a server is started anew when somebody else was faster at a port that was free.
const TRIES: usize = 3;

/// A running dev server. Dropping it ends it, unless somebody else is there to do so.
#[derive(Debug)]
pub struct DevServer {
    process: Process,
    listener: Option<Listener>,
    // Held until the server has been ended.
    owner: Option<Claim>,
    address: String,
    ui: Option<String>,
}

impl DevServer {
    /// The Temporal CLI on this machine: the file that `TEMPORAL_CLI` names, else `temporal` on
    /// `PATH`, else the one that was fetched before.
    pub fn find_cli() -> Option<PathBuf> {
        find::find()
    }

    /// The Temporal CLI, fetched once into the cache folder (`$XDG_CACHE_HOME/flock`, else
    /// `~/.cache/flock`) when there is none: one version, checked by its hash. `tell` gets a line
    /// before something that takes long.
    ///
    /// # Errors
    /// [`DevServerError::NoCli`] when neither uv nor pip can fetch it.
    pub async fn cli(tell: impl FnMut(&str)) -> Result<PathBuf, DevServerError> {
        match find::find() {
            Some(cli) => Ok(cli),
            None => find::fetch(tell).await,
        }
    }

    /// Starts a server and waits until it answers, for 60 seconds at most.
    ///
    /// A server with a `db` outlives a program that is killed: the next one [joins](Self::join) it.
    /// What it logs, which is errors, comes out as `tracing` events (target `flock::dev_server`).
    ///
    /// # Errors
    /// When there is no Temporal CLI, a port is taken, the database is in use, or the server does not
    /// start.
    pub fn start(options: DevServerOptions) -> BoxFuture<'static, Result<Self, DevServerError>> {
        Self::started(options).boxed()
    }

    async fn started(options: DevServerOptions) -> Result<Self, DevServerError> {
        let cli = match &options.cli {
            Some(cli) => cli.clone(),
            None => Self::cli(|line| tracing::info!("{line}")).await?,
        };
        if let Some(folder) = options.db.as_deref().and_then(Path::parent) {
            std::fs::create_dir_all(folder)
                .map_err(|error| cannot("make the folder", folder, error))?;
        }
        let mut tries = 1;
        loop {
            match Self::attempt(&cli, &options).await {
                // Between the choice of a free port and its use there is time for others.
                Err(DevServerError::Failed(said))
                    if options.port == 0 && tries < TRIES && said.contains("already in use") =>
                {
                    tries += 1;
                }
                done => return done,
            }
        }
    }

    async fn attempt(cli: &Path, options: &DevServerOptions) -> Result<Self, DevServerError> {
        let db = options.db.as_deref();
        let mut claim = None;
        let mut owner = None;
        if let Some(db) = db {
            claim = Claim::server(db)?;
            if claim.is_none() {
                // Somebody may have looked at this very moment, which takes the lock too.
                sleep(LOOK).await;
                claim = Claim::server(db)?;
            }
            if claim.is_none() {
                return Err(DevServerError::DatabaseInUse { db: db.to_owned() });
            }
            owner = Claim::owner(db)?;
        }
        let port = port::choose(options.port, Purpose::Clients)?;
        let ui_port = options.ui_port.map(|port| port::choose(port, Purpose::Ui));
        let ui_port = ui_port.transpose()?;
        let file = db.map(|db| claim::beside(db, "log"));
        let failed = |error| cannot("start", cli, error);
        let mut log = Log::new(file.as_deref()).map_err(|error| {
            cannot(
                "write",
                file.as_deref().unwrap_or(Path::new("a log")),
                error,
            )
        })?;
        let mut command = process::command(cli, options, port, ui_port);
        command
            .stdout(log.output().map_err(failed)?)
            .stderr(log.output().map_err(failed)?);
        if let Some(claim) = &claim {
            command.stdin(claim.file().map_err(failed)?);
        }
        let child = command.spawn().map_err(failed)?;
        let record = Record {
            address: format!("127.0.0.1:{port}"),
            ui: ui_port.map(|port| format!("http://127.0.0.1:{port}")),
            pid: child.id().unwrap_or_default(),
        };
        if let Some(claim) = &mut claim {
            claim.record(&record).map_err(failed)?;
        }
        let mut process = Process::Started(child);
        announced(&mut process, &mut log.reader).await?;
        Ok(Self {
            process,
            listener: Some(Listener::start(log.reader)),
            owner,
            address: record.address,
            ui: record.ui,
        })
    }

    /// Joins the server that keeps its runs in `db`, where there is one: somebody else's, or one that
    /// outlived the program which started it. The latter is ended like a server of one's own.
    ///
    /// ```no_run
    /// # use flock::dev_server::{DevServer, DevServerError, DevServerOptions};
    /// # async fn example() -> Result<(), DevServerError> {
    /// let db = std::path::Path::new(".flock/dev.db");
    /// let server = match DevServer::join(db).await? {
    ///     Some(server) => server,
    ///     None => DevServer::start(DevServerOptions::default().db(db)).await?,
    /// };
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When a server is there and does not answer within 60 seconds.
    pub fn join(db: &Path) -> BoxFuture<'_, Result<Option<Self>, DevServerError>> {
        Self::joined(db).boxed()
    }

    async fn joined(db: &Path) -> Result<Option<Self>, DevServerError> {
        let began = Instant::now();
        while Claim::is_served(db)? {
            if let Some(record) = claim::recorded(db)
                && tokio::net::TcpStream::connect(&record.address)
                    .await
                    .is_ok()
            {
                return Self::found(db, record).map(Some);
            }
            if began.elapsed() > START {
                return Err(DevServerError::Failed(format!(
                    "one keeps its runs in {} already, and does not answer; end it, or choose another file",
                    db.display()
                )));
            }
            sleep(LOOK).await;
        }
        Ok(None)
    }

    fn found(db: &Path, record: Record) -> Result<Self, DevServerError> {
        let log = File::open(claim::beside(db, "log")).and_then(|mut log| {
            log.seek(SeekFrom::End(0))?;
            Ok(log)
        });
        let owner = Claim::owner(db)?;
        Ok(Self {
            process: Process::found(record.pid, db, owner.is_some()),
            // Its errors are in the log in any case.
            listener: log.ok().map(|log| Listener::start(Reader::new(log))),
            owner,
            address: record.address,
            ui: record.ui,
        })
    }

    /// Host and port for clients and workers.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The URL of the Web UI, where one was asked for.
    pub fn ui(&self) -> Option<&str> {
        self.ui.as_deref()
    }

    /// Whether the server is ended with this; not when somebody else's was joined.
    pub fn is_own(&self) -> bool {
        match self.process {
            Process::Started(_) => true,
            Process::Found { .. } => self.owner.is_some(),
        }
    }

    /// Ends when the server does, with how it ended.
    pub fn ended(&mut self) -> BoxFuture<'_, String> {
        async move {
            let how = self.process.ended().await;
            if let Some(listener) = self.listener.take() {
                listener.finish().await;
            }
            how
        }
        .boxed()
    }

    /// Ends the server and waits until it is gone; one that is not [its own](Self::is_own) is left
    /// alone. What is in its file is kept.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn stop(mut self) -> BoxFuture<'static, Result<(), DevServerError>> {
        async move {
            let ended = self.process.end().await;
            if let Some(listener) = self.listener.take() {
                listener.finish().await;
            }
            ended.map_err(|error| DevServerError::Io {
                doing: "cannot end the Temporal dev server".into(),
                error,
            })
        }
        .boxed()
    }
}

/// Waits until the server says where it is, which it does once it answers.
async fn announced(process: &mut Process, log: &mut Reader) -> Result<(), DevServerError> {
    let began = Instant::now();
    let mut said = Vec::new();
    loop {
        // Asked first, so that what it said before it ended is there to be read.
        let gone = process.is_gone();
        said.extend(log.lines());
        if said.iter().any(|line| line.starts_with("Temporal Server:")) {
            said.iter().for_each(|line| log::pass_on(line));
            return Ok(());
        }
        let failed = |what: String| {
            let words = said.join("\n");
            match words.trim() {
                "" => Err(DevServerError::Failed(what)),
                words => Err(DevServerError::Failed(words.to_owned())),
            }
        };
        if gone {
            return failed("it said nothing".to_owned());
        }
        if began.elapsed() > START {
            return failed(format!("no answer within {} s", START.as_secs()));
        }
        sleep(LOOK).await;
    }
}

#[cfg(test)]
mod tests;
