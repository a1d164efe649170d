//! Workers as processes: killed, and frozen for a while. The first is spared, so that its memory can be watched.

use std::process::{ExitCode, Stdio};

use tokio::process::Child;

use crate::{Result, process};

pub(crate) fn serve(address: &str) -> ExitCode {
    // Runs that another worker has taken over stay until the cache is full: what is to be flat has to be full soon.
    let cache = ["--cache-size", "50"];
    let command = ["soak", "worker", "--address", address]
        .into_iter()
        .chain(cache);
    flock::cli::main_from(command, Ok::<_, flock::Error>)
}

pub(crate) struct Workers {
    address: String,
    alive: Vec<Child>,
    /// How many ended by themselves: for want of a server to begin with, or for a fault.
    pub(crate) ended: usize,
}

impl Workers {
    pub(crate) fn start(address: &str, count: usize) -> Result<Self> {
        let alive = (0..count).map(|_| worker(address));
        Ok(Self {
            address: address.to_owned(),
            alive: alive.collect::<Result<_>>()?,
            ended: 0,
        })
    }

    /// The process of one.
    pub(crate) fn process(&self, which: usize) -> Option<u32> {
        self.alive.get(which)?.id()
    }

    /// Kills one, and starts another in its place.
    pub(crate) async fn kill(&mut self, which: usize) -> Result<()> {
        let worker = &mut self.alive[which];
        worker.kill().await?;
        *worker = self::worker(&self.address)?;
        Ok(())
    }

    /// Stops one, or lets it go on.
    pub(crate) async fn freeze(&self, which: usize, frozen: bool) -> Result<()> {
        let Some(process) = self.process(which) else {
            return Ok(());
        };
        let signal = if frozen { "-STOP" } else { "-CONT" };
        process::signal(signal, process).await
    }

    /// Starts another in place of each that has ended by itself. Says whether the spared one has.
    pub(crate) fn tend(&mut self) -> Result<bool> {
        let mut spared = false;
        for (which, one) in self.alive.iter_mut().enumerate() {
            if one.try_wait()?.is_some() {
                self.ended += 1;
                spared |= which == 0;
                *one = worker(&self.address)?;
            }
        }
        Ok(spared)
    }
}

fn worker(address: &str) -> Result<Child> {
    // What they complain of is done to them on purpose.
    let mut command = flock_benches::worker(address)?;
    Ok(command.stderr(Stdio::null()).spawn()?)
}
