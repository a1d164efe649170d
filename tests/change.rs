//! New code under running flocks.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod rolling;

use flock::{
    Runtime,
    engine::{RunId, StartOptions},
    payload::Payload,
};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::process::Child;

use crate::{
    flocks::change::{NewestInput, StaysInput, newest, stays},
    support::{
        OWN, Process, address, both, say, status_of, temporal, test, trace_file, unique, until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::from(both("change::a_new_run_takes_the_newest_way", the_newest));
    trials.extend(both("change::the_version_is_in_the_memo", in_the_memo));
    trials.extend([
        test("change::a_ladder_under_running_flocks", a_ladder),
        test("change::pinned_runs_stay_on_their_build", pinned),
        test("change::new_runs_go_to_the_build_at_once", at_once),
        test("change::a_build_that_lacks_a_queue_is_refused", lacking),
        test("change::others_follow_the_current_build", following),
        rolling::trial(),
        test("change::compat_names_what_breaks", compat),
        test("change::flocks_and_describe_tell_versions", told),
    ]);
    trials
}

async fn the_newest(runtime: Runtime) {
    let handle = runtime.start::<newest>(NewestInput {}).await.unwrap();
    assert_eq!(handle.result().await.unwrap(), [3, 1]);
    let status = runtime
        .engine()
        .query(handle.id(), "status", Payload::from_json("null"))
        .await
        .unwrap();
    let status: Value = status.decode().unwrap();
    let changes = json!({ "steps": 3, "later": 2, "tidy": true, "old": true });
    assert_eq!(status["changes"], changes);
}

async fn in_the_memo(runtime: Runtime) {
    // Nobody serves its queue: the memo is there from the start.
    let handle = runtime.start::<stays>(StaysInput {}).await.unwrap();
    let described = handle.describe().await.unwrap();
    let mut memo = described.memo["flock"].clone();
    assert!(memo["hash"].take().is_string(), "{memo}");
    assert_eq!(memo, json!({ "version": 2, "hash": null }));
    handle.terminate("seen").await.unwrap();
}

/// A worker process that plays a build of the program.
async fn worker(queue: &str, variables: &[(&str, &str)], flags: &[&str]) -> Child {
    let address = address().await;
    let fixed = ["worker", "--address", &address, "--task-queue", queue];
    Process::command(&[&fixed[..], flags].concat())
        .envs(variables.iter().copied())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("a worker process")
}

async fn start(runtime: &Runtime, flock: &str, queue: &str) -> RunId {
    let mut options = StartOptions::default();
    options.workflow_id = Some(unique(flock));
    options.task_queue = Some(queue.to_owned());
    let flock = runtime.registry().flock(flock).expect("a linked flock");
    let input = Payload::from_json("{}");
    runtime.start_entry(flock, input, options).await.unwrap()
}

async fn proceed(runtime: &Runtime, run: &RunId) -> String {
    let message = Payload::from_json("{}");
    let engine = runtime.engine();
    engine.signal(run, "proceed", message).await.unwrap();
    engine.result(run).await.unwrap().decode().unwrap()
}

/// Until the run has gone its first way, and waits.
async fn first_step(runtime: &Runtime, run: &RunId) {
    until_some("the first step", async || {
        let status = status_of(runtime, run).await?;
        (status["steps"][0]["state"] == "completed").then_some(())
    })
    .await;
}

/// Runs that began on one build go on under the next, each the way it began.
async fn a_ladder() {
    let runtime = temporal().await;
    let queue = unique(&format!("{OWN}ladder"));
    let mut begun = Vec::new();
    let mut worker_of = async |versions: &str| {
        let mut child = worker(&queue, &[("FLOCK_TEST_VERSIONS", versions)], &[]).await;
        let run = start(&runtime, "ladder", &queue).await;
        first_step(&runtime, &run).await;
        child.kill().await.expect("it can be killed");
        begun.push(run);
    };
    worker_of("1..=1").await;
    worker_of("1..=2").await;
    worker_of("1..=3").await;
    // The first run ends before its way is gone from the code.
    let mut middle = worker(&queue, &[("FLOCK_TEST_VERSIONS", "1..=3")], &[]).await;
    assert_eq!(proceed(&runtime, &begun[0]).await, "first first");
    middle.kill().await.expect("it can be killed");
    let _last = worker(&queue, &[("FLOCK_TEST_VERSIONS", "2..=3")], &[]).await;
    assert_eq!(proceed(&runtime, &begun[1]).await, "second second");
    assert_eq!(proceed(&runtime, &begun[2]).await, "third third");
    let new = start(&runtime, "ladder", &queue).await;
    assert_eq!(proceed(&runtime, &new).await, "third third");
}

/// As a user does it: by the command, again and again until workers of the build have come.
async fn set_current(deployment: &str, build: &str) {
    let address = address().await;
    let set = [
        "deployments",
        "set-current",
        deployment,
        "--build-id",
        build,
    ];
    let set = [&set[..], &["--address", &address]].concat();
    until_some("the server knows the build", async || {
        (say(&set).await.code == Some(0)).then_some(())
    })
    .await;
}

/// A run begun on build `one`, finished after build `two` became the current one.
async fn across_builds(flock: &str, queue: &str) -> (String, String) {
    let runtime = temporal().await;
    let deployment = unique(flock);
    let flags =
        |build: &'static str| ["--deployment", &deployment, "--build-id", build].map(str::to_owned);
    let build = async |build: &'static str| {
        let flags = flags(build);
        let flags: Vec<_> = flags.iter().map(String::as_str).collect();
        worker(queue, &[("FLOCK_TEST_BUILD", build)], &flags).await
    };
    let _one = build("one").await;
    set_current(&deployment, "one").await;
    let old = start(&runtime, flock, queue).await;
    first_step(&runtime, &old).await;
    let _two = build("two").await;
    // Returns once new runs go there.
    set_current(&deployment, "two").await;
    let new = start(&runtime, flock, queue).await;
    first_step(&runtime, &new).await;
    (proceed(&runtime, &old).await, proceed(&runtime, &new).await)
}

