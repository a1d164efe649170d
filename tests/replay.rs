//! Histories from the real server, replayed against the code that made them and against other code.

use std::path::PathBuf;

use flock::{
    Runtime,
    engine::RunId,
    flock::Flock,
    replay::{Action, History, Mismatch, ReplayError, Replayer},
};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::{
    flocks::{
        flowing::Chain,
        told::{
            AwaitReviewInput, Draft, DraftApprove, DraftEdit, DraftImprove, DraftInput, Review,
            await_review,
        },
        waiting::{naps, race},
    },
    support::{local, temporal, test, unique},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("replay::of_a_chain", of_a_chain),
        test("replay::of_another_agent", of_another_agent),
    ]
}

async fn ended<F: Flock>(runtime: &Runtime, input: impl Into<F::Input>) -> History {
    let run = runtime.start::<F>(input).await.expect("a start");
    let _ = run.result().await;
    runtime.history(run.id()).await.expect("a history")
}

async fn replay(history: &History) -> Result<(), ReplayError> {
    Replayer::new().expect("a replayer").replay(history).await
}

async fn of_a_chain() {
    let history = ended::<Chain>(&temporal().await, "rust".to_owned()).await;
    std::fs::write("/tmp/h/replay-chain.json", history.to_json()).unwrap();
    for step in history.steps() { println!("{step}"); }
    replay(&history).await.unwrap();
    let again = History::from_json(&history.to_json()).unwrap();
    assert_eq!(again.to_json(), history.to_json());
    replay(&again).await.unwrap();
}

async fn of_another_agent() {
    let history = ended::<Chain>(&temporal().await, "rust".to_owned()).await;
    let changed = history.to_json().replace("\"summarizer\"", "\"translator\"");
    let changed = History::from_json(&changed).unwrap();
    println!("{}", replay(&changed).await.unwrap_err());
}
