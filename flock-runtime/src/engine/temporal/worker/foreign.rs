//! Two programs on one task queue. Each is given the other's work, and knows nothing of it: what it
//! cannot do it gives back in a way that lets the other take it, at nobody's cost, and says so once.

use std::{
    collections::BTreeSet,
    convert::Infallible,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use temporalio_common::{
    ActivityError,
    data_converters::{
        DataConverter, DefaultFailureConverter, FailureConverter, PayloadConversionError,
        PayloadConverter, SerializationContextData,
    },
    error::{ActivityExecutionError, ApplicationFailure, IncomingError, OutgoingError},
    protos::temporal::api::failure::v1::{Failure, failure::FailureInfo},
};
use temporalio_sdk::WorkflowContext;

use crate::{
    engine::{
        Engine, RunFilter,
        temporal::{
            client::{TemporalEngine, list::quoted},
            codec::{self, Codec},
            failure,
            workflow::FlockWorkflow,
        },
    },
    error::Error,
    flock::hosted,
};

/// The failure type of an attempt that a program without the agent was given.
const NOT_HERE: &str = "NotLinked";
/// That of one that could not read its input.
const NOT_READABLE: &str = "NotReadable";
/// What the SDK calls it.
const UNREGISTERED: &str = "NotFoundError";
/// As often a call is given out again for this reason.
pub(crate) const MOST: u32 = 20;
/// As many polls for agents' calls a worker has open, and one more.
const POLLS: u32 = 6;
/// Between two looks at what waits on a queue.
const PERIOD: Duration = Duration::from_secs(30);

/// How values and failures travel: as by the SDK, but that an agent which this program lacks ends the
/// activity and not one attempt of many. The flock gives it out again, with its `retries` untouched.
pub(crate) fn converter(codec: Codec) -> DataConverter {
    let failures = Failures {
        plain: DefaultFailureConverter::default(),
        hides: codec.encrypts(),
    };
    DataConverter::new(PayloadConverter::default(), failures, codec)
}

struct Failures {
    plain: DefaultFailureConverter,
    /// What they say is encrypted.
    hides: bool,
}

impl FailureConverter for Failures {
    fn to_failure(
        &self,
        error: OutgoingError,
        payloads: &PayloadConverter,
        context: &SerializationContextData,
    ) -> Failure {
        let mut failure = self.plainly(error, payloads, context);
        if self.hides {
            codec::hide(&mut failure);
        }
        failure
    }

    fn to_error(
        &self,
        failure: Failure,
        payloads: &PayloadConverter,
        context: &SerializationContextData,
    ) -> Result<IncomingError, PayloadConversionError> {
        self.plain.to_error(failure, payloads, context)
    }
}

impl Failures {
    fn plainly(
        &self,
        error: OutgoingError,
        payloads: &PayloadConverter,
        context: &SerializationContextData,
    ) -> Failure {
        let mut failure = self.plain.to_failure(error, payloads, context);
        // The SDK puts a handler's error beneath one of its own, and clients of streams look no deeper.
        if let Some(cause) = failure.cause.take_if(|cause| is_of_stream(cause)) {
            return *cause;
        }
        if let SerializationContextData::Activity(_) = context
            && let Some(FailureInfo::ApplicationFailureInfo(info)) = &mut failure.failure_info
            && info.r#type == UNREGISTERED
            // Ours always has some.
            && info.details.is_none()
        {
            info.r#type = NOT_HERE.to_owned();
            info.non_retryable = true;
            let said = failure.message.split(" is not registered").next();
            let agent = said.and_then(|said| said.strip_prefix("Activity "));
            let agent = agent.unwrap_or("of another name").to_owned();
            failure.message =
                format!("the program that was given agent `{agent}` does not have it");
            once(format!("a flock runs agent `{agent}`, {}", advice()));
        }
        failure
    }
}

fn is_of_stream(failure: &Failure) -> bool {
    matches!(
        &failure.failure_info,
        Some(FailureInfo::ApplicationFailureInfo(info))
            if hosted::FAILURES.contains(&info.r#type.as_str())
    )
}

/// Why a call came to nothing at a program that could not make it, where it did: it does not have the agent,
/// or cannot read the input.
pub(crate) fn took<T>(result: &Result<T, ActivityExecutionError>) -> Option<Given> {
    let failure = match result {
        Err(error) => error.failure(),
        Ok(_) => None,
    };
    let beneath = failure.and_then(|failure| failure.cause.as_deref());
    [failure, beneath]
        .into_iter()
        .flatten()
        .find_map(|failure| match &failure.failure_info {
            Some(FailureInfo::ApplicationFailureInfo(info)) if info.details.is_none() => {
                match info.r#type.as_str() {
                    NOT_HERE => Some(Given::ToStrangers),
                    NOT_READABLE => Some(Given::Unreadable(failure::read(failure))),
                    _ => None,
                }
            }
            _ => None,
        })
}

/// Why no attempt was made.
pub(crate) enum Given {
    ToStrangers,
    Unreadable(Error),
}

/// What an attempt says that cannot read what it was given. `ends` the call where a flock made it, which
/// gives it out again; others have it tried again.
pub(crate) fn unreadable(agent: &str, error: &Error, ends: bool) -> ActivityError {
    once(format!(
        "a value for agent `{agent}` cannot be read: {error}; the call is given back until a worker takes it that can"
    ));
    let failure = ApplicationFailure::builder(error.to_string())
        .type_name(NOT_READABLE.to_owned())
        .non_retryable(ends);
    ActivityError::application(failure.build())
}

/// How long a call waits after it came to such a program so many times. A server gives a task to whose poll is
/// the oldest, and a worker has several open: one that came a moment before another is asked as often in a row, and
/// the call should not have learned to wait for minutes by then.
pub(crate) fn pause(times: u32) -> Duration {
    Duration::from_secs(1 << times.saturating_sub(POLLS).min(6))
}

/// The end of a call that no program wanted.
pub(crate) fn nowhere(agent: &str, queue: &str, given: &Given) -> Error {
    if let Given::Unreadable(error) = given {
        return Error::permanent(format!(
            "{} workers of task queue `{queue}` took it up that cannot read its input, the last of them because {}",
            MOST + 1,
            error.message()
        ))
        .with_type(NOT_READABLE);
    }
    Error::permanent(format!(
        "{} workers of task queue `{queue}` took it up that do not have it: start a worker of a program that has agent `{agent}`, and where two programs share the queue, give one of them a `task_queue` of its own",
        MOST + 1
    ))
    .with_type(NOT_HERE)
}

/// Gives the workflow task back: what the flock wants is not in this program, and may be in another
/// that serves the queue.
pub(crate) async fn give_back(
    context: &WorkflowContext<FlockWorkflow>,
    error: Error,
) -> Infallible {
    let said = format!("{error}; the task is given back until a worker takes it that has both");
    once_of(said, context.workflow_id());
    context.force_task_fail(Box::<dyn std::error::Error + Send + Sync>::from(error));
    std::future::pending().await
}

/// Looks for runs on `queue` whose flocks this program does not have.
pub(crate) async fn watch(engine: TemporalEngine, queue: String) {
    let flocks = engine.parts().registry.flocks();
    let flocks: Vec<_> = flocks.map(|flock| quoted(flock.descriptor.name)).collect();
    let mut query = format!(
        "ExecutionStatus = 'Running' AND TaskQueue = {}",
        quoted(&queue)
    );
    if !flocks.is_empty() {
        query += &format!(" AND WorkflowType NOT IN ({})", flocks.join(", "));
    }
    let filter = RunFilter {
        query: Some(query),
        limit: 1,
        ..RunFilter::default()
    };
    loop {
        // A server that cannot be asked is told of by others.
        if let Ok(found) = engine.list(&filter).await
            && let Some(run) = found.first()
        {
            let (flock, id) = (&run.flock, &run.id.workflow_id);
            once(format!(
                "run `{id}` of flock `{flock}` is on task queue `{queue}`, {}",
                advice()
            ));
            return;
        }
        tokio::time::sleep(PERIOD).await;
    }
}

fn advice() -> String {
    let program = std::env::current_exe().ok();
    let program = program.as_deref().and_then(|path| path.file_stem());
    let program = program.map_or_else(String::new, |name| format!(" `{}`", name.to_string_lossy()));
    format!(
        "which this program{program} serves and does not have: two programs that share a queue are given each other's tasks; give one of them a task_queue of its own"
    )
}

/// What has been said: one sentence for each thing that is wrong, and not for each run that meets it.
static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Says it, unless it has been said.
pub(crate) fn once(sentence: String) {
    if is_new(&sentence) {
        tracing::warn!("{sentence}");
    }
}

/// The same, met by this run: others that meet it say no more.
fn once_of(sentence: String, run: &str) {
    if is_new(&sentence) {
        tracing::warn!(run, "{sentence}");
    }
}

/// Whether it has not been said; it has then.
pub(super) fn is_new(sentence: &str) -> bool {
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    !said.contains(sentence) && said.insert(sentence.to_owned())
}
