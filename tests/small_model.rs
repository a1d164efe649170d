//! Agents that a real language model answers for, offline: small, so that it says little that is true, and all of it in
//! the form that it is held to. It is fetched once; a machine that cannot do that leaves these out by name:
//! `-- --skip small_model::`.
//!
//! Of tools this model knows nothing: its server offers them to it and takes its answer, and has no way to make it
//! call one. Calls by the same protocol are in `flock-runtime/src/model/tests`.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use flock::Runtime;
use libtest_mimic::Trial;

use crate::{
    flocks::small::{ADDRESS, ObserverInput, Observing, PainterInput, Painting},
    support::{both, small},
};

pub(crate) fn trials() -> Vec<Trial> {
    [
        both("small_model::answers_in_the_form_it_is_held_to", form),
        both("small_model::answers_where_tools_are_offered", tools),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn served() {
    let address = small::address().await;
    ADDRESS.get_or_init(|| address);
}

/// Its answer decodes: the colour is one of three. That it was a model shows in its tokens.
async fn form(runtime: Runtime) {
    served().await;
    let run = runtime
        .start::<Painting>(PainterInput::from("grass".to_owned()))
        .await
        .unwrap();
    run.result().await.unwrap();
    let spent = run.status().await.unwrap()["spent"].clone();
    assert_eq!(spent["requests"], 1, "{spent}");
    assert!(spent["input_tokens"].as_u64() > Some(20), "{spent}");
    assert!(spent["output_tokens"].as_u64() > Some(5), "{spent}");
}

async fn tools(runtime: Runtime) {
    served().await;
    let run = runtime
        .start::<Observing>(ObserverInput::from("grass".to_owned()))
        .await
        .unwrap();
    run.result().await.unwrap();
    let spent = run.status().await.unwrap()["spent"].clone();
    assert!(spent["output_tokens"].as_u64() > Some(3), "{spent}");
}
