//! Signals, queries and updates: the same on both engines.

use flock::{ErrorKind, RunError, Runtime};
use libtest_mimic::Trial;
use serde_json::json;

use crate::{
    flocks::told::{
        AwaitReviewInput, CollectReviewsInput, Draft, DraftApprove, DraftEdit, DraftImprove,
        DraftInput, DraftText, DraftWord, Enough, Review, await_review, collect_reviews,
    },
    support::{both, failure, refusal, unique, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    [
        both("messages::in_order_of_arrival", in_order),
        both("messages::within_ends_in_a_timeout", timeout),
        both("messages::state_is_asked_and_changed", state),
        both("messages::refused", refused),
        both("messages::after_the_end", after_the_end),
        both("messages::that_do_not_fit_are_left_out", unfit),
        both("messages::what_has_ended_is_not_ended_again", ended_once),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn review(by: impl ToString) -> Review {
    Review {
        by: by.to_string(),
        stars: 5,
    }
}

/// What came before the wait is there, in order, each once, twins too.
async fn in_order(runtime: Runtime) {
    let handle = runtime
        .start::<collect_reviews>(CollectReviewsInput {})
        .await
        .unwrap();
    for n in 0..20 {
        handle.signal(review(n)).await.unwrap();
        handle.signal(review("twin")).await.unwrap();
    }
    handle.signal(Enough {}).await.unwrap();
    let names = handle.result().await.unwrap();
    let sent: Vec<_> = (0..20)
        .flat_map(|n| [n.to_string(), "twin".to_owned()])
        .collect();
    assert_eq!(names, sent);
}

async fn timeout(runtime: Runtime) {
    let handle = runtime
        .start::<await_review>(AwaitReviewInput::from("20ms"))
        .await
        .unwrap();
    let failure = failure(handle.result().await);
    assert_eq!(failure.kind, ErrorKind::Timeout);
    assert_eq!(failure.message, "signal `review` did not come within 20ms");
}

async fn state(runtime: Runtime) {
    let handle = runtime
        .start::<Draft>(DraftInput::from("a b"))
        .await
        .unwrap();
    let text = async || handle.query(DraftText {}).await.unwrap();
    until_some("the flock has begun", async || {
        (text().await == "a b").then_some(())
    })
    .await;
    assert_eq!(handle.update(DraftEdit::from("b c")).await.unwrap(), 1);
    assert_eq!(text().await, "b c");
    assert_eq!(handle.query(DraftWord { number: 1 }).await.unwrap(), "c");
    assert_eq!(handle.update(DraftImprove {}).await.unwrap(), "B C");
    handle.signal(DraftApprove::from("Ann")).await.unwrap();
    assert_eq!(handle.result().await.unwrap(), "B C (2)");
}

async fn refused(runtime: Runtime) {
    let handle = runtime
        .start::<Draft>(DraftInput::from("a b"))
        .await
        .unwrap();
    let validated = refusal(handle.update(DraftEdit::from("")).await);
    assert_eq!(
        (validated.type_name.as_str(), validated.message.as_str()),
        ("Empty", "update `edit`: the text is empty")
    );
    let handled = refusal(handle.update(DraftEdit::from("?")).await);
    assert_eq!(
        (handled.type_name.as_str(), handled.message.as_str()),
        ("Puzzled", "what is that?")
    );
    let asked = refusal(handle.query(DraftWord { number: 7 }).await);
    assert_eq!(
        (asked.kind, asked.message.as_str()),
        (ErrorKind::Invalid, "query `word`: there is no word 7")
    );
    let engine = runtime.engine();
    let null = || flock::payload::Payload::from_json("null");
    let unknown = refusal(engine.query(handle.id(), "wrod", null()).await);
    assert_eq!(
        unknown.message,
        "query `wrod`: flock `draft` has no query `wrod`; it has `text`, `word`, `status`"
    );
    handle.signal(DraftApprove::from("Ann")).await.unwrap();
    // Nothing of what was refused has left a trace.
    assert_eq!(handle.result().await.unwrap(), "a b (0)");
}

async fn after_the_end(runtime: Runtime) {
    let handle = runtime
        .start::<Draft>(DraftInput::from("a b"))
        .await
        .unwrap();
    handle.signal(DraftApprove::from("Ann")).await.unwrap();
    handle.result().await.unwrap();
    assert_eq!(handle.query(DraftText {}).await.unwrap(), "a b");
    let signal = handle.signal(DraftApprove::from("Bob")).await;
    assert!(matches!(signal, Err(RunError::Ended(_))), "{signal:?}");
    let update = handle.update(DraftEdit::from("c")).await;
    assert!(matches!(update, Err(RunError::Ended(_))), "{update:?}");
}

async fn unfit(runtime: Runtime) {
    let handle = runtime
        .start::<await_review>(AwaitReviewInput::from("1m"))
        .id(unique("unfit"))
        .await
        .unwrap();
    let unfit = flock::payload::Payload::encode(&json!({"stars": 1})).unwrap();
    let engine = runtime.engine();
    engine.signal(handle.id(), "review", unfit).await.unwrap();
    handle.signal(review("Ann")).await.unwrap();
    assert_eq!(handle.result().await.unwrap(), "Ann");
}

/// Neither a run that has ended by itself nor one that was ended.
async fn ended_once(runtime: Runtime) {
    for terminated in [false, true] {
        let start = runtime.start::<await_review>(AwaitReviewInput::from("1d"));
        let handle = start.id(unique("ended_once")).await.unwrap();
        match terminated {
            true => handle.terminate("enough").await.unwrap(),
            false => handle.signal(review("ann")).await.unwrap(),
        }
        assert_eq!(handle.result().await.is_err(), terminated);
        for again in [handle.terminate("twice").await, handle.cancel("late").await] {
            match again {
                Err(RunError::Ended(id)) => assert_eq!(id, handle.workflow_id()),
                other => panic!("{other:?}"),
            }
        }
    }
}
