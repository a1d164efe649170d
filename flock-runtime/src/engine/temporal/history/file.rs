//! A run's history, in Temporal's own JSON form.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use prost::Message;
use prost_reflect::{
    DescriptorPool, DeserializeOptions, DynamicMessage, MessageDescriptor, SerializeOptions,
};
use temporalio_client::WorkflowFetchHistoryOptions;
use temporalio_common::protos::temporal::api::{
    enums::v1::EventType,
    history::v1::{
        History as Proto, HistoryEvent, WorkflowExecutionStartedEventAttributes as Started,
        history_event::Attributes,
    },
};

use super::{HistoryStep, lines};
use crate::{
    engine::{
        RunId,
        temporal::{TemporalEngine, codec::Codec},
    },
    error::RunError,
};

/// The event history of a run, as Temporal keeps it.
///
/// As a file it has Temporal's JSON form, the one that `temporal workflow show --output json` writes
/// and that other languages' SDKs read.
#[derive(Debug, Clone)]
pub struct History {
    events: Arc<[HistoryEvent]>,
    started: Arc<Started>,
}

/// Why a history could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no history, or not a whole one.
    #[error("{origin} is no history that can be replayed: {message}; save it again with `record`")]
    Damaged {
        /// The file, or where it came from.
        origin: String,
        /// What is wrong with it.
        message: String,
    },
}

/// How Temporal's messages look, out of their own description.
static MESSAGE: LazyLock<Option<MessageDescriptor>> = LazyLock::new(|| {
    let description = include_bytes!(concat!(env!("OUT_DIR"), "/history.bin"));
    let pool = DescriptorPool::decode(description.as_slice()).ok()?;
    pool.get_message_by_name("temporal.api.history.v1.History")
});

impl History {
    /// The history in the file at `path`.
    ///
    /// # Errors
    /// When it cannot be read, or as [`from_json`](Self::from_json).
    pub fn read(path: impl AsRef<Path>) -> Result<Self, HistoryError> {
        let path = path.as_ref();
        let json = fs::read_to_string(path).map_err(|source| HistoryError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&json, &path.display().to_string())
    }

    /// The history in Temporal's JSON form.
    ///
    /// # Errors
    /// When it is no history, or does not begin with a run's start.
    pub fn from_json(json: &str) -> Result<Self, HistoryError> {
        Self::parse(json, "the JSON")
    }

    fn parse(json: &str, origin: &str) -> Result<Self, HistoryError> {
        decode(json)
            .and_then(Self::new)
            .map_err(|message| HistoryError::Damaged {
                origin: origin.to_owned(),
                message,
            })
    }

    /// The history in Temporal's JSON form, of one line an event at least.
    pub fn to_json(&self) -> String {
        // What came out of the description goes back in.
        encode(&self.events).unwrap_or_default()
    }

