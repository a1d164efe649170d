//! The commands that talk to running flocks, as a user runs them.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use std::process::Stdio;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::support::{
    OWN, Process, Spoken, address, done, piped, refused, remotely, say, temporal, test, unique,
    until_some,
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("commands::approvals_are_listed_and_answered", approvals),
        test("commands::approve_finds_its_request", approve_finds),
        test("commands::messages_are_checked_and_sent", messages),
        test("commands::signals_are_known", signals),
        test("commands::status_tells_what_the_flock_tells", status),
        test("commands::status_without_a_worker", status_without_a_worker),
        test("commands::status_watches", status_watches),
        test("commands::run_on_temporal_says_what_it_waits_for", run_says),
        test("commands::describe_lists_messages", describe),
        test("commands::prompt_shows_what_a_model_is_asked", prompt),
        test("commands::run_asks_a_line_each", run_asks),
        test("commands::run_with_nobody_to_ask", nobody_to_ask),
        test("commands::run_asks_for_the_run_that_goes_on", asks_later),
        test("commands::watches_the_run_that_goes_on", watches_later),
        #[cfg(target_os = "linux")]
        test("commands::run_waits_without_work", waits_without_work),
    ]
}

/// The words, the tools and the answer's form, and no model is asked.
async fn prompt() {
    let input = ["--input", "file=", "--input", r#"plan=[["seek:a"]]"#];
    let shown = say(&[&["prompt", "deputy"][..], &input].concat()).await;
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    for part in [
        "model: planned/any  (#[agent])",
        "system\n  You do what is left to you.",
        "\"seek:a\"",
        "tool seek\n  Looks something up.",
        "What to seek up.",
        "answer, as this JSON Schema says",
    ] {
        assert!(shown.out.contains(part), "{part}: {}", shown.out);
    }
    let told = say(&[&["prompt", "deputy", "--json"][..], &input].concat()).await;
    let told = told.json();
    assert_eq!(told["tools"][1]["name"], json!("measure"));
    assert_eq!(told["schema"]["required"], json!(["said"]));
    for (args, part) in [
        (&["prompt", "deputi"][..], "did you mean `deputy`?"),
        (&["prompt", "seek"], "asks no model"),
        (&["prompt", "deputy"], "file"),
    ] {
        let refused = say(args).await;
        assert_eq!(refused.code, Some(2), "{args:?}");
        assert!(refused.err.contains(part), "{args:?}: {}", refused.err);
    }
}

const ARTICLE: &str = r#"article={"title": "Lighthouses", "words": 900}"#;

async fn start_panel() -> String {
    let id = unique("cli/panel");
    done(&["start", "panel", "--id", &id, "--input", ARTICLE]).await;
    open(&id, 3).await;
    id
}

/// What `approvals` says of a run, once so much is open.
async fn open(id: &str, count: usize) -> Vec<Value> {
    until_some("the requests are listed", async || {
        let mut listed = done(&["approvals"]).await;
        let mut open: Vec<Value> = serde_json::from_value(listed["open"].take()).unwrap();
        open.retain(|open| open["workflow_id"] == json!(id));
        (open.len() == count).then_some(open)
    })
    .await
}

async fn approvals() {
    let id = start_panel().await;
    let first = &open(&id, 3).await[0];
    assert_eq!(first["id"], json!("publish-1"));
    assert_eq!(first["flock"], json!("panel"));
    assert_eq!(first["description"], json!("May this go out?"));
    assert_eq!(first["payload"]["title"], json!("Lighthouses"));
    assert_eq!(first["by"], json!(["ann", "role:editors"]));
    assert!(first["deadline"].as_f64() > first["opened"].as_f64());
    let listed = remotely(&["approvals"]).await;
    for part in [
        &format!("{id}/publish-1\n"),
        "title: Lighthouses",
        "ann, role:editors",
        &format!("approve {id}/publish-1 --by ann --option now"),
    ] {
        assert!(listed.out.contains(part), "{part}: {}", listed.out);
    }

    let first = format!("{id}/publish-1");
    let by_ann = ["approve", &first, "--by", "ann"];
    refused(&["approve", &first], 1, "does not say who it is from").await;
    refused(&by_ann, 1, "by choosing an option: `now`, `later`").await;
    let well = [
        &by_ann[..],
        &["--option", "later", "--comment", "well done"],
    ]
    .concat();
    let document = done(&well).await;
    let wanted = json!({"workflow_id": id, "run_id": "", "id": "publish-1", "outcome": "approved"});
    assert_eq!(document, wanted);
    refused(&well, 1, "has been answered by `ann`").await;
    done(&["reject", "publish-2", "--run", &id, "-m", "no, no"]).await;
    let typed = [
        "update",
        &id,
        "answer",
        "--input",
        "id=grade-1",
        "--input",
        "by=bob",
    ];
    let grade = "answer={\"Bad\": {\"why\": \"dull\"}}";
    let document = done(&[&typed[..], &["--input", grade]].concat()).await;
    assert_eq!(document["answer"], Value::Null);
    let result = done(&["result", &id]).await;
    let wanted = json!([
        "true later ann well done",
        "false - - no, no",
        r#"Bad { why: "dull" }"#
    ]);
    assert_eq!(result["result"], wanted);
    refused(&well, 5, "has ended").await;
}

async fn approve_finds() {
    let id = start_panel().await;
    let nowhere = &["approve", "never_asked-1"];
    refused(nowhere, 4, "no running flock has an open request").await;
    refused(&["approve", "no-such-run/publish-1"], 4, "no-such-run").await;
    let twice = &["approve", "a/publish-1", "--run", "b"];
    refused(twice, 2, "given twice").await;
    // Another run with the same request: which is meant must be said.
    let other = start_panel().await;
    refused(&["reject", "publish-2"], 2, &format!("{other}/publish-2")).await;
    for id in [&id, &other] {
        done(&["terminate", id]).await;
    }
}

async fn messages() {
    let id = unique("cli-draft");
    done(&["start", "draft", "--id", &id, "--input", "text=a b"]).await;
    let text = until_some("the flock has begun", async || {
        let asked = done(&["query", &id, "text"]).await;
        (asked["answer"] == json!("a b")).then_some(asked)
    })
    .await;
    let wanted = json!({"workflow_id": id, "run_id": "", "query": "text", "answer": "a b"});
    assert_eq!(text, wanted);
    let words = ["query", &id, "word", "--input"];
    refused(&["query", &id, "word"], 2, "--input number=").await;
    let wrong = [&words[..], &["number=two"]].concat();
    refused(&wrong, 2, "takes integer from 0, not `two`").await;
    let said = remotely(&[&words[..], &["number=1"]].concat()).await;
    assert_eq!(said.out, "b\n");
    let far = [&words[..], &["number=7"]].concat();
    refused(&far, 1, "there is no word 7").await;
    refused(&["query", &id, "wrod"], 2, "did you mean `word`?").await;
    refused(&["update", &id, "edti"], 2, "did you mean `edit`?").await;
    let empty = &["update", &id, "edit", "--input", "text="];
    refused(empty, 1, "the text is empty").await;
    let edited = done(&["update", &id, "edit", "--input", "text=c"]).await;
    assert_eq!(edited["answer"], json!(1));
    let told = &["signal", &id, "approve", "--input", "by=Ann"];
    let told = done(told).await;
    let wanted = json!({"workflow_id": id, "run_id": "", "signal": "approve"});
    assert_eq!(told, wanted);
    assert_eq!(done(&["result", &id]).await["result"], json!("c (1)"));
    // A flock that has ended answers still, but is told nothing more.
    assert_eq!(done(&["query", &id, "text"]).await["answer"], json!("c"));
    let late = &["signal", &id, "approve", "--input", "by=Ann"];
    refused(late, 5, "has ended").await;
}

/// Those of structs too, which no flock lists.
async fn signals() {
    let id = unique("cli-review");
    let start = ["start", "await_review", "--id", &id, "--input", "limit=1d"];
    done(&start).await;
    refused(&["signal", &id, "reveiw"], 2, "did you mean `review`?").await;
    let signal = ["signal", &id, "review", "--input", "by=Ann", "--input"];
    let wrong = [&signal[..], &["stars=many"]].concat();
    refused(&wrong, 2, "`stars` takes integer").await;
    done(&[&signal[..], &["stars=3"]].concat()).await;
    assert_eq!(done(&["result", &id]).await["result"], json!("Ann"));
}

/// The run's status, with what its flock says: that has five seconds for it, and is left out where it takes longer.
async fn told(id: &str) -> Value {
    until_some("the flock's own word", async || {
        let status = done(&["status", id]).await;
        (!status["flock_status"].is_null()).then_some(status)
    })
    .await
}

async fn status() {
    let id = start_panel().await;
    let status = told(&id).await;
    assert_eq!(status["status"], json!("running"));
    let told = &status["flock_status"];
    assert_eq!(told["flock"], json!("panel"));
    assert_eq!(told["approvals"][0]["id"], json!("publish-1"));
    until_some("it is told to people", async || {
        let said = remotely(&["status", &id]).await;
        let asked = "publish-1 (May this go out?)";
        said.out.contains(asked).then_some(())
    })
    .await;
    done(&["terminate", &id]).await;
}

async fn status_without_a_worker() {
    let id = unique("unserved");
    let queue = unique(&format!("{OWN}unserved"));
    let start = ["start", "panel", "--id", &id, "--task-queue", &queue];
    done(&[&start[..], &["--input", ARTICLE]].concat()).await;
    let said = remotely(&["status", &id, "--json"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let status = said.json();
    assert_eq!(status["status"], json!("running"));
    assert_eq!(status["flock_status"], Value::Null);
    assert!(said.err.contains(&queue), "{}", said.err);
    refused(&["query", &id, "status"], 3, &queue).await;
    let silent = until_some("the run is listed", async || {
        let listed = done(&["approvals"]).await;
        let silent = listed["silent"].as_array().expect("a list").clone();
        silent
            .into_iter()
            .find(|run| run["workflow_id"] == json!(id))
    })
    .await;
    let reason = silent["reason"].as_str().unwrap_or_default();
    assert!(reason.contains(&queue), "{reason}");
    done(&["terminate", &id]).await;
}

async fn status_watches() {
    let id = start_panel().await;
    let address = address().await;
    let watch = ["status", &id, "--watch", "--address", &address];
    let mut watch = Spoken::new(&watch);
    let mut line = async || watch.line().await.expect("a line");
    let first = line().await;
    let asked = "waits for publish-1 (May this go out?): ";
    assert!(first.starts_with(asked), "{first}");
    assert!(line().await.starts_with("waits for publish-2: "));
    line().await;
    let second = format!("{id}/publish-2");
    done(&["approve", &second, "--by", "eve"]).await;
    assert!(line().await.starts_with("publish-2 answered by eve: "));
    done(&["cancel", &id]).await;
    assert_eq!(watch.exit().await, Some(5), "as the run ended");
}

async fn run_says() {
    temporal().await;
    let address = address().await;
    let id = unique("cli-said");
    let run = ["run", "panel", "--id", &id, "--input", ARTICLE];
    let remote = ["--engine", "temporal", "--address", &address];
    let mut run = Spoken::new(&[&run[..], &remote].concat());
    run.says(&[&format!("approve {id}/publish-2")]).await;
    done(&["terminate", &id]).await;
    assert_eq!(run.exit().await, Some(5), "as the run ended");
}

async fn describe() {
    let said = say(&["describe", "draft"]).await;
    for part in [
        "signal approve",
        "query word",
        "update edit",
        "number  integer",
        "One word of the text.",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let document = say(&["describe", "draft", "--json"]).await.json();
    let edit = document["handlers"].as_array().and_then(|messages| {
        let is_it = |message: &&Value| message["name"] == json!("edit");
        messages.iter().find(is_it)
    });
    let edit = edit.expect("the update");
    assert_eq!(edit["kind"], json!("update"));
    assert_eq!(edit["input"]["fields"][0]["name"], json!("text"));
    assert_eq!(edit["output"]["type"], json!("integer from 0"));
    let tool = say(&["describe", "seek"]).await.out;
    assert!(
        tool.starts_with("tool seek (tests/flocks/tooled.rs:"),
        "{tool}"
    );
    let review = say(&["describe", "review", "--json"]).await.json();
    assert_eq!(review["signal"], json!("review"));
    assert_eq!(review["description"], json!("A person has looked at it."));
}

async fn run_asks() {
    let run = ["run", "panel", "--input", ARTICLE, "--json"];
    let lines = "later fine\nperhaps\nn no, no\n\"Good\"\n";
    let said = piped(&run, lines).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let wanted = json!(["true later ann fine", "false - - no, no", "Good"]);
    assert_eq!(said.json()["result"], wanted);
    for part in [
        "May this go out?",
        "title: Lighthouses",
        "begin with y or n",
    ] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
    let said = say(&["run", "second_thoughts", "--yes", "--json"]).await;
    assert_eq!(said.json()["result"], json!(""), "{}", said.err);
    assert!(said.err.contains("plan-2: approved (--yes)"));
    let remote = ["run", "second_thoughts", "--yes", "--engine", "temporal"];
    refused(&remote, 2, "answer with `approve`").await;
}

/// In this process and on Temporal, it is the second run that asks.
async fn asks_later() {
    let run = ["run", "asks_later", "--input", "round=0", "--json"];
    let said = piped(&run, "y fine\n").await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.json()["result"], json!("fine"));
}

async fn watches_later() {
    temporal().await;
    let address = address().await;
    let id = unique("later");
    let run = ["run", "asks_later", "--input", "round=0", "--id", &id];
    let remote = ["--engine", "temporal", "--address", &address];
    let mut run = Spoken::new(&[&run[..], &remote].concat());
    let request = format!("{id}/go-1");
    run.says(&[&format!("approve {request}")]).await;
    done(&["approve", &request]).await;
    assert_eq!(run.exit().await, Some(0));
    let status = told(&id).await;
    assert_eq!(status["flock_status"]["decided"][0]["id"], json!("go-1"));
}

/// While a person thinks, the program sleeps.
#[cfg(target_os = "linux")]
async fn waits_without_work() {
    let mut command = Process::command(&["run", "panel", "--input", ARTICLE]);
    command.stdin(Stdio::piped());
    let mut run = Spoken::of(command);
    let _stdin = run.stdin();
    // The last thing it says before it waits for a line.
    run.says(&["and a comment if you like"]).await;
    let stat = format!("/proc/{}/stat", run.id());
    // Hundredths of a second at work, of the program and for it.
    let ticks = || {
        let stat = std::fs::read_to_string(&stat).expect("a process");
        let (_, fields) = stat.rsplit_once(')').expect("its name");
        let fields = fields.split_whitespace().skip(11).take(2);
        fields
            .map(|ticks| ticks.parse::<u64>().expect("a number"))
            .sum::<u64>()
    };
    let before = ticks();
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let worked = ticks() - before;
    assert!(worked <= 3, "{worked} hundredths of a second in two");
}

async fn nobody_to_ask() {
    let said = say(&["run", "second_thoughts", "--json"]).await;
    assert_eq!(said.code, Some(2), "{}", said.out);
    for part in ["`plan-1`", "--yes", "--engine temporal"] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
    // A deadline that is near is worth the wait.
    let hurried = ["run", "hurried", "--input", "fallback=false", "--json"];
    let said = say(&[&hurried[..], &["--input", "limit=200ms"]].concat()).await;
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert_eq!(said.json()["error"]["kind"], json!("timeout"));
    let said = say(&[&hurried[..], &["--input", "limit=1d"]].concat()).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
}
