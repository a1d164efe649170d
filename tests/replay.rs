//! Histories from the real server, replayed against the code that made them and against other code.

#![allow(clippy::unwrap_used, reason = "a test that panics says enough")]

use std::{path::PathBuf, sync::Arc, thread::available_parallelism};

use flock::{
    __private::futures_util::{StreamExt, stream},
    Flock, Runtime,
    dev_server::DevServer,
    engine::{RunId, RunStatus},
    replay::{Action, History, Mismatch, ReplayError, Replayer, golden},
};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::{
    flocks::{
        failing::{Fail, How},
        flowing::{Chain, CompareInput, Welcome, compare},
        told::{
            AwaitReviewInput, Draft, DraftApprove, DraftEdit, DraftImprove, DraftInput,
            await_review,
        },
        waiting::{RaceInput, dreams, naps, race},
    },
    planted,
    support::{Process, address, local, temporal, test, trace_file, unique},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("replay::history_is_read", history_is_read),
        test("replay::json_is_temporals_own", json_is_temporals_own),
        test("replay::every_end", every_end),
        test("replay::a_run_that_goes_on", a_run_that_goes_on),
        test("replay::another_agent", another_agent),
        test("replay::another_order", another_order),
        test("replay::a_timer_is_gone", a_timer_is_gone),
        test("replay::a_timer_is_new", a_timer_is_new),
        test("replay::an_agent_turned_local", an_agent_turned_local),
        test("replay::the_end_is_another", the_end_is_another),
        test("replay::the_code_panics", the_code_panics),
        test("replay::commands", commands),
        test("replay::a_flock_that_is_not_here", a_flock_that_is_not_here),
        test("replay::what_is_no_history", what_is_no_history),
        test(
            "replay::the_local_engine_keeps_none",
            the_local_engine_keeps_none,
        ),
        Trial::test("replay::golden_folder", || {
            golden_folder();
            Ok(())
        }),
    ]
}

/// Replays what every test of this program left on the server; gives how many runs there were.
///
/// Whatever is added to flock and tested on the server is replayed so, too, and holds none of the secrets that
/// `planted` has given to all processes.
///
/// # Errors
/// The mismatches.
pub(crate) fn everything(runtime: Runtime) -> Result<usize, String> {
    let tokio = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    tokio.block_on(replay_all(&runtime))
}

async fn replay_all(runtime: &Runtime) -> Result<usize, String> {
    let runs = runtime.list().limit(10_000).await;
    let runs = runs.map_err(|error| error.to_string())?;
    let replayer = Arc::new(Replayer::new().map_err(|error| error.to_string())?);
    let replayed = runs.into_iter().map(|run| {
        let (runtime, replayer) = (runtime.clone(), Arc::clone(&replayer));
        async move { tokio::spawn(replay_one(runtime, replayer, run.id)).await }
    });
    // As many side by side as there are cores: it is work, and no waiting.
    let cores = available_parallelism().map_or(1, usize::from);
    let replayed = stream::iter(replayed).buffer_unordered(cores);
    let (mut failed, mut count) = (Vec::new(), 0);
    for replayed in replayed.collect::<Vec<_>>().await {
        match replayed.map_err(|panicked| panicked.to_string()).flatten() {
            Ok(replayed) => count += usize::from(replayed),
            Err(error) => failed.push(error),
        }
    }
    match failed.is_empty() {
        true => Ok(count),
        false => Err(failed.join("\n")),
    }
}

/// Whether there was anything to replay: a run that no worker took up has no history.
async fn replay_one(runtime: Runtime, replayer: Arc<Replayer>, run: RunId) -> Result<bool, String> {
    let Ok(history) = runtime.history(&run).await else {
        return Ok(false);
    };
    let replayed = replayer.replay(&history).await;
    replayed.map_err(|error| format!("{run}: {error}"))?;
    planted::look(&history).map_err(|found| format!("{run}: {found}"))?;
    Ok(true)
}

async fn ended<F: Flock>(input: impl Into<F::Input>) -> History {
    let runtime = temporal().await;
    let run = runtime.start::<F>(input).id(unique("replay")).await;
    let run = run.expect("a start");
    let _ = run.result().await;
    runtime.history(run.id()).await.expect("a history")
}

async fn replay(history: &History) -> Result<(), ReplayError> {
    Replayer::new().expect("a replayer").replay(history).await
}

