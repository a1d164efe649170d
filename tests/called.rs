//! An agent that is called like a function inside a flock does nothing, and the flock says so: the same
//! on both engines.

#![allow(clippy::unwrap_used, reason = "a test that panics says enough")]

use flock::{ErrorKind, Failure, RunError, Runtime, testing::TestRuntimeBuilder};
use libtest_mimic::Trial;

use crate::{
    flocks::called::{Gallery, GalleryAsked, GalleryTold, post_office, scribbler, scriptorium},
    support::{both, failure, test, trace_file, traces},
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        test("called::in_a_test_as_it_is", as_it_is),
        Trial::test("called::with_a_double_too", || {
            doubled();
            Ok(())
        }),
    ];
    let shared = [
        both("called::in_a_flock_it_does_nothing", nothing),
        both("called::in_a_saga_what_was_done_is_undone", saga),
        both("called::to_undo_it_is_not_undone", undo),
        both("called::in_a_handler_the_run_hears_of_it", handlers),
        both("called::in_an_agent_as_it_is", agents),
        both("called::a_tool_is_called_one", tool),
    ];
    trials.extend(shared.into_iter().flatten());
    trials
}

const SENTENCE: &str = "agent `scribbler` was called like a function in flock `scriptorium`: that is no step, so it would have no retries and no history, and be done again on every replay; write `ctx.run::<scribbler>((file, topic)).await?`";

async fn fails(runtime: &Runtime, file: &std::path::Path, how: &str) -> Failure {
    let input = (file.display().to_string(), how.to_owned());
    let run = runtime.start::<scriptorium>(input).await.unwrap();
    let result = run.result().await;
    result.unwrap_err().failure().unwrap().clone()
}

async fn nothing(runtime: Runtime) {
    for how in [
        "plain", "late", "helper", "ignored", "join", "select", "beside",
    ] {
        let file = trace_file("called");
        let failure = fails(&runtime, &file, how).await;
        assert_eq!(failure.message, SENTENCE, "{how}");
        assert_eq!(failure.kind, ErrorKind::Permanent, "{how}");
        assert_eq!(failure.type_name, "CalledLikeAFunction", "{how}");
        let wrote = traces(&file).iter().any(|line| !line.contains(' '));
        assert!(!wrote, "{how}: {:?}", traces(&file));
    }
}

async fn saga(runtime: Runtime) {
    let file = trace_file("called-saga");
    let failure = fails(&runtime, &file, "saga").await;
    assert_eq!(failure.message, SENTENCE);
    assert_eq!(traces(&file), ["does a", "undoes a"]);
}

async fn undo(runtime: Runtime) {
    let file = trace_file("called-undo");
    let failure = fails(&runtime, &file, "undo").await;
    assert_eq!(failure.message, "no more");
    let not_undone = format!("NOT undone: writes: {SENTENCE}");
    assert_eq!(*failure.causes, ["undone: undoes", &not_undone]);
    assert_eq!(traces(&file), ["undoes a"]);
}

async fn handlers(runtime: Runtime) {
    let file = trace_file("called-handler");
    let run = runtime.start::<Gallery>(()).await.unwrap();
    let refused = run.update(GalleryAsked::from(file.display().to_string()));
    let refused = refused.await.unwrap_err().to_string();
    assert!(refused.contains("in flock `gallery`"), "{refused}");
    run.signal(GalleryTold::from(file.display().to_string()))
        .await
        .unwrap();
    let failed = run.result().await.unwrap_err();
    assert_eq!(failed.failure().unwrap().type_name, "CalledLikeAFunction");
    assert!(matches!(failed, RunError::Failed(_)), "{failed:?}");
    assert_eq!(traces(&file), Vec::<String>::new());
}

async fn agents(runtime: Runtime) {
    let file = trace_file("called-agent");
    let input = (file.display().to_string(), "well".to_owned());
    let run = runtime.start::<scriptorium>(input).await.unwrap();
    assert_eq!(run.result().await.unwrap(), "WELL");
    assert_eq!(traces(&file), ["well"]);
}

async fn tool(runtime: Runtime) {
    let run = runtime.start::<post_office>("late".to_owned());
    let told = failure(run.await.unwrap().result().await);
    let sentence = "tool `stamp` was called like a function in flock `post_office`: ";
    assert!(told.message.starts_with(sentence), "{told}");
}

async fn as_it_is() {
    let file = trace_file("called-test");
    let text = scribbler(file.display().to_string(), "a test's".to_owned()).await;
    assert_eq!(text.unwrap(), "a test's");
    assert_eq!(traces(&file), ["a test's"]);
}

fn doubled() {
    let test = TestRuntimeBuilder::from(crate::support::builder())
        .agent::<scribbler>(|input| async move { Ok(input.topic) })
        .build()
        .unwrap();
    let run = test
        .start::<scriptorium>(("nowhere".to_owned(), "plain".to_owned()))
        .unwrap();
    assert!(run.result().unwrap_err().to_string().contains(SENTENCE));
    run.assert_steps([] as [&str; 0]);
}
