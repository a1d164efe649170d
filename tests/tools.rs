//! Conversations of models with their tools: the same on both engines, and through the death of workers.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use std::path::{Path, PathBuf};

use flock::{Answer, ErrorKind, FlockHandle, Resolution, Runtime, testing::TestRuntime};
use libtest_mimic::Trial;
use serde_json::json;

use crate::{
    flocks::{
        Greeting,
        tooled::{
            self, CallsAFlockInput, CallsToolsInput, Delegate, DeputyInput, Plan, Planned, Planner,
            PlannerInput, SeekInput, calls_a_flock, calls_tools, seek,
        },
    },
    support::{
        MANY_WORKERS, OWN, Process, address, asked, both, completed, failure,
        killed_at_every_boundary, say, temporal, test, test_within, trace_file, traces, unique,
        until, until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [
        both("tools::each_turn_and_each_call_is_a_step", steps),
        both("tools::what_a_model_can_mend_it_is_told", mended),
        both("tools::a_tool_that_fails_fails_its_agent", broken),
        both("tools::turns_come_to_an_end", turns),
        both("tools::agents_and_flocks_are_tools", others),
        both("tools::large_results_are_cut", cut),
        both("tools::what_is_spent_is_added_up", spent),
        both("tools::a_key_for_each_call", keys),
        both("tools::leave_is_asked_for_exactly_this_call", leave),
        both("tools::a_write_is_not_run_again_by_itself", write),
        both("tools::a_write_of_a_flock_too", write_of_a_flock),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.push(Trial::test(
        "tools::a_test_puts_others_in_their_place",
        || {
            doubled();
            Ok(())
        },
    ));
    trials.push(test("tools::a_write_outlives_its_worker", write_killed));
    trials.push(test_within(
        MANY_WORKERS,
        "tools::killed_at_every_boundary",
        killed,
    ));
    trials.push(test("tools::history_grows_with_what_is_said", grown));
    trials
}

fn plan(file: &Path, turns: &[&[&str]]) -> PlannerInput {
    PlannerInput::from((file.display().to_string(), tooled::turns(turns)))
}

async fn start(runtime: &Runtime, turns: &[&[&str]]) -> (FlockHandle<Plan>, PathBuf) {
    let file = trace_file("tools");
    let run = runtime.start::<Plan>(plan(&file, turns)).await.unwrap();
    (run, file)
}

async fn said(runtime: &Runtime, turns: &[&[&str]]) -> Vec<String> {
    let (run, _) = start(runtime, turns).await;
    run.result().await.unwrap().said
}

async fn steps(runtime: Runtime) {
    let (run, file) = start(&runtime, &[&["seek:a", "seek:b"], &["seek:c"]]).await;
    let said = run.result().await.unwrap().said;
    assert_eq!(said, ["seek: saw a", "seek: saw b", "seek: saw c"]);
    let done = completed(&runtime, &run).await.into_iter();
    let mut done: Vec<_> = done.map(|step| step.summary.unwrap_or_default()).collect();
    done[1..3].sort();
    assert_eq!(
        done,
        [
            "planner · turn 1",
            "planner · turn 1 · seek",
            "planner · turn 1 · seek",
            "planner · turn 2",
            "planner · turn 2 · seek",
            "planner · turn 3",
        ]
    );
    let mut traced = traces(&file);
    traced[1..3].sort();
    let expected = [
        "planner turn 1",
        "looks a",
        "looks b",
        "planner turn 2",
        "looks c",
        "planner turn 3",
    ];
    assert_eq!(traced, expected);
}

/// A tool that is none, arguments that do not fit, and what the tool itself calls invalid.
async fn mended(runtime: Runtime) {
    let wrong = r#"seek:{"file": "x", "wrd": "a"}"#;
    let said = said(
        &runtime,
        &[&["lock:a", wrong, "measure:four"], &["measure:one"]],
    )
    .await;
    assert!(
        said[0].starts_with("lock failed: there is no tool `lock`, only `seek`, `measure`"),
        "{said:?}"
    );
    assert!(
        said[1].starts_with("seek failed:") && said[1].contains("word"),
        "{said:?}"
    );
    let told = [
        "measure failed: `four` has 4 letters, not three",
        r#"measure: {"length":3}"#,
    ];
    assert_eq!(said[2..], told);
}

async fn broken(runtime: Runtime) {
    let (run, file) = start(&runtime, &[&["broken:luck", "seek:a"]]).await;
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
    if let Ok(history) = runtime.history(run.id()).await {
        let told: Vec<_> = history
            .steps()
            .iter()
            .map(|step| step.action.to_string())
            .collect();
        for action in ["agent `planner`", "tool `broken`"] {
            assert!(told.iter().any(|told| told == action), "{told:?}");
        }
    }
    // What was under way beside it was not cut off.
    assert!(traces(&file).contains(&"looks a".to_owned()));
}

async fn turns(runtime: Runtime) {
    let input = (String::new(), vec![vec!["measure:one".to_owned()]; 3]);
    let run = runtime.start::<Delegate>(DeputyInput::from(input));
    let failure = failure(run.await.unwrap().result().await);
    assert_eq!(
        (&*failure.type_name, failure.agent.as_deref()),
        ("MaxTurns", Some("deputy"))
    );
    assert_eq!(failure.kind, ErrorKind::Permanent);
}

async fn others(runtime: Runtime) {
    let deputy = r#"deputy:{"file": "", "plan": [["measure:one"]]}"#;
    let said = said(
        &runtime,
        &[&[
            "shout:{\"word\": \"hey\"}",
            "ponder:{\"word\": \"hm\"}",
            deputy,
        ]],
    )
    .await;
    let expected = [
        "shout: HEY",
        "ponder: hm?",
        r#"deputy: {"said":["measure: {\"length\":3}"]}"#,
    ];
    assert_eq!(said, expected);
}

async fn cut(runtime: Runtime) {
    let said = said(&runtime, &[&["talk:abc"]]).await;
    let shown = "abcabcabcabcabcabcab\n[cut here: the result has 30 bytes, and 20 are shown]";
    assert_eq!(said, [format!("talk: {shown}")]);
}

/// What a delegate and a child have spent counts as well.
async fn spent(runtime: Runtime) {
    let deputy = r#"deputy:{"file": "", "plan": [["measure:{\"word\": \"one\"}"]]}"#;
    let (run, _) = start(&runtime, &[&[deputy]]).await;
    run.result().await.unwrap();
    let four = json!({ "requests": 4, "input_tokens": 40, "output_tokens": 8, "unpriced": 4 });
    assert_eq!(run.status().await.unwrap()["spent"], four);
    let input = CallsAFlockInput::from(plan(Path::new(""), &[]).file);
    let run = runtime.start::<calls_a_flock>(input).await.unwrap();
    run.result().await.unwrap();
    let one = json!({ "requests": 1, "input_tokens": 10, "output_tokens": 2, "unpriced": 1 });
    assert_eq!(run.status().await.unwrap()["spent"], one);
}

/// A closure for the whole agent, or for one of its tools.
fn doubled() {
    let test = TestRuntime::builder()
        .state(Greeting("hello"))
        .agent::<Planner>(async |input: PlannerInput| Ok(vec![input.file]))
        .build()
        .unwrap();
    let run = test.start::<Plan>(plan(Path::new("f"), &[&["seek:a"]]));
    let run = run.unwrap();
    assert_eq!(run.result().unwrap().said, ["f"]);
    assert_eq!(run.inputs::<Planner>()[0].file, "f");
    let test = TestRuntime::builder()
        .state(Greeting("hello"))
        .model("planned", Planned)
        .agent::<seek>(async |input: SeekInput| Ok(format!("found {}", input.word)))
        .build()
        .unwrap();
    let run = test.start::<Plan>(plan(Path::new(""), &[&["seek:a"]]));
    let run = run.unwrap();
    assert_eq!(run.result().unwrap().said, ["seek: found a"]);
    run.assert_steps(["planner", "seek", "planner"]);
}

/// One key for both attempts of a call, and another for the next.
async fn keys(runtime: Runtime) {
    let (run, file) = start(&runtime, &[&["put:a", "put:b"]]).await;
    let said = run.result().await.unwrap().said;
    let key = |said: &str| said.strip_prefix("put: ").unwrap().to_owned();
    let (a, b) = (key(&said[0]), key(&said[1]));
    assert_ne!(a, b);
    assert!(a.len() <= 80, "{a}");
    let mut traced: Vec<_> = traces(&file)
        .into_iter()
        .filter(|line| !line.contains("turn"))
        .collect();
    traced.sort();
    let expected = [
        format!("a {a}"),
        format!("a {a}"),
        format!("b {b}"),
        format!("b {b}"),
    ];
    assert_eq!(traced, expected);
}

async fn leave(runtime: Runtime) {
    let (run, file) = start(&runtime, &[&["mail:ann"], &["mail:bob"]]).await;
    let request = asked(&run).await;
    assert_eq!(request.id, "mail-1");
    assert_eq!(request.payload, json!({ "file": file, "word": "ann" }));
    run.answer("mail-1", Answer::approve()).await.unwrap();
    let second = until_some("the second is asked", async || {
        let open = run.approvals().await.unwrap();
        open.into_iter().find(|request| request.id == "mail-2")
    });
    assert_eq!(second.await.payload["word"], json!("bob"));
    let no = Answer::reject().by("eve").comment("not bob");
    run.answer("mail-2", no).await.unwrap();
    let said = run.result().await.unwrap().said;
    assert_eq!(
        said,
        ["mail: sent", "mail failed: eve refused this call: not bob"]
    );
    let mails: Vec<_> = traces(&file)
        .into_iter()
        .filter(|line| line.contains("mails"))
        .collect();
    assert_eq!(mails, ["mails ann"]);
}

fn charges(file: &Path) -> usize {
    let traced = traces(file);
    traced
        .iter()
        .filter(|line| line.starts_with("charges"))
        .count()
}

async fn write(runtime: Runtime) {
    // Too slow, and resolved in each of the three ways.
    for (resolution, result, runs) in [
        (Resolution::Done(json!({ "cents": 5 })), Ok(5), 1),
        (Resolution::Run, Ok(700), 2),
        (Resolution::GiveUp, Err("Timeout"), 1),
    ] {
        let (run, file) = start(&runtime, &[&["charge:card"]]).await;
        let request = asked(&run).await;
        assert_eq!(request.id, "resolve-charge-1");
        assert_eq!(request.payload["input"]["word"], json!("card"));
        assert_eq!(charges(&file), 1);
        // What the step could not have given is refused, and costs nothing.
        let wrong = Answer::resolve(Resolution::Done(json!({ "euros": 5 })));
        let refused = run.answer(&request.id, wrong).await.unwrap_err();
        assert!(refused.to_string().contains("cents"), "{refused}");
        run.answer(&request.id, Answer::resolve(resolution))
            .await
            .unwrap();
        match result {
            Ok(cents) => {
                let said = run.result().await.unwrap().said;
                assert_eq!(said, [format!("charge: {{\"cents\":{cents}}}")]);
            }
            Err(type_name) => {
                let failure = failure(run.result().await);
                assert_eq!(
                    (&*failure.type_name, failure.agent.as_deref()),
                    (type_name, Some("charge"))
                );
            }
        }
        assert_eq!(charges(&file), runs);
    }
}

/// One that panicked has been begun as well.
async fn write_of_a_flock(runtime: Runtime) {
    let file = trace_file("writes");
    let input = CallsToolsInput::from((file.display().to_string(), "panic".to_owned()));
    let run = runtime.start::<calls_tools>(input).await.unwrap();
    let request = asked(&run).await;
    assert!(
        request.payload["error"]
            .as_str()
            .unwrap()
            .contains("in the middle")
    );
    assert_eq!(charges(&file), 1);
    run.answer(&request.id, Answer::resolve(Resolution::Run))
        .await
        .unwrap();
    assert_eq!(run.result().await.unwrap(), json!({ "cents": 700 }));
    assert_eq!(charges(&file), 2);
}

async fn write_killed() {
    let (runtime, address) = (temporal().await, address().await);
    let queue = unique(&format!("{OWN}write"));
    let file = trace_file("killed");
    let input = plan(&file, &[&["charge_slowly:card"]]);
    let run = runtime
        .start::<Plan>(input)
        .task_queue(&queue)
        .await
        .unwrap();
    let mut first = Process::worker(&address, &queue);
    until("it is begun", || charges(&file) == 1).await;
    first.kill().await;
    let _second = Process::worker(&address, &queue);
    let request = asked(&run).await;
    assert!(
        request.payload["error"]
            .as_str()
            .unwrap()
            .contains("worker"),
        "{request:?}"
    );
    let which = format!("{}/{}", run.id().workflow_id, request.id);
    let open = say(&["approvals", "--address", &address]).await;
    let line = format!("resolve {which} --done JSON | --again | --give-up");
    assert!(open.out.contains(&line), "{}", open.out);
    let resolve = async |how: &[&str]| {
        let args = [&["resolve", &which, "--address", &address], how].concat();
        say(&args).await
    };
    assert_eq!(resolve(&[]).await.code, Some(2), "it says nothing");
    let text = resolve(&["--done", "nine"]).await;
    assert_eq!(text.code, Some(2));
    assert!(text.err.contains("double quotes"), "{}", text.err);
    assert_eq!(
        resolve(&["--done", "9"]).await.code,
        Some(1),
        "no result of it"
    );
    let done = resolve(&["--done", r#"{"cents": 9}"#]).await;
    assert!(
        done.out.contains(&format!("{which} is done")),
        "{}{}",
        done.out,
        done.err
    );
    assert_eq!(
        run.result().await.unwrap().said,
        [r#"charge_slowly: {"cents":9}"#]
    );
    assert_eq!(charges(&file), 1, "never twice");
}

/// A worker is killed at each event that comes. What was answered is not asked again: once the next thing has
/// begun, none of what came before it begins anew.
/// Four times the turns are no more than four times the history, and a little.
async fn grown() {
    let runtime = temporal().await;
    let file = trace_file("grown").display().to_string();
    let size = async |turns: usize| {
        let word = "x".repeat(2_000);
        let wanted = format!("seek:{word}");
        let plan = PlannerInput::from((file.clone(), vec![vec![wanted]; turns]));
        let run = runtime.start::<Plan>(plan).await.unwrap();
        run.result().await.unwrap();
        let history = runtime.history(run.id()).await.unwrap();
        history.to_json().len()
    };
    let (few, many) = (size(2).await, size(8).await);
    assert!(many < 5 * few, "{few} and {many} bytes");
}

async fn killed() {
    let (runtime, address) = (temporal().await, address().await);
    let queue = unique(&format!("{OWN}boundary"));
    let file = trace_file("boundary");
    let turns: &[&[&str]] = &[&["seek:a", "seek:b"], &["seek:c"]];
    let run = runtime.start::<Plan>(plan(&file, turns));
    let run = run.task_queue(&queue).await.unwrap();
    let phase = |line: &str| match line {
        "planner turn 1" => 1,
        "looks a" | "looks b" => 2,
        "planner turn 2" => 3,
        "looks c" => 4,
        "planner turn 3" => 5,
        other => panic!("{other}"),
    };
    killed_at_every_boundary((&runtime, &address), &run, &queue, &file, phase).await;
    let said = run.result().await.unwrap().said;
    assert_eq!(said, ["seek: saw a", "seek: saw b", "seek: saw c"]);
}