/// The history as if other code had made it.
fn changed(history: &History, change: impl FnOnce(&mut Vec<Value>)) -> History {
    let mut json: Value = serde_json::from_str(&history.to_json()).expect("JSON");
    change(json["events"].as_array_mut().expect("events"));
    History::from_json(&json.to_string()).expect("a history")
}

/// The history with this flock's name.
fn renamed(history: &History, flock: &str) -> History {
    changed(history, |events| {
        events[0]["workflowExecutionStartedEventAttributes"]["workflowType"]["name"] = json!(flock);
    })
}

async fn mismatch(history: &History) -> Mismatch {
    match replay(history).await {
        Err(ReplayError::Mismatch(mismatch)) => *mismatch,
        other => panic!("no mismatch: {other:?}"),
    }
}

fn agent(name: &str) -> Action {
    Action::Agent { agent: name.into() }
}

async fn history_is_read() {
    let history = ended::<Chain>("rust".to_owned()).await;
    assert_eq!(history.flock(), "chain");
    assert!(history.workflow_id().starts_with("replay-"));
    assert!(!history.is_open());
    let steps = history.steps();
    let told: Vec<(Option<usize>, String)> = steps
        .iter()
        .map(|step| (step.step, step.action.to_string()))
        .collect();
    let wanted = [
        (None, "started"),
        (Some(1), "agent `researcher`"),
        (Some(2), "agent `summarizer`"),
        (Some(3), "the end, with a result"),
    ];
    assert_eq!(told, wanted.map(|(step, text)| (step, text.to_owned())));

    let history = ended::<Fail>((trace(), How::Denied)).await;
    let text = history.steps()[1].to_string();
    assert!(text.contains("agent `fails`, failed: "), "{text}");
}

fn trace() -> String {
    trace_file("replay").to_string_lossy().into_owned()
}

async fn json_is_temporals_own() {
    let history = ended::<Chain>("rust".to_owned()).await;
    let json: Value = serde_json::from_str(&history.to_json()).unwrap();
    let first = &json["events"][0];
    assert_eq!(first["eventId"], json!("1"));
    assert_eq!(
        first["eventType"],
        json!("EVENT_TYPE_WORKFLOW_EXECUTION_STARTED")
    );
    let started = &first["workflowExecutionStartedEventAttributes"];
    assert_eq!(started["workflowTaskTimeout"], json!("10s"));
    // Base64, as protobuf's JSON has bytes.
    assert_eq!(
        started["input"]["payloads"][0]["data"],
        json!("eyJ0b3BpYyI6InJ1c3QifQ==")
    );
    // As Temporal's own CLI has it, which orders and indents it in its own way.
    let cli = DevServer::find_cli().expect("the server's own command line");
    let output = tokio::process::Command::new(cli)
        .args(["workflow", "show", "--output", "json"])
        .args(["--workflow-id", history.workflow_id()])
        .args(["--address", &address().await])
        .output()
        .await
        .expect("it runs");
    let mut theirs: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut ours = json.clone();
    plain_numbers(&mut ours);
    plain_numbers(&mut theirs);
    assert_eq!(ours, theirs);

    let again = History::from_json(&history.to_json()).unwrap();
    let again: Value = serde_json::from_str(&again.to_json()).unwrap();
    assert_eq!(again, json);
    // A newer server may say more than this program knows.
    let newer = changed(&history, |events| {
        events[1]["fromTheFuture"] = json!({ "a": 1 })
    });
    replay(&newer).await.unwrap();
}

/// `2.0` and `2` are one number.
fn plain_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => *value = json!(number.as_f64()),
        Value::Array(items) => items.iter_mut().for_each(plain_numbers),
        Value::Object(fields) => fields.values_mut().for_each(plain_numbers),
        _ => {}
    }
}

