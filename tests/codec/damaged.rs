//! Values that nobody will ever read: whoever wants one has a typed error, and nothing else fails.

use flock::{
    ErrorKind, FlockHandle, RunError, RunId, Runtime,
    config::Config,
    engine::{RunFilter, RunStatus},
    replay::Replayer,
};
use serde_json::json;

use super::{PLANTED, keys, namespace, python_says, runtime, start};
use crate::{
    flocks::{
        foreign::{CallsAtInput, calls_at},
        memory::{Carry, order},
        sealed::{Confession, ConfidesInput, archives, confides},
        told::{Draft, DraftApprove, DraftEdit, DraftInput, DraftText},
    },
    support::{AtWork, OWN, failure, unique},
};

const TOLD: &str = "binary/zlib, and damaged";

/// Encrypted or not, by a client of Python's: some flock of which `what` is damaged.
async fn begun(place: &str, what: &str, flock: &str, queue: &str, input: &str) -> RunId {
    let id = unique("damaged");
    python_says(place, &["damaged", what, flock, &id, queue, input]).await;
    RunId::latest(id)
}

async fn failed(runtime: &Runtime, run: &RunId, what: &str) {
    let failed = failure(runtime.engine().result(run).await);
    assert_eq!(failed.kind, ErrorKind::Invalid, "{failed}");
    assert_eq!(failed.type_name, "DecodeError", "{failed}");
    assert!(failed.message.contains(what), "{failed}");
    assert!(failed.message.contains(TOLD), "{failed}");
    // As the code repeats it.
    let history = runtime.history(run).await.unwrap();
    Replayer::new().unwrap().replay(&history).await.unwrap();
}

pub(super) async fn wedges_nothing() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}damaged")));
    let sealed = runtime(&place, Some(keys()), Config::default()).await;
    let worker = AtWork::of(&sealed, &queue);

    let input = begun(&place, "input", "archives", &queue, "null").await;
    failed(&sealed, &input, "the input of flock `archives`").await;
    let text = json!({ "text": PLANTED }).to_string();
    let header = begun(&place, "header flock-mail", "archives", &queue, &text).await;
    failed(&sealed, &header, "signals from the run before").await;
    let place_in_trace = begun(&place, "header _tracer-data", "archives", &queue, &text).await;
    let traced: FlockHandle<archives> = sealed.handle(place_in_trace);
    assert_eq!(traced.result().await.unwrap(), PLANTED, "nobody needs it");

    let total = json!({ "total": 1.5 }).to_string();
    let memo = begun(&place, "memo by", "order", &queue, &total).await;
    failed(&sealed, &memo, "the memo `by`").await;
    let unread = begun(&place, "memo other", "order", &queue, &total).await;
    let unread: FlockHandle<order> = sealed.handle(unread);
    unread.signal(Carry {}).await.unwrap();
    assert_eq!(unread.result().await.unwrap(), " sent");
    // Neither who describes it nor who lists all fails, and the rest is shown.
    let described = sealed.engine().describe(unread.id()).await.unwrap();
    assert_eq!(described.status, RunStatus::Completed);
    assert_eq!(described.memo.get("whole"), Some(&json!("one")));
    assert_eq!(described.memo.get("other"), None);
    let mut filter = RunFilter::default();
    filter.query = Some(format!("WorkflowId = '{}'", unread.workflow_id()));
    let listed = crate::support::until_some("the run is listed", async || {
        sealed.engine().list(&filter).await.unwrap().pop()
    });
    assert_eq!(listed.await.memo.get("whole"), Some(&json!("one")));

    let confessed = ConfidesInput::from((PLANTED.to_owned(), false));
    let confessed = start::<confides>(&sealed, &queue, confessed).await;
    let draft = start::<Draft>(&sealed, &queue, DraftInput::from(PLANTED.to_owned())).await;
    // Whoever sent it is gone, and the run goes on.
    for (run, signal) in [
        (confessed.workflow_id(), "confession"),
        (draft.workflow_id(), "approve"),
    ] {
        let said = python_says(&place, &["tells", "signal", run, signal]).await;
        assert_eq!(said, "");
    }
    let text = "told anew".to_owned();
    confessed.signal(Confession { text }).await.unwrap();
    assert!(confessed.result().await.unwrap().contains("told anew"));
    for (how, name) in [("update", "edit"), ("update", "answer"), ("query", "word")] {
        let said = python_says(&place, &["tells", how, draft.workflow_id(), name]).await;
        // Of a refused query the SDK hands on no more than that.
        let told = match how {
            "query" => "Encoded failure",
            _ => TOLD,
        };
        assert!(said.contains(told), "{how}: {said}");
    }
    assert_eq!(draft.query(DraftText {}).await.unwrap(), PLANTED);
    assert_eq!(draft.update(DraftEdit::from("whole")).await.unwrap(), 1);
    draft.signal(DraftApprove::from("Ann")).await.unwrap();
    assert_eq!(draft.result().await.unwrap(), "whole (1)");
    worker.stop().await;
}

pub(super) async fn ends_the_call() {
    let place = namespace().await;
    let sealed = runtime(&place, Some(keys()), Config::default()).await;
    for (how, what) in [
        ("result", "its result"),
        ("heartbeat", "what an attempt before has kept"),
    ] {
        let home = unique(&format!("{OWN}home"));
        let there = unique(&format!("{OWN}there"));
        let own = AtWork::of(&sealed, &home);
        let input = CallsAtInput::from(("Ann".to_owned(), there.clone()));
        let run = start::<calls_at>(&sealed, &home, input).await;
        python_says(&place, &["answers", &there, how]).await;
        // Whoever makes the next attempt finds it.
        let next = AtWork::of(&sealed, &there);
        failed(&sealed, run.id(), what).await;
        let failed = failure(run.result().await);
        assert_eq!(failed.agent.as_deref(), Some("answers"));
        next.stop().await;
        own.stop().await;
    }
    // A result that only a client wants fails the client, and not the run.
    let (queue, id) = (unique(&format!("{OWN}python")), unique("damaged"));
    python_says(&place, &["gives", &queue, &id]).await;
    let run = RunId::latest(id);
    let error = sealed.engine().result(&run).await.unwrap_err();
    assert!(
        matches!(&error, RunError::Undecodable { key: None, message } if message.contains(TOLD)),
        "{error:?}"
    );
    let described = sealed.engine().describe(&run).await.unwrap();
    assert_eq!(described.status, RunStatus::Completed);
}
