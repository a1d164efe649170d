//! Conversations that are one step: `loop = "activity"`.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use std::path::PathBuf;

use flock::{FlockHandle, Runtime, testing::TestRuntime};
use libtest_mimic::Trial;

use crate::{
    flocks::{
        Greeting,
        tooled::{self, Alone, Planned, SeekInput, SoloInput, seek},
    },
    support::{
        OWN, Process, address, both, completed, failure, temporal, test, trace_file, traces,
        unique, until,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [
        both("looped::a_conversation_is_one_step", one),
        both("looped::what_a_model_can_mend_it_is_told", mended),
        both("looped::who_tries_again_goes_on", again),
        both("looped::a_tool_that_fails_fails_its_agent", broken),
        both("looped::turns_come_to_an_end", turns),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.push(test("looped::it_outlives_its_worker", killed));
    trials.push(Trial::test(
        "looped::a_test_puts_others_in_their_place",
        || {
            doubled();
            Ok(())
        },
    ));
    trials
}

fn plan(file: &str, turns: &[&[&str]]) -> SoloInput {
    SoloInput::from((file.to_owned(), tooled::turns(turns)))
}

async fn start(runtime: &Runtime, turns: &[&[&str]]) -> (FlockHandle<Alone>, PathBuf) {
    let file = trace_file("looped");
    let input = plan(&file.display().to_string(), turns);
    (runtime.start::<Alone>(input).await.unwrap(), file)
}

async fn one(runtime: Runtime) {
    let (run, file) = start(
        &runtime,
        &[&["seek:a", "shout:{\"word\": \"b\"}"], &["seek:c"]],
    )
    .await;
    let said = run.result().await.unwrap().said;
    assert_eq!(said, ["seek: saw a", "shout: B", "seek: saw c"]);
    let done = completed(&runtime, &run).await.into_iter();
    let done: Vec<_> = done.map(|step| step.agent).collect();
    assert_eq!(done, ["solo"]);
    let spent = &run.status().await.unwrap()["spent"];
    assert_eq!(spent["requests"], 3, "{spent}");
    let traced = traces(&file);
    let expected = [
        "solo turn 1",
        "looks a",
        "solo turn 2",
        "looks c",
        "solo turn 3",
    ];
    assert_eq!(traced, expected);
}

async fn mended(runtime: Runtime) {
    let (run, _) = start(
        &runtime,
        &[&[
            "lock:a",
            "measure:{\"word\": \"four\"}",
            "talk:{\"word\": \"abc\"}",
        ]],
    )
    .await;
    let said = run.result().await.unwrap().said;
    assert!(
        said[0].starts_with("lock failed: there is no tool `lock`"),
        "{said:?}"
    );
    assert_eq!(said[1], "measure failed: `four` has 4 letters, not three");
    assert!(
        said[2].contains("[cut here: the result has 30 bytes"),
        "{said:?}"
    );
}

/// The model is not asked again, what has a result is not called again, and the key of a call stays.
async fn again(runtime: Runtime) {
    let (run, file) = start(&runtime, &[&["seek:a", "put:b"]]).await;
    let said = run.result().await.unwrap().said;
    let traced = traces(&file);
    let key = said[1].strip_prefix("put: ").unwrap();
    let put = format!("b {key}");
    assert_eq!(
        traced,
        ["solo turn 1", "looks a", &put, &put, "solo turn 2"]
    );
    assert!(key.ends_with("-1.1"), "{key}");
}

async fn broken(runtime: Runtime) {
    let (run, file) = start(&runtime, &[&["broken:{\"word\": \"luck\"}"]]).await;
    let failure = failure(run.result().await);
    assert_eq!(
        (
            &*failure.type_name,
            failure.agent.as_deref(),
            &*failure.message
        ),
        ("Closed", Some("broken"), "no luck today")
    );
    assert_eq!(failure.to_string(), "tool `broken` failed: no luck today");
    assert_eq!(
        traces(&file),
        ["solo turn 1"],
        "its four attempts asked once"
    );
}

async fn turns(runtime: Runtime) {
    let measure: &[&str] = &["measure:{\"word\": \"one\"}"];
    let (run, _) = start(&runtime, &[measure, measure, measure]).await;
    let failure = failure(run.result().await);
    assert_eq!(
        (&*failure.type_name, failure.agent.as_deref()),
        ("MaxTurns", Some("solo"))
    );
}

async fn killed() {
    let (runtime, address) = (temporal().await, address().await);
    let queue = unique(&format!("{OWN}looped"));
    let file = trace_file("looped");
    let input = plan(&file.display().to_string(), &[&["seek:a"], &["linger:b"]]);
    let run = runtime.start::<Alone>(input).task_queue(&queue);
    let run = run.await.unwrap();
    let mut first = Process::worker(&address, &queue);
    let lingers = || traces(&file).iter().any(|line| line.starts_with("lingers"));
    until("it lingers", lingers).await;
    first.kill().await;
    let _second = Process::worker(&address, &queue);
    let said = run.result().await.unwrap().said;
    assert_eq!(said, ["seek: saw a", "linger: stayed b"]);
    let expected = [
        "solo turn 1",
        "looks a",
        "solo turn 2",
        "lingers b",
        "lingers b",
        "solo turn 3",
    ];
    assert_eq!(traces(&file), expected);
}

/// A closure for one of its tools.
fn doubled() {
    let test = TestRuntime::builder()
        .state(Greeting("hello"))
        .model("planned", Planned)
        .agent::<seek>(async |input: SeekInput| Ok(format!("found {}", input.word)))
        .build()
        .unwrap();
    let run = test.start::<Alone>(plan("", &[&["seek:a"]])).unwrap();
    assert_eq!(run.result().unwrap().said, ["seek: found a"]);
    run.assert_steps(["solo"]);
}