async fn every_end() {
    let runtime = temporal().await;
    replay(&ended::<Chain>("rust".to_owned()).await)
        .await
        .unwrap();
    replay(&ended::<Welcome>(("Ada".to_owned(), 1)).await)
        .await
        .unwrap();
    let input = CompareInput {
        left: "a".into(),
        right: "b".into(),
    };
    replay(&ended::<compare>(input).await).await.unwrap();
    replay(&ended::<race>(RaceInput {}).await).await.unwrap();
    replay(&ended::<Fail>((trace(), How::Denied)).await)
        .await
        .unwrap();
    replay(&ended::<await_review>(AwaitReviewInput::from("10ms")).await)
        .await
        .unwrap();

    let run = runtime
        .start::<Draft>(DraftInput::from("a b"))
        .await
        .unwrap();
    run.update(DraftEdit::from("c")).await.unwrap();
    run.update(DraftImprove {}).await.unwrap();
    run.signal(DraftApprove::from("Ann")).await.unwrap();
    run.result().await.unwrap();
    let history = runtime.history(run.id()).await.unwrap();
    let has = |action: &Action| history.steps().iter().any(|step| step.action == *action);
    assert!(has(&Action::Updated {
        update: "edit".into()
    }));
    assert!(has(&Action::Signalled {
        signal: "approve".into()
    }));
    replay(&history).await.unwrap();

    for terminated in [false, true] {
        let run = runtime.start::<dreams>(()).await.unwrap();
        // Once a worker has taken it up.
        crate::support::until_some("a history", || async {
            runtime.history(run.id()).await.ok()
        })
        .await;
        match terminated {
            true => run.terminate("enough").await.unwrap(),
            false => run.cancel("enough").await.unwrap(),
        }
        let _ = run.result().await;
        let history = runtime.history(run.id()).await.unwrap();
        assert!(!history.is_open());
        replay(&history).await.unwrap();
    }
}

async fn open<F: Flock>(input: impl Into<F::Input>) -> History {
    let runtime = temporal().await;
    let run = runtime.start::<F>(input).id(unique("open")).await.unwrap();
    let history = crate::support::until_some("the timer", || async {
        let history = runtime.history(run.id()).await.ok()?;
        let mut steps = history.steps().into_iter();
        let timer = steps.any(|step| matches!(step.action, Action::Timer { .. }));
        timer.then_some(history)
    })
    .await;
    run.terminate("enough").await.unwrap();
    history
}

async fn a_run_that_goes_on() {
    let history = open::<naps>(3_600_000).await;
    assert!(history.is_open());
    replay(&history).await.unwrap();
    let found = mismatch(&renamed(&history, "collect_reviews")).await;
    assert_eq!((found.step, found.code), (1, None));
    assert!(matches!(found.history, Some(Action::Timer { .. })));
}

async fn another_agent() {
    let history = ended::<Chain>("rust".to_owned()).await;
    let was = History::from_json(
        &history
            .to_json()
            .replace("\"summarizer\"", "\"translator\""),
    );
    let found = mismatch(&was.unwrap()).await;
    assert_eq!(found.step, 2);
    let steps = history.steps();
    let step = steps.iter().find(|step| step.action == agent("summarizer"));
    assert_eq!(found.event, step.map(|step| step.event));
    assert_eq!(found.history, Some(agent("translator")));
    assert_eq!(found.code, Some(agent("summarizer")));
    let said = found.to_string();
    let sentence = "step 2: history has agent `translator`, the code now runs agent `summarizer`";
    assert!(said.contains(sentence), "{said}");
    assert!(
        said.contains("help: ") && said.contains("ctx.version("),
        "{said}"
    );
    let sentence =
        "[TMPRL1100] Nondeterminism error: Activity type of scheduled event 'translator'";
    assert!(found.message.starts_with(sentence), "{}", found.message);
}

async fn another_order() {
    let history = ended::<Chain>("rust".to_owned()).await;
    let swapped = history
        .to_json()
        .replace("\"researcher\"", "\"x\"")
        .replace("\"summarizer\"", "\"researcher\"")
        .replace("\"x\"", "\"summarizer\"");
    let found = mismatch(&History::from_json(&swapped).unwrap()).await;
    assert_eq!(found.step, 1);
    assert_eq!(found.history, Some(agent("summarizer")));
    assert_eq!(found.code, Some(agent("researcher")));
}

/// A history with a timer, and code that waits for a signal only.
async fn a_timer_is_gone() {
    let history = ended::<naps>(10).await;
    let found = mismatch(&renamed(&history, "collect_reviews")).await;
    assert!(
        matches!(found.history, Some(Action::Timer { .. })),
        "{found}"
    );
    assert_eq!((found.step, found.code.clone()), (1, None));
    assert!(
        found
            .to_string()
            .contains("the code now does nothing there"),
        "{found}"
    );
}

/// A history with an agent, and code that starts a timer first.
async fn a_timer_is_new() {
    let history = ended::<Chain>("rust".to_owned()).await;
    let found = mismatch(&renamed(&history, "dreams")).await;
    assert_eq!(found.history, Some(agent("researcher")));
    let said = found.to_string();
    assert!(said.contains("the code now starts a timer of 1h"), "{said}");
}

