//! What the examples of failure and time print, in this process and on the real server.

use std::path::Path;

use flock::dev_server::{DevServer, DevServerOptions};
use libtest_mimic::Trial;
use serde_json::Value;
use tokio::process::Command;

use crate::support::test;

/// An example, its flock and inputs, and what the result must say.
type Case = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const CASES: &[Case] = &[
    (
        "scheduled_report",
        "morning_report",
        &[],
        &["Sales, day ", "Graz", "together"],
    ),
    (
        "polling",
        "encode",
        &["film=Metropolis"],
        &["Metropolis is encoded: Metropolis@"],
    ),
    (
        "order_saga",
        "book_journey",
        &["days=2"],
        &["Booked:\n  flight for 2 days\n  hotel for 2 nights\n  car for 2 days"],
    ),
    (
        "order_saga",
        "book_journey",
        &[],
        &[
            "Not booked: agent `book_car` failed: no car is free for so long",
            "  undone      cancel_car\n  undone      cancel_hotel\n  undone      cancel_flight\n",
        ],
    ),
    (
        "order_saga",
        "book_journey",
        &["days=30"],
        &[
            "  undone      cancel_flight\n",
            "NOT UNDONE  cancel_hotel: agent `cancel_hotel` failed: the desk does not answer",
        ],
    ),
    (
        "timeouts_and_cancellation",
        "export",
        &[],
        &[
            "60 rows of orders",
            " 20.. by attempt 1\n   30.. by attempt 2",
            "not optimised: it did not come within 600ms",
        ],
    ),
];

pub(crate) fn trials() -> Vec<Trial> {
    let trial = |case: &'static Case| {
        let (example, _, inputs, _) = case;
        let inputs = inputs.join(" ");
        let name = format!("shown::{example} {inputs}");
        test(name.trim_end(), move || says(case))
    };
    let mut trials: Vec<_> = CASES.iter().map(trial).collect();
    trials.push(test("shown::a_cancelled_export_cleans_up", cleans_up));
    trials
}

/// Built by `cargo test` and by `cargo build --examples`.
fn example(name: &str) -> Command {
    let suite = std::env::current_exe().expect("this program");
    let folder = suite.parent().and_then(Path::parent);
    let program = folder.expect("a target folder").join("examples").join(name);
    assert!(
        program.exists(),
        "example `{name}` is not built: run `cargo build --examples`"
    );
    let mut command = Command::new(program);
    command.kill_on_drop(true);
    command
}

async fn says((name, flock, inputs, parts): &Case) {
    // A server of its own: on another, workers of several programs would share the default queue.
    let server = DevServer::start(DevServerOptions::default()).await;
    let server = server.expect("a Temporal dev server");
    let here: &[&str] = &[];
    let there = ["--engine", "temporal", "--with-worker"];
    let there = [&there[..], &["--address", server.address()]].concat();
    for engine in [here, &there] {
        let inputs = inputs.iter().flat_map(|input| ["--input", input]);
        let output = example(name)
            .args(["run", flock, "--json"])
            .args(inputs)
            .args(engine)
            .output()
            .await
            .expect("it runs");
        let progress = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{progress}");
        let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let result = said["result"].as_str().expect("a text");
        for part in *parts {
            assert!(result.contains(part), "{part:?} in {result}");
        }
    }
}

async fn cleans_up() {
    let run = ["run", "export", "--input", "hold=1h", "--timeout", "2500ms"];
    let output = example("timeouts_and_cancellation").args(run).output();
    let output = output.await.expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{said}");
    let (_, after) = said.split_once("cancelling the run").expect("a cancel");
    assert!(after.contains("release_lock: done"), "{said}");
    assert!(after.contains("the run was cancelled"), "{said}");
}
