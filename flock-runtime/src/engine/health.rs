//! Whether an engine can work.

use serde::Serialize;

use crate::declare::pool::Pool;

/// How an engine is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Health {
    /// `local` or `temporal`.
    pub engine: String,
    /// Where the server is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The server's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_version: Option<String>,
    /// The queues of what is linked in.
    pub queues: Vec<TaskQueueHealth>,
}

/// How a task queue is served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TaskQueueHealth {
    /// The queue's name.
    pub name: String,
    /// The pool of this program that it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<Pool>,
    /// Workers that run flocks from it. One that was killed is counted for a little over a minute.
    pub workflow_pollers: usize,
    /// Workers that run agents from it.
    pub activity_pollers: usize,
    /// About how many tasks wait, where the server says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backlog: Option<u64>,
}

impl Health {
    /// The health of an engine that needs nothing outside this process.
    pub fn of(engine: &str) -> Self {
        Self {
            engine: engine.to_owned(),
            address: None,
            namespace: None,
            server_version: None,
            queues: Vec::new(),
        }
    }
}

impl TaskQueueHealth {
    /// A queue that nobody serves.
    pub fn unserved(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            pool: None,
            workflow_pollers: 0,
            activity_pollers: 0,
            backlog: None,
        }
    }

    /// Whether any worker polls it.
    #[must_use]
    pub fn is_polled(&self) -> bool {
        self.workflow_pollers + self.activity_pollers > 0
    }
}
