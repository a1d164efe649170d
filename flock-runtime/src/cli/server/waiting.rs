//! Waiting for what only a worker can give, and saying so where none comes.

use std::time::Duration;

use super::Server;
use crate::{
    cli::{
        args::program_name,
        exit::{Exit, Fault},
        render::show,
        runs::outcome,
    },
    engine::{RunId, Unserved, UnservedReason},
    error::RunError,
    runtime::waiting,
};

/// How long `run` waits for a worker before it gives up.
pub(crate) const PATIENCE: Duration = waiting::PATIENCE;

impl Server {
    /// Says what waits for a worker, and the very command that has it served.
    pub(crate) fn tell(&self, one: &Unserved) {
        show::note(&self.sentence(one));
    }

    /// Ends when a run has certainly waited in vain for `patience`; tells what it waits for meanwhile.
    pub(crate) async fn unserved(&self, run: &RunId, patience: Option<Duration>) -> Fault {
        let tell = |one: &_| self.tell(one);
        self.fault(waiting::unserved(self.engine(), run, patience, tell).await)
    }

    /// The answer of a run, unless there is no worker to give it.
    pub(crate) async fn answered<T>(
        &self,
        run: &RunId,
        answer: impl Future<Output = Result<T, RunError>>,
    ) -> Result<T, Fault> {
        let tell = |one: &_| self.tell(one);
        tokio::select! {
            answer = answer => answer.map_err(refused),
            error = waiting::unanswered(self.engine(), run, PATIENCE, tell) => Err(self.fault(error)),
            signal = outcome::interrupted() => {
                let message = format!("{signal}: it may have been sent all the same");
                Err(Fault::new(signal.exit(), message))
            }
        }
    }

    fn fault(&self, error: RunError) -> Fault {
        match &error {
            RunError::NoWorker(one) => Fault::new(Exit::Unreachable, self.sentence(one)),
            _ => error.into(),
        }
    }

    fn sentence(&self, one: &Unserved) -> String {
        let (name, command) = (program_name(), one.command());
        let help = match one.reason {
            UnservedReason::TaskFailed { .. } => "another worker may take it",
            _ => "to have it served",
        };
        let flags = self.connection.flags();
        format!("{one}\n  {help}: {name} {command}{flags}")
    }
}

/// A message that was not taken.
pub(crate) fn refused(error: RunError) -> Fault {
    match error {
        // It was not sent.
        RunError::Failed(failure) if failure.type_name == "TooLarge" => {
            Fault::usage(failure.to_string())
        }
        error => error.into(),
    }
}