async fn an_agent_turned_local() {
    let history = ended::<Welcome>(("Ada".to_owned(), 1)).await;
    let steps = history.steps();
    let local = Action::LocalAgent {
        agent: "greet".into(),
    };
    assert_eq!(steps[1].action, local);
    let found = mismatch(&renamed(&history, "aside")).await;
    assert_eq!(found.step, 1);
    assert_eq!(found.history, Some(local));
}

/// The code ends where the history goes on.
async fn the_end_is_another() {
    let history = ended::<Chain>("rust".to_owned()).await;
    let found = mismatch(&renamed(&history, "refuses")).await;
    assert_eq!(found.history, Some(agent("researcher")));
    let Some(Action::End { status, error }) = &found.code else {
        panic!("{found}");
    };
    assert_eq!(*status, RunStatus::Failed);
    let error = error.as_deref().unwrap_or_default();
    assert!(
        error.contains("the input of flock `refuses` does not fit"),
        "{error}"
    );
    // And the other way round: the history ends where the code goes on.
    let ends = changed(&history, |events| {
        let mut end = events.pop().unwrap();
        events.truncate(4);
        end["eventId"] = json!("5");
        end["workflowExecutionCompletedEventAttributes"]["workflowTaskCompletedEventId"] =
            json!("4");
        events.push(end);
    });
    let found = mismatch(&ends).await;
    assert_eq!((found.step, found.code), (1, Some(agent("researcher"))));
    assert!(matches!(found.history, Some(Action::End { .. })));
}

async fn the_code_panics() {
    let history = ended::<Chain>("rust".to_owned()).await;
    let error = replay(&renamed(&history, "breaks")).await.unwrap_err();
    assert!(matches!(error, ReplayError::Failed { .. }), "{error}");
    let said = error.to_string();
    assert!(
        said.contains("flock `breaks` fails where its history goes on"),
        "{said}"
    );
    assert!(said.contains("no way to rust"), "{said}");
}