    /// Writes the history to the file at `path`. Folders that are missing are made.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), HistoryError> {
        Self::write_text(path.as_ref(), self.to_json())
    }

    /// The same with what was made of its JSON.
    pub(crate) fn write_text(path: &Path, text: String) -> Result<(), HistoryError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(path, text + "\n"))
            .map_err(|source| HistoryError::File {
                path: path.to_owned(),
                source,
            })
    }

    /// Checks what the SDK takes for granted.
    fn new(events: Vec<HistoryEvent>) -> Result<Self, String> {
        let started = match events.first().map(|event| &event.attributes) {
            None => return Err("it has no events".to_owned()),
            Some(Some(Attributes::WorkflowExecutionStartedEventAttributes(started))) => {
                started.clone()
            }
            Some(_) => return Err("its first event is not the start of a run".to_owned()),
        };
        if started.workflow_type.is_none() || started.original_execution_run_id.is_empty() {
            return Err("its first event does not say of which run it is".to_owned());
        }
        if started.task_queue.is_none() {
            return Err("its first event names no task queue".to_owned());
        }
        for (event, number) in events.iter().zip(1..) {
            if event.event_id != number {
                return Err(format!("event {number} is missing"));
            }
            if event.attributes.is_none() {
                return Err(format!(
                    "event {number} says nothing that this program knows"
                ));
            }
        }
        for pair in events.windows(2) {
            let follows = matches!(
                pair[1].event_type(),
                EventType::WorkflowTaskCompleted
                    | EventType::WorkflowTaskFailed
                    | EventType::WorkflowTaskTimedOut
                    | EventType::WorkflowExecutionTerminated
                    | EventType::WorkflowExecutionTimedOut
            );
            if pair[0].event_type() == EventType::WorkflowTaskStarted && !follows {
                return Err(format!(
                    "event {} cannot follow on the one before",
                    pair[1].event_id
                ));
            }
        }
        if !events
            .iter()
            .any(|event| event.event_type() == EventType::WorkflowTaskCompleted)
        {
            return Err("no worker has taken the run up yet".to_owned());
        }
        Ok(Self {
            events: events.into(),
            started: Arc::new(started),
        })
    }

    /// The flock's name.
    pub fn flock(&self) -> &str {
        let flock = self.started.workflow_type.as_ref();
        flock.map_or("", |flock| &flock.name)
    }

    /// The workflow id; empty in histories of servers older than 1.23.
    pub fn workflow_id(&self) -> &str {
        &self.started.workflow_id
    }

    /// The run id.
    pub fn run_id(&self) -> &str {
        // A run that was reset has the beginning of another's history, and says so where its own begins.
        let reset = self.events.iter().rev().find_map(|event| {
            let Some(Attributes::WorkflowTaskFailedEventAttributes(failed)) = &event.attributes
            else {
                return None;
            };
            Some(failed.new_run_id.as_str()).filter(|run_id| !run_id.is_empty())
        });
        reset.unwrap_or(&self.started.original_execution_run_id)
    }

    /// Whether the run went on when its history was taken.
    pub fn is_open(&self) -> bool {
        !self
            .events
            .last()
            .is_some_and(HistoryEvent::is_final_wf_execution_event)
    }

    /// What happened, line by line: what the flock did is numbered.
    pub fn steps(&self) -> Vec<HistoryStep> {
        lines::lines(&self.events)
    }

    /// How many events it has.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether it has no events: never.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    pub(crate) fn events(&self) -> &[HistoryEvent] {
        &self.events
    }

    pub(crate) fn task_queue(&self) -> &str {
        let queue = self.started.task_queue.as_ref();
        queue.map_or("", |queue| &queue.name)
    }
}

impl History {
    /// The history of a run on a server, as the server has it.
    pub(crate) async fn of(engine: &TemporalEngine, run: &RunId) -> Result<Self, RunError> {
        let options = WorkflowFetchHistoryOptions::default();
        let events = engine.handle(run).fetch_history(options).into_events();
        let events = events
            .await
            .map_err(|error| engine.interaction(run, error))?;
        Self::new(events).map_err(|message| {
            RunError::Engine(format!("the history of `{run}` cannot be used: {message}"))
        })
    }
}

impl History {
    /// Itself, with its values as they were before they were encoded, where they can be read.
    pub(crate) async fn opened(&self, codec: &Codec) -> Result<Self, RunError> {
        let mut history = self.proto();
        codec.open(&mut history).await?;
        Ok(self.with(history))
    }

    /// The same, of which all can be read but what was damaged.
    pub(crate) async fn decoded(&self, codec: &Codec) -> Result<Self, RunError> {
        let mut history = self.proto();
        codec.open_all(&mut history).await?;
        Ok(self.with(history))
    }

    /// The same, with what is kept elsewhere in its place, encoded as it was put there.
    #[cfg(feature = "cli")]
    pub(crate) async fn gathered(&self, codec: &Codec) -> Result<Self, RunError> {
        let mut history = self.proto();
        codec.gather(&mut history).await?;
        Ok(self.with(history))
    }

    fn proto(&self) -> Proto {
        Proto {
            events: self.events.to_vec(),
        }
    }

    fn with(&self, history: Proto) -> Self {
        Self {
            events: history.events.into(),
            started: Arc::clone(&self.started),
        }
    }
}

fn message() -> Result<MessageDescriptor, String> {
    let message = MESSAGE.clone();
    message.ok_or_else(|| "this program was built without Temporal's messages".to_owned())
}

fn decode(json: &str) -> Result<Vec<HistoryEvent>, String> {
    // A newer server may say more than this program knows.
    let options = DeserializeOptions::new().deny_unknown_fields(false);
    let mut json = serde_json::Deserializer::from_str(json);
    let history = DynamicMessage::deserialize_with_options(message()?, &mut json, &options)
        .map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    let history: Proto = history.transcode_to().map_err(|error| error.to_string())?;
    Ok(history.events)
}

fn encode(events: &[HistoryEvent]) -> Option<String> {
    let history = Proto {
        events: events.to_vec(),
    };
    let message = MESSAGE.clone()?;
    let history = DynamicMessage::decode(message, &*history.encode_to_vec()).ok()?;
    let mut json = serde_json::Serializer::pretty(Vec::new());
    let options = SerializeOptions::new();
    history.serialize_with_options(&mut json, &options).ok()?;
    String::from_utf8(json.into_inner()).ok()
}
