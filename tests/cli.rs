//! The worker binary, as a user runs it.

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::support::{Process, address, temporal, test, unique};

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
    ]
}

struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error} in {:?}; it said {}", self.out, self.err))
    }
}

async fn say(args: &[&str]) -> Said {
    let output = Process::command(args)
        .output()
        .await
        .expect("the program runs");
    Said {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

async fn run_on_each_engine() {
    temporal().await;
    let address = address().await;
    let run = ["run", "chain", "--input", "topic=rust", "--json"];
    let remote = [&run[..], &["--engine", "temporal", "--address", &address]].concat();
    for args in [&run[..], &remote] {
        let said = say(args).await;
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_eq!(
            said.json()["result"],
            json!({"summary": "rust is old", "length": 11})
        );
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
    assert_eq!(said.json()["error"]["type"], json!("Refused"));
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
