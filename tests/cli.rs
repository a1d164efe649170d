//! The worker binary, as a user runs it.

use std::process::Stdio;

use libtest_mimic::Trial;
use serde_json::json;

use crate::support::{
    Process, Said, address, folder, kill, say, say_in, temporal, test, trace_file, traces, unique,
    until,
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("cli::run_on_each_engine", run_on_each_engine),
        test("cli::a_failed_run_exits_1", a_failed_run_exits_1),
        test("cli::wrong_input_exits_2", wrong_input_exits_2),
        test("cli::no_server_exits_3", no_server_exits_3),
        test(
            "cli::start_then_result_then_status",
            start_then_result_then_status,
        ),
        test("cli::describe_tells_sources", describe_tells_sources),
        test("cli::graph_is_mermaid", graph_is_mermaid),
        test("cli::no_such_run_exits_4", no_such_run_exits_4),
        test("cli::an_ended_run_exits_5", an_ended_run_exits_5),
        test(
            "cli::ctrl_c_cancels_and_exits_130",
            ctrl_c_cancels_and_exits_130,
        ),
        test("cli::reads_flock_toml", reads_flock_toml),
    ]
}

async fn run_on_each_engine() {
    temporal().await;
    let address = address().await;
    let run = ["run", "chain", "--input", "topic=rust", "--json"];
    let remote = [&run[..], &["--engine", "temporal", "--address", &address]].concat();
    for args in [&run[..], &remote] {
        let said = say(args).await;
        assert_eq!(said.code, Some(0), "{}", said.err);
        let mut said_json = said.json();
        for id in ["workflow_id", "run_id"] {
            let id = said_json[id].take();
            assert!(id.as_str().is_some_and(|id| !id.is_empty()), "{}", said.out);
        }
        let wanted = json!({
            "workflow_id": null,
            "run_id": null,
            "status": "completed",
            "result": {"summary": "rust is old", "length": 11},
        });
        assert_eq!(said_json, wanted);
        assert!(
            said.err.contains("researcher"),
            "progress names the agents: {}",
            said.err
        );
    }
}

async fn a_failed_run_exits_1() {
    let said = say(&["run", "refuses", "--input", "reason=no", "--json"]).await;
    assert_eq!(said.code, Some(1), "{}", said.err);
    let document = said.json();
    assert_eq!(document["status"], json!("failed"));
    assert_eq!(
        document["error"],
        json!({ "kind": "denied", "type": "Refused", "message": "no" })
    );
}

async fn wrong_input_exits_2() {
    for (args, part) in [
        (&["run", "chain", "--input", "topik=x"][..], "topic"),
        (&["run", "chain"], "topic"),
        (&["run", "naps", "--input", "millis=soon"], "millis"),
        (&["run", "chian", "--input", "topic=x"], "chain"),
    ] {
        let said = say(args).await;
        assert_eq!(said.code, Some(2), "{args:?}: {}", said.err);
        assert!(said.err.contains(part), "{args:?}: {}", said.err);
    }
}

async fn no_server_exits_3() {
    let said = say(&["list", "--address", "127.0.0.1:9"]).await;
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(
        said.err.contains("127.0.0.1:9") && said.err.contains("dev"),
        "{}",
        said.err
    );
}

async fn start_then_result_then_status() {
    temporal().await;
    let address = address().await;
    let id = unique("cli");
    let at = ["--address", &address, "--json"];
    let start = [
        "start",
        "chain",
        "--input",
        "topic=rust",
        "--id",
        &id,
        "--memo",
        "a=b",
    ];
    let said = say(&[&start[..], &at].concat()).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.json()["workflow_id"], json!(id));
    let said = say(&[&["result", &id][..], &at].concat()).await;
    assert_eq!(said.json()["result"]["length"], json!(11), "{}", said.err);
    let said = say(&[&["status", &id][..], &at].concat()).await;
    assert_eq!(said.json()["status"], json!("completed"), "{}", said.err);
    assert_eq!(said.json()["memo"]["a"], json!("b"), "{}", said.err);
}

async fn describe_tells_sources() {
    let said = say(&["describe", "flaky"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    for part in ["succeeds_at", "max_attempts", "#[agent]", "built in"] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
}

async fn graph_is_mermaid() {
    let said = say(&["graph", "desk"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    for part in ["flowchart", "triage", "billing", "support", "-->"] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
}

async fn no_such_run_exits_4() {
    temporal().await;
    let address = address().await;
    for command in ["result", "status"] {
        let said = say(&[command, "no-such-run", "--address", &address]).await;
        assert_eq!(said.code, Some(4), "{command}: {}", said.err);
        assert!(said.err.contains("no-such-run"), "{command}: {}", said.err);
    }
}

async fn an_ended_run_exits_5() {
    let said = say(&["run", "overdue", "--json"]).await;
    assert_eq!(said.code, Some(5), "{}", said.err);
    assert_eq!(said.json()["status"], json!("timed_out"));
}

async fn ctrl_c_cancels_and_exits_130() {
    let file = trace_file("ctrl-c");
    let input = format!("file={}", file.display());
    let run = Process::command(&["run", "patience", "--input", &input, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    until("its agent", || !traces(&file).is_empty()).await;
    let id = run.id().expect("a running process");
    assert!(kill("-INT", id).await, "SIGINT is sent");
    let output = run.wait_with_output().await.expect("it ends");
    let said = Said::of(&output);
    assert_eq!(said.code, Some(130), "{}", said.err);
    assert_eq!(said.json()["status"], json!("cancelled"), "{}", said.err);
}

async fn reads_flock_toml() {
    let folder = folder("toml");
    let file = folder.join("flock.toml");
    let describe = async || say_in(&folder, &["describe", "flaky"], &[]).await;
    std::fs::write(&file, "[agents.flaky]\nheartbeat = '3s'").expect("a file");
    let said = describe().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.out.contains("flock.toml [agents.flaky]"),
        "{}",
        said.out
    );
    std::fs::write(&file, "[agents.flaky]\nheartbeet = '3s'").expect("a file");
    let said = describe().await;
    assert_eq!(said.code, Some(2), "{}", said.out);
    assert!(said.err.contains("heartbeet"), "{}", said.err);
}
