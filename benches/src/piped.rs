//! Workers as processes that live as long as a pipe to them: whatever ends the bench ends them too.

use std::{convert::Infallible, process::Stdio};

use tokio::{
    io::AsyncReadExt,
    process::{Child, ChildStdin, Command},
};

use crate::{Error, process::Process};

/// A process that ends when its standard input does, as [`closed`] tells it; killed when this is dropped.
#[derive(Debug)]
pub struct Piped {
    /// Its CPU time and memory.
    pub process: Process,
    pipe: ChildStdin,
    child: Child,
}

impl Piped {
    /// Begins `command`.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn start(mut command: Command) -> Result<Self, Error> {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.kill_on_drop(true).spawn()?;
        let process = Process(child.id().ok_or("the worker has ended by itself")?);
        let pipe = child.stdin.take().ok_or("the worker has no pipe")?;
        Ok(Self {
            process,
            pipe,
            child,
        })
    }

    /// Waits for it to end, which it should not.
    ///
    /// # Errors
    /// When it has ended.
    pub async fn ended(&mut self) -> Result<Infallible, Error> {
        let status = self.child.wait().await?;
        Err(format!("the worker has ended by itself: {status}").into())
    }

    /// Lets it shut down.
    ///
    /// # Errors
    /// When it does not end well.
    pub async fn stop(mut self) -> Result<(), Error> {
        drop(self.pipe);
        let status = self.child.wait().await?;
        match status.success() {
            true => Ok(()),
            false => Err(format!("the worker has failed: {status}").into()),
        }
    }
}

/// Until the process that has begun this one closes the pipe, by its end if nothing else.
pub async fn closed() {
    // Whatever ends the pipe ends the worker.
    let _ = tokio::io::stdin().read(&mut [0]).await;
}