async fn pinned() {
    let (old, new) = across_builds("stays", "own-pinned").await;
    assert_eq!(old, "one one");
    assert_eq!(new, "two two");
}

/// A run that starts the moment the command has ended is on the build it named.
async fn at_once() {
    let runtime = temporal().await;
    let (deployment, queue) = (unique("at-once"), unique(&format!("{OWN}at-once")));
    let build = async |build: &'static str| {
        let flags = ["--deployment", &deployment, "--build-id", build];
        worker(&queue, &[("FLOCK_TEST_BUILD", build)], &flags).await
    };
    let _workers = (build("one").await, build("two").await);
    for build in ["one", "two", "one", "two"] {
        set_current(&deployment, build).await;
        let runs = [(); 4].map(|()| start(&runtime, "stays", &queue));
        for run in flock::join_all(runs).await {
            assert_eq!(proceed(&runtime, &run).await, format!("{build} {build}"));
        }
    }
}

/// A build that does not serve everything yet is not made current.
async fn lacking() {
    let address = address().await;
    let (deployment, queue) = (unique("lacking"), unique(&format!("{OWN}lacking")));
    let flags = ["--deployment", &deployment, "--build-id", "one"];
    let _one = worker(&queue, &[], &flags).await;
    set_current(&deployment, "one").await;
    let other = unique(&format!("{OWN}lacking"));
    let flags = ["--deployment", &deployment, "--build-id", "two"];
    let _two = worker(&other, &[], &flags).await;
    let set = [
        "deployments",
        "set-current",
        &deployment,
        "--build-id",
        "two",
    ];
    let set = [&set[..], &["--address", &address]].concat();
    let wanted = format!("serves queue `{queue}` yet, and build `one` does");
    until_some("the build is known", async || {
        // Before that, the command's words name what is not known.
        let said = say(&set).await;
        let refused = said.err.contains(&wanted);
        let told = matches!((refused, said.code), (true, Some(1)) | (false, Some(2 | 3)));
        assert!(told, "{:?}: {}", said.code, said.err);
        refused.then_some(())
    })
    .await;
    let said = say(&[&set[..], &["--ignore-missing-task-queues"]].concat()).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
}

async fn following() {
    let (old, new) = across_builds("follows", "own-follows").await;
    assert_eq!(old, "one two");
    assert_eq!(new, "two two");
}

async fn said(args: &[&str]) -> (Option<i32>, String) {
    let said = say(args).await;
    (said.code, said.out)
}

async fn compat() {
    let (_, described) = said(&["describe", "--json"]).await;
    let file = trace_file("released");
    std::fs::write(&file, &described).unwrap();
    let path = file.to_str().unwrap();
    let (code, text) = said(&["compat", path]).await;
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(text, "Running flocks can go on with this code.\n");

    let mut old: Vec<Value> = serde_json::from_str(&described).unwrap();
    let order = old.iter_mut().find(|one| one["flock"] == "order").unwrap();
    order["input"]["schema"]["properties"]["total"]["type"] = "string".into();
    let agent = old
        .iter_mut()
        .find(|one| one["agent"] == "first_way")
        .unwrap();
    agent["agent"] = "zeroth_way".into();
    std::fs::write(&file, serde_json::to_string(&old).unwrap()).unwrap();
    let (code, text) = said(&["compat", path]).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("breaks: agent `zeroth_way`: is gone"),
        "{text}"
    );
    assert!(
        text.contains("breaks: flock `order`: input: field `total` was string and is number"),
        "{text}"
    );
    let (code, text) = said(&["compat", path, "--json"]).await;
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &document["breaking"]), (Some(1), &json!(2)));
    let (code, _) = said(&["compat", "/nowhere/at/all.json"]).await;
    assert_eq!(code, Some(2));
}

async fn told() {
    let (_, flocks) = said(&["flocks", "--json"]).await;
    let flocks: Vec<Value> = serde_json::from_str(&flocks).unwrap();
    let stays = flocks.iter().find(|one| one["name"] == "stays").unwrap();
    assert_eq!(stays["version"], 2);
    let (_, text) = said(&["describe", "stays"]).await;
    assert!(text.contains("versioning"), "{text}");
    assert!(text.contains("pinned"), "{text}");
}
