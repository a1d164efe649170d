//! Workers as processes, to be killed.

use std::{
    collections::HashMap,
    process::{ExitCode, Stdio},
};

use tokio::process::Child;

use crate::{Result, now};

pub(crate) fn serve(address: &str) -> ExitCode {
    let command = ["drill", "worker", "--address", address];
    flock::cli::main_from(command, Ok::<_, flock::Error>)
}

pub(crate) struct Workers {
    address: String,
    alive: Vec<Child>,
    /// When which process was killed.
    killed: HashMap<u32, u64>,
}

impl Workers {
    pub(crate) fn start(address: &str, count: u64) -> Result<Self> {
        let alive = (0..count).map(|_| worker(address));
        Ok(Self {
            address: address.to_owned(),
            alive: alive.collect::<Result<_>>()?,
            killed: HashMap::new(),
        })
    }

    /// Kills one, and starts another in its place.
    pub(crate) async fn kill(&mut self, which: u64) -> Result<()> {
        let worker = &mut self.alive[usize::try_from(which)?];
        let process = worker.id().ok_or("a worker has ended by itself")?;
        self.killed.insert(process, now());
        worker.kill().await?;
        *worker = self::worker(&self.address)?;
        Ok(())
    }

    pub(crate) fn killed(&self) -> &HashMap<u32, u64> {
        &self.killed
    }
}

fn worker(address: &str) -> Result<Child> {
    // What they complain of is done to them on purpose.
    let mut command = flock_benches::worker(address)?;
    Ok(command.stderr(Stdio::null()).spawn()?)
}
