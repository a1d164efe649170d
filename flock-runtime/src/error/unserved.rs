//! What waits for a worker that does not come.

use std::{fmt, time::Duration};

use serde::Serialize;

use crate::text::{duration, time};

/// Something that waits for a worker, where it waits, and why nobody takes it up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Unserved {
    /// The task queue it waits on.
    pub task_queue: String,
    /// The agent that waits; none when it is the flock itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Whether that is a tool.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tool: bool,
    /// For how long it has been waiting. In JSON: seconds.
    #[serde(serialize_with = "time::span")]
    pub waited: Duration,
    /// Whether a worker of this program serves the queue when none is named.
    pub named: bool,
    /// Why nobody takes it up.
    #[serde(flatten)]
    pub reason: UnservedReason,
}

/// Why nobody takes up what waits on a task queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
#[non_exhaustive]
pub enum UnservedReason {
    /// No worker polls the queue.
    NoPoller,
    /// A worker polled the queue a moment ago, and has taken nothing since: it is busy, or was killed.
    Silent {
        /// How it is named in Temporal.
        identity: String,
        /// When it last asked. In JSON: seconds.
        #[serde(serialize_with = "time::span")]
        ago: Duration,
    },
    /// Only workers of a Worker Deployment poll the queue, and no build of it is current.
    NotCurrent {
        /// The deployment.
        deployment: String,
        /// The build of a worker that polls.
        build_id: String,
    },
    /// What waits goes to one build of a Worker Deployment, of which no worker polls the queue.
    NoBuild {
        /// The deployment.
        deployment: String,
        /// The build.
        build_id: String,
    },
    /// A worker took it and could not go on with it.
    TaskFailed {
        /// How the worker is named in Temporal.
        identity: String,
        /// What it said.
        message: String,
    },
}

impl Unserved {
    /// Whether no worker that runs now will take it up.
    pub fn is_certain(&self) -> bool {
        use UnservedReason::{NoBuild, NoPoller, NotCurrent};
        matches!(self.reason, NoPoller | NotCurrent { .. } | NoBuild { .. })
    }

    /// The command that has it served, as arguments of a program that has the flock and its agents.
    pub fn command(&self) -> String {
        let mut command = match &self.reason {
            UnservedReason::NotCurrent {
                deployment,
                build_id,
            } => {
                let (deployment, build_id) = (word(deployment), word(build_id));
                return format!("deployments set-current {deployment} --build-id {build_id}");
            }
            UnservedReason::NoBuild {
                deployment,
                build_id,
            } => {
                let (deployment, build_id) = (word(deployment), word(build_id));
                format!("worker --deployment {deployment} --build-id {build_id}")
            }
            _ => "worker".to_owned(),
        };
        if !self.named {
            command += &format!(" --task-queue {}", word(&self.task_queue));
        }
        command
    }
}

impl fmt::Display for Unserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let queue = &self.task_queue;
        let what = match &self.agent {
            Some(tool) if self.tool => format!("tool `{tool}`"),
            Some(agent) => format!("agent `{agent}`"),
            None => "the run".to_owned(),
        };
        match &self.reason {
            UnservedReason::NoPoller => match self.agent {
                Some(_) => write!(f, "{what} waits: no worker polls task queue `{queue}`"),
                None => write!(f, "no worker polls task queue `{queue}`"),
            },
            UnservedReason::Silent { identity, ago } => write!(
                f,
                "{what} waits for {} on task queue `{queue}`, which worker `{identity}` polled {} ago: it is busy, \
                 or gone",
                duration::display(whole(self.waited)),
                duration::display(whole(*ago)),
            ),
            UnservedReason::NotCurrent {
                deployment,
                build_id,
            } => write!(
                f,
                "{what} waits on task queue `{queue}`: only build `{build_id}` of deployment `{deployment}` polls \
                 it, and no build of it is current"
            ),
            UnservedReason::NoBuild {
                deployment,
                build_id,
            } => write!(
                f,
                "{what} waits: task queue `{queue}` goes to build `{build_id}` of deployment `{deployment}`, of \
                 which no worker polls; other workers get nothing from it"
            ),
            UnservedReason::TaskFailed { identity, message } => write!(
                f,
                "worker `{identity}` took {what} from task queue `{queue}` and could not go on: {message}"
            ),
        }
    }
}

/// Quoted for a shell where it must be.
pub(crate) fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,=".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

fn whole(duration: Duration) -> Duration {
    Duration::from_secs(duration.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unserved(reason: UnservedReason, named: bool) -> Unserved {
        Unserved {
            task_queue: "gpu".into(),
            agent: None,
            tool: false,
            waited: Duration::from_millis(10_400),
            named,
            reason,
        }
    }

    #[test]
    fn each_lack_names_the_command_that_mends_it() {
        let build = || ("shop".to_owned(), "v 2".to_owned());
        let (deployment, build_id) = build();
        let not_current = UnservedReason::NotCurrent {
            deployment,
            build_id,
        };
        let (deployment, build_id) = build();
        let no_build = UnservedReason::NoBuild {
            deployment,
            build_id,
        };
        for (reason, named, command) in [
            (UnservedReason::NoPoller, true, "worker"),
            (UnservedReason::NoPoller, false, "worker --task-queue gpu"),
            (
                not_current,
                false,
                "deployments set-current shop --build-id 'v 2'",
            ),
            (
                no_build,
                false,
                "worker --deployment shop --build-id 'v 2' --task-queue gpu",
            ),
        ] {
            assert_eq!(unserved(reason, named).command(), command);
        }
    }

    #[test]
    fn it_is_told_in_a_sentence() {
        let silent = UnservedReason::Silent {
            identity: "7@here".into(),
            ago: Duration::from_millis(20_900),
        };
        assert_eq!(
            unserved(silent, true).to_string(),
            "the run waits for 10s on task queue `gpu`, which worker `7@here` polled 20s ago: it is busy, or gone"
        );
        let mut agent = unserved(UnservedReason::NoPoller, true);
        agent.agent = Some("painter".into());
        assert_eq!(
            agent.to_string(),
            "agent `painter` waits: no worker polls task queue `gpu`"
        );
    }
}