/// `history`, `record` and `replay`, as a user runs them.
async fn commands() {
    let runtime = temporal().await;
    let address = address().await;
    let say = async |args: &[&str]| {
        let output = Process::command(args).output().await.expect("it runs");
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    let at = ["--address", &address];
    let id = unique("kept");
    let run = runtime
        .start::<Chain>("rust".to_owned())
        .id(&id)
        .await
        .unwrap();
    run.result().await.unwrap();

    let (code, out, err) = say(&[&["history", &id][..], &at].concat()).await;
    assert_eq!(code, Some(0), "{err}");
    assert!(
        out.contains("agent `researcher`") && out.contains("the end, with a result"),
        "{out}"
    );

    let file = trace_file("kept").with_file_name("chain.json");
    let name = file.to_string_lossy().into_owned();
    let (code, out, err) = say(&[&["record", &id, "--out", &name][..], &at].concat()).await;
    assert_eq!(code, Some(0), "{err}");
    // A workflow task that a busy server gave out twice leaves events too.
    let events = History::read(&file).expect("a history").len();
    assert!(
        events >= 17 && out.contains(&format!("{events} events")),
        "{out}"
    );
    let (code, out, err) = say(&["replay", &name]).await;
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("ok, 3 steps of `chain`"), "{out}");
    let (code, _, err) = say(&[&["replay", "--workflow-id", &id][..], &at].concat()).await;
    assert_eq!(code, Some(0), "{err}");

    let other = file.with_file_name("other.json");
    renamed(&History::read(&file).unwrap(), "dreams")
        .write(&other)
        .unwrap();
    let folder = file.parent().unwrap().to_string_lossy().into_owned();
    let (code, out, err) = say(&["replay", &folder, "--json"]).await;
    assert_eq!(code, Some(1), "{err}");
    let told: Value = serde_json::from_str(&out).unwrap();
    let told = &told["replayed"];
    assert_eq!(
        (&told[0]["ok"], &told[1]["ok"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(told[1]["mismatch"]["step"], json!(1));
    assert_eq!(told[1]["mismatch"]["history"]["agent"], json!("researcher"));
    let (code, _, err) = say(&["replay", &other.to_string_lossy()]).await;
    assert_eq!(code, Some(1));
    assert!(err.contains("the code now starts a timer of 1h"), "{err}");
    assert!(!err.contains("WARN"), "{err}");

    std::fs::write(&other, "{").unwrap();
    assert_eq!(say(&["replay", &other.to_string_lossy()]).await.0, Some(2));
    let open = unique("goes-on");
    let run = runtime.start::<dreams>(()).id(&open).await.unwrap();
    crate::support::until_some("a history", || async {
        runtime.history(run.id()).await.ok()
    })
    .await;
    let (code, _, err) = say(&[&["record", &open][..], &at].concat()).await;
    assert_eq!(code, Some(2));
    assert!(err.contains("goes on") && err.contains("--open"), "{err}");
    run.terminate("enough").await.unwrap();
    assert_eq!(
        say(&[&["record", "nobody"][..], &at].concat()).await.0,
        Some(4)
    );
}

async fn a_flock_that_is_not_here() {
    let history = ended::<Chain>("rust".to_owned()).await;
    let error = replay(&renamed(&history, "chian")).await.unwrap_err();
    assert!(matches!(error, ReplayError::UnknownFlock { .. }));
    let said = error.to_string();
    assert!(
        said.contains("`chian`") && said.contains("chain, "),
        "{said}"
    );
}

async fn what_is_no_history() {
    let history = ended::<Chain>("rust".to_owned()).await;
    let refused = |json: &str| History::from_json(json).unwrap_err().to_string();
    let whole = history.to_json();
    for (json, part) in [
        ("", "EOF"),
        ("{}", "no events"),
        (r#"{"events": []}"#, "no events"),
        (
            r#"{"events": [{"eventId": "1"}]}"#,
            "not the start of a run",
        ),
        (r#"{"events": 7}"#, "invalid type"),
        (&whole[..whole.len() / 2], "EOF"),
    ] {
        let said = refused(json);
        assert!(
            said.contains(part) && said.contains("`record`"),
            "{json}: {said}"
        );
    }
    let edited = |change: fn(&mut Vec<Value>)| {
        let mut json: Value = serde_json::from_str(&whole).unwrap();
        change(json["events"].as_array_mut().unwrap());
        refused(&json.to_string())
    };
    let missing = edited(|events| drop(events.remove(4)));
    assert!(missing.contains("event 5 is missing"), "{missing}");
    let fresh = edited(|events| events.truncate(2));
    assert!(
        fresh.contains("no worker has taken the run up yet"),
        "{fresh}"
    );
    let error = History::read("no/such/file.json").unwrap_err().to_string();
    assert!(error.starts_with("no/such/file.json: "), "{error}");
    // Events that are well formed and do not follow from each other end in an error, too.
    let twisted = changed(&history, |events| {
        let scheduled = &mut events[6]["activityTaskCompletedEventAttributes"]["scheduledEventId"];
        *scheduled = json!("77");
    });
    replay(&twisted).await.unwrap_err();
}

async fn the_local_engine_keeps_none() {
    let runtime = local();
    let run = runtime.start::<Chain>("rust".to_owned()).await.unwrap();
    let error = runtime.history(run.id()).await.unwrap_err().to_string();
    assert!(error.contains("local engine"), "{error}");
}

/// What `replay_tests!` makes a test of: never within a tokio runtime.
fn golden_folder() {
    let folder = trace_file("golden").with_file_name("histories");
    let failed = |folder: &PathBuf| golden(folder).unwrap_err();
    assert!(
        failed(&folder).contains("histories: "),
        "there is no such folder"
    );
    std::fs::create_dir(&folder).unwrap();
    assert!(failed(&folder).contains("holds no history"));
    let tokio = tokio::runtime::Runtime::new().unwrap();
    let history = tokio.block_on(ended::<Chain>("rust".to_owned()));
    history.write(folder.join("a.json")).unwrap();
    history.write(folder.join("b.json")).unwrap();
    assert_eq!(golden(&folder), Ok(2));
    renamed(&history, "dreams")
        .write(folder.join("c.json"))
        .unwrap();
    std::fs::write(folder.join("d.json"), "{").unwrap();
    std::fs::write(folder.join("notes.txt"), "not a history").unwrap();
    let said = failed(&folder);
    assert!(said.contains("2 of 4 histories failed"), "{said}");
    assert!(
        said.contains("c.json: flock `dreams` does not repeat"),
        "{said}"
    );
    assert!(said.contains("d.json is no history"), "{said}");
}
