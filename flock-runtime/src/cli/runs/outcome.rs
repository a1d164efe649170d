//! The end of a run, printed: the same for `run` and `result`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    cli::{
        exit::{Exit, Fault},
        program,
        render::show,
        serve::signals::{self, Signal},
    },
    engine::{RunId, RunStatus},
    error::RunError,
    value::payload::Payload,
};

/// Prints the result, or makes a fault of what came in its place.
pub(crate) fn ended(
    json: bool,
    run: &RunId,
    outcome: Result<Payload, RunError>,
) -> Result<Exit, Fault> {
    let outcome = outcome.and_then(|payload| {
        let result = payload.decode::<Value>();
        let result = result.map_err(|error| RunError::value(&error))?;
        Ok((result, payload.usage()))
    });
    match outcome {
        Ok((result, spent)) => {
            let text = show::result(&result);
            let mut document = document(run, RunStatus::Completed);
            document["result"] = result;
            if !spent.is_none() {
                document["spent"] = json!(spent);
            }
            program::print(json, &document, || text);
            Ok(Exit::Done)
        }
        Err(error) => Err(failed(run, error)),
    }
}

fn failed(run: &RunId, error: RunError) -> Fault {
    let status = match &error {
        RunError::Failed(_) => Some(RunStatus::Failed),
        RunError::Cancelled => Some(RunStatus::Cancelled),
        RunError::Terminated { .. } => Some(RunStatus::Terminated),
        RunError::TimedOut => Some(RunStatus::TimedOut),
        _ => None,
    };
    let said = match error.failure() {
        Some(failure) => json!(failure),
        None => json!({ "message": error.to_string() }),
    };
    let mut document = json!({ "workflow_id": run.workflow_id, "run_id": run.run_id });
    document["status"] = json!(status);
    document["error"] = said;
    Fault::from(error).with_document(document)
}

/// The waiting ends here; the run does not.
#[cfg(feature = "temporal")]
pub(crate) fn goes_on(run: &RunId, exit: Exit, reason: &str) -> Fault {
    let name = crate::cli::args::program_name();
    let message = format!(
        "{reason}: the run goes on\n  result: {name} result {run}\n  cancel: {name} cancel {run}"
    );
    left(run, exit, message)
}

/// The run goes on, but nobody waits for it any more.
pub(crate) fn left(run: &RunId, exit: Exit, message: String) -> Fault {
    let mut document = document(run, RunStatus::Running);
    document["error"] = json!({ "message": message });
    Fault::new(exit, message).with_document(document)
}

fn document(run: &RunId, status: RunStatus) -> Value {
    json!({ "workflow_id": run.workflow_id, "run_id": run.run_id, "status": status })
}

/// Ends at the next Ctrl-C, or SIGTERM, from now on.
pub(crate) fn interrupted() -> impl Future<Output = Signal> {
    signals::next()
}

/// Ends after `limit`; never without one.
pub(crate) async fn limit(limit: Option<Duration>) -> Duration {
    match limit {
        Some(limit) => {
            tokio::time::sleep(limit).await;
            limit
        }
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn a_failed_run_is_never_shown_as_done() {
        let run = RunId::latest("r1");
        let failure = Error::invalid("no such place")
            .in_agent("guide")
            .into_failure();
        let fault = ended(true, &run, Err(RunError::Failed(failure))).unwrap_err();
        assert_eq!(fault.exit(), Exit::Failed);
        assert_eq!(fault.message(), "agent `guide` failed: no such place");
        assert_eq!(
            fault.document(),
            Some(&json!({
                "workflow_id": "r1", "run_id": "", "status": "failed",
                "error": {
                    "kind": "invalid", "type": "Invalid", "message": "no such place", "agent": "guide"
                },
            }))
        );
    }

    #[test]
    fn a_result_that_is_no_json_is_a_failure() {
        let broken = Ok(Payload::from_json("{"));
        assert_eq!(
            ended(true, &RunId::latest("r1"), broken)
                .unwrap_err()
                .exit(),
            Exit::Failed
        );
    }
}
