//! The process of a server: a child of ours, or one that was there.

use std::{
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    process::{Child, Command},
    time::sleep,
};

use super::{DevServerOptions, claim::Claim};
use crate::agreed::SEARCH_ATTRIBUTES;

/// Between two looks whether a server that is no child of ours is still there.
const LOOK: Duration = Duration::from_millis(100);

/// A server's process. Dropping it ends it, where that is ours to do.
#[derive(Debug)]
pub(super) enum Process {
    /// A child of this program.
    Started(Child),
    /// One that keeps its runs in `db`, and holds the claim on it.
    Found { pid: u32, db: PathBuf, ours: bool },
}

impl Process {
    pub(super) fn found(pid: u32, db: &Path, ours: bool) -> Self {
        let db = db.to_owned();
        Self::Found { pid, db, ours }
    }

    /// Whether it has ended.
    pub(super) fn is_gone(&mut self) -> bool {
        match self {
            Self::Started(child) => !matches!(child.try_wait(), Ok(None)),
            Self::Found { db, .. } => !matches!(Claim::is_served(db), Ok(true)),
        }
    }

    /// Ends when it does, with how.
    pub(super) async fn ended(&mut self) -> String {
        if let Self::Started(child) = self {
            return match child.wait().await {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            };
        }
        while !self.is_gone() {
            sleep(LOOK).await;
        }
        "it is gone".to_owned()
    }

    /// Ends it where that is ours to do, and waits until it is gone.
    pub(super) async fn end(mut self) -> io::Result<()> {
        match &mut self {
            Self::Started(child) => child.kill().await,
            Self::Found { ours: false, .. } => Ok(()),
            Self::Found { pid, .. } => {
                kill(*pid)?;
                self.ended().await;
                Ok(())
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A child is ended by its own drop.
        if let Self::Found {
            pid, ours: true, ..
        } = *self
            && !self.is_gone()
        {
            // Nobody is left to tell.
            let _ = kill(pid);
        }
    }
}

/// Ends a process that is no child of ours: with a lock that is held, its id names the holder still.
fn kill(pid: u32) -> io::Result<ExitStatus> {
    let pid = pid.to_string();
    let mut command = if cfg!(windows) {
        let mut command = std::process::Command::new("taskkill");
        command.args(["/F", "/PID", &pid]);
        command
    } else {
        let mut command = std::process::Command::new("kill");
        command.args(["-KILL", &pid]);
        command
    };
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
}

/// The command line of a server.
pub(super) fn command(
    cli: &Path,
    options: &DevServerOptions,
    port: u16,
    ui_port: Option<u16>,
) -> Command {
    let mut command = Command::new(cli);
    command
        .args(["server", "start-dev", "--ip", "127.0.0.1"])
        .args(["--log-level", "error"])
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
    let own = SEARCH_ATTRIBUTES.map(|name| (name.to_owned(), "Keyword".to_owned()));
    for (name, kind) in own.iter().chain(&options.search_attributes) {
        command
            .arg("--search-attribute")
            .arg(format!("{name}={kind}"));
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    // A Ctrl-C in the terminal must not end the server before the worker has finished.
    #[cfg(unix)]
    command.process_group(0);
    command
}
