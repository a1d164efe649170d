//! How commands end: exit codes, and faults that carry one.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::render::show;
use crate::error::{Error, RunError, StartError};

/// The exit codes. Scripts rely on them: they do not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Exit {
    /// All went well.
    Done = 0,
    /// The run failed, or something did that no other code names.
    Failed = 1,
    /// Wrong usage, input or configuration. Also clap's own.
    Usage = 2,
    /// The server cannot be reached or refuses this program, or no worker polls the queue.
    Unreachable = 3,
    /// There is no such run, or no such schedule.
    NotFound = 4,
    /// The run was cancelled, terminated or timed out.
    Ended = 5,
    /// Ctrl-C, as shells count it: 128 + SIGINT.
    Interrupted = 130,
    /// As shells count it: 128 + SIGTERM.
    Terminated = 143,
    /// As shells count it: 128 + SIGHUP.
    #[cfg(feature = "dev-server")]
    HungUp = 129,
}

/// The same for `--help`.
pub(super) const HELP: &str = "\
Without a command, a program whose only flock needs no input runs it; another shows its flocks.

Exit codes:
    0  done
    1  the run failed, or something did that no other code names
    2  wrong usage, input or configuration
    3  the server cannot be reached or refuses this program, or no worker polls the queue
    4  there is no such run or schedule
    5  the run was cancelled, terminated or timed out, or has ended
  129  the terminal was closed, where a server of our own had to be ended (`dev`)
  130  Ctrl-C
  143  SIGTERM";

impl Exit {
    /// Whether a signal ended the command.
    #[cfg(feature = "temporal")]
    pub(super) fn is_signal(self) -> bool {
        matches!(self, Self::Interrupted | Self::Terminated)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command ended without what it was asked for.
#[derive(Debug)]
pub(super) struct Fault {
    exit: Exit,
    message: String,
    /// What `--json` prints, where the command has more to say than the message.
    document: Option<Value>,
}

impl Fault {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            document: None,
        }
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    #[cfg(any(test, feature = "temporal"))]
    pub(super) fn exit(&self) -> Exit {
        self.exit
    }

    #[cfg(any(test, feature = "temporal"))]
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn with_exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    pub(super) fn with_document(mut self, document: Value) -> Self {
        self.document = Some(document);
        self
    }

    #[cfg(test)]
    pub(super) fn document(&self) -> Option<&Value> {
        self.document.as_ref()
    }

    /// Says it on stderr, and with `--json` on stdout too.
    pub(super) fn tell(self, json: bool) -> Exit {
        show::error(&self.message);
        if json {
            let message = self.message;
            show::json(
                &self
                    .document
                    .unwrap_or_else(|| json!({ "error": { "message": message } })),
            );
        }
        self.exit
    }
}

impl From<RunError> for Fault {
    fn from(error: RunError) -> Self {
        let exit = match &error {
            RunError::Cancelled | RunError::Terminated { .. } | RunError::TimedOut => Exit::Ended,
            RunError::NotFound(_) | RunError::NoSchedule(_) => Exit::NotFound,
            RunError::AlreadyRunning(_)
            | RunError::AlreadyUsed(_)
            | RunError::Invalid(_)
            | RunError::UnknownFlock { .. } => Exit::Usage,
            RunError::Unreachable { .. }
            | RunError::Tls { .. }
            | RunError::Denied { .. }
            | RunError::NoWorker(_) => Exit::Unreachable,
            RunError::Ended(_) => Exit::Ended,
            RunError::Failed(_)
            | RunError::Refused(_)
            | RunError::Undecodable { .. }
            | RunError::Engine(_)
            | RunError::ShuttingDown => Exit::Failed,
        };
        let help = match &error {
            RunError::NotFound(_) => "; `list` shows what there is",
            RunError::NoSchedule(_) => "; `schedules list` shows what there is",
            RunError::Refused(failure) if failure.type_name == "MayNotAnswer" => {
                "; say who answers with `--by NAME`, or `--role ROLE` for a role"
            }
            RunError::AlreadyRunning(_) => " (`--id-conflict use_existing` gives that run)",
            _ => "",
        };
        Self::new(exit, format!("{error}{help}"))
    }
}

impl From<StartError> for Fault {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Engine(error) => error.into(),
            error => Self::usage(error.to_string()),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::new(Exit::Failed, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::engine::{Unserved, UnservedReason};

    #[test]
    fn every_end_of_a_run_has_its_code() {
        let ends = [
            (RunError::Failed(Error::permanent("no").into_failure()), 1),
            (RunError::Engine("no".into()), 1),
            (RunError::AlreadyRunning("a".into()), 2),
            (RunError::AlreadyUsed("a".into()), 2),
            (RunError::Invalid("a".into()), 2),
            (
                RunError::Unreachable {
                    address: "a".into(),
                    message: "b".into(),
                },
                3,
            ),
            (
                RunError::Tls {
                    address: "a".into(),
                    message: "b".into(),
                },
                3,
            ),
            (
                RunError::Denied {
                    address: "a".into(),
                    message: "b".into(),
                },
                3,
            ),
            (
                RunError::NoWorker(Box::new(Unserved {
                    task_queue: "q".into(),
                    agent: None,
                    tool: false,
                    waited: Duration::from_secs(10),
                    named: true,
                    reason: UnservedReason::NoPoller,
                })),
                3,
            ),
            (
                RunError::UnknownFlock {
                    name: "a".into(),
                    help: String::new(),
                },
                2,
            ),
            (RunError::ShuttingDown, 1),
            (RunError::NotFound("a".into()), 4),
            (RunError::NoSchedule("a".into()), 4),
            (RunError::Refused(Error::invalid("no").into_failure()), 1),
            (RunError::Ended("a".into()), 5),
            (RunError::Cancelled, 5),
            (RunError::Terminated { reason: "r".into() }, 5),
            (RunError::TimedOut, 5),
        ];
        for (error, code) in ends {
            assert_eq!(Fault::from(error.clone()).exit as u8, code, "{error}");
            assert_eq!(
                Fault::from(StartError::from(error.clone())).exit as u8,
                code,
                "{error}"
            );
            assert!(HELP.contains(&format!("  {code}  ")));
        }
    }

    #[test]
    fn a_wrong_file_is_wrong_usage() {
        let error = StartError::Config {
            path: "flock.toml".into(),
            line: Some(3),
            message: "unknown key".into(),
        };
        let fault = Fault::from(error);
        assert_eq!(fault.exit, Exit::Usage);
        assert_eq!(fault.message, "flock.toml:3: unknown key");
    }
}
