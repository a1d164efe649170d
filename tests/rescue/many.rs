//! Many runs are ended by a query.

use std::process::Stdio;

use flock::{
    FlockHandle, RunError, RunId,
    runtime::{RunDescription, RunStatus},
};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::{
    flocks::approving::second_thoughts,
    support::{
        Process, Said, address, done, kill, proxy::Wire, refused, remotely, temporal, test, typed,
        unique, until_some,
    },
};

pub(super) fn trials() -> Vec<Trial> {
    vec![
        test("rescue::many_are_ended_by_a_query", many),
        test("rescue::a_person_is_asked_before", asked_before),
        test("rescue::a_signal_between_leaves_the_rest", interrupted),
        test("rescue::a_lost_server_leaves_the_rest", lost),
    ]
}

/// Runs that go on until they are ended.
struct Many {
    prefix: String,
    query: String,
}

impl Many {
    async fn start(count: usize) -> Self {
        let runtime = temporal().await;
        let prefix = unique("many");
        let query = format!("WorkflowId STARTS_WITH '{prefix}'");
        for n in 0..count {
            let run = runtime.start::<second_thoughts>(());
            run.id(format!("{prefix}-{n}")).await.unwrap();
        }
        let many = Self { prefix, query };
        many.listed(count).await;
        many
    }

    async fn running(&self) -> Vec<RunDescription> {
        let running = temporal().await.list().status(RunStatus::Running);
        running.query(&self.query).await.unwrap()
    }

    /// Waits until the server lists so many that go on.
    async fn listed(&self, count: usize) {
        until_some("the runs are listed", async || {
            (self.running().await.len() == count).then_some(())
        })
        .await;
    }

    /// Waits until the second of so many is ended: who ends them has heard of the first.
    async fn begun(&self, count: usize) {
        until_some("the second is ended", async || {
            (self.running().await.len() < count - 1).then_some(())
        })
        .await;
    }

    /// Ends what is left, by the same words.
    async fn go_on(&self) {
        let rest = ["terminate", "--query", &self.query, "--yes"];
        done(&rest).await;
        self.listed(0).await;
    }

    async fn first(&self) -> FlockHandle<second_thoughts> {
        let first = RunId::latest(format!("{}-0", self.prefix));
        temporal().await.handle(first)
    }
}

async fn many() {
    let many = Many::start(5).await;
    let query = many.query.as_str();
    refused(&["cancel", "--query", " "], 2, "every run there is").await;
    refused(&["cancel"], 2, "--query").await;
    refused(&["cancel", "one", "--query", query], 2, "--query").await;
    refused(&["cancel", "one", "--yes"], 2, "--query").await;
    let cancel = ["cancel", "--query", query];
    let unasked = remotely(&cancel).await;
    assert_eq!(unasked.code, Some(2));
    for part in ["5 runs match: 5 of `second_thoughts`", "say `--yes`"] {
        assert!(unasked.err.contains(part), "{}", unasked.err);
    }
    let two = [&cancel[..], &["--limit", "2", "--yes"]].concat();
    let document = done(&two).await;
    assert_eq!(
        (&document["matched"], &document["cancelled"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(
        (&document["failed"], &document["left"]),
        (&json!([]), &json!(0))
    );
    many.listed(3).await;
    let most = u32::MAX.to_string();
    let rest = ["terminate", "--query", query, "--rate", &most, "--yes"];
    let said = remotely(&rest).await;
    assert_eq!(
        (said.code, said.out.as_str()),
        (Some(0), "3 runs were ended\n"),
        "{}",
        said.err
    );
    let ended = many.first().await.result().await.unwrap_err();
    assert!(matches!(ended, RunError::Terminated { .. }), "{ended:?}");
    many.listed(0).await;
    let said = remotely(&rest).await;
    assert_eq!(
        (said.code, said.out.as_str()),
        (Some(0), "No run that goes on matches.\n")
    );
}

/// At a terminal; whoever says anything but yes ends nothing.
async fn asked_before() {
    let many = Many::start(2).await;
    let address = address().await;
    let query = many.query.as_str();
    let terminate = ["terminate", "--query", query, "--address", &address];
    let said = typed(&terminate, "perhaps\n").await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    for part in ["2 runs match", "Go on? [y/N]", "nothing is done"] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    assert_eq!(many.running().await.len(), 2);
    let said = typed(&terminate, "Yes\n").await;
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(said.out.contains("2 runs were ended"), "{}", said.out);
    many.listed(0).await;
}

/// So slowly that something can come between.
const SLOWLY: [&str; 4] = ["--rate", "1", "--yes", "--json"];

/// What became of each run is told, and what is left is done by the same words.
fn told(said: &Said, count: u64, part: &str) {
    assert!(said.err.contains(part), "{}", said.err);
    let document = said.json();
    let number = |key: &str| document[key].as_u64().unwrap();
    assert_eq!(number("matched"), count, "{document}");
    let (ended, left) = (number("terminated"), number("left"));
    assert!(ended > 0 && left > 0, "{document}");
    assert_eq!(ended + left, count, "{document}");
    assert_eq!(document["failed"], json!([]), "{document}");
    assert_ne!(document.get("query"), Some(&Value::Null), "{document}");
}

async fn interrupted() {
    let many = Many::start(30).await;
    let address = address().await;
    let query = many.query.as_str();
    let terminate = ["terminate", "--query", query, "--address", &address];
    let mut command = Process::command(&[&terminate[..], &SLOWLY].concat());
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let ending = command.spawn().unwrap();
    many.begun(30).await;
    assert!(kill("-INT", ending.id().unwrap()).await);
    let said = Said::of(&ending.wait_with_output().await.unwrap());
    assert_eq!(said.code, Some(130), "{}", said.err);
    told(&said, 30, "goes on with what is left");
    many.go_on().await;
}

async fn lost() {
    let many = Many::start(30).await;
    let wire = Wire::to(address().await).await;
    let server = format!("127.0.0.1:{}", wire.port);
    let query = many.query.as_str();
    let terminate = ["terminate", "--query", query, "--address", &server];
    let mut command = Process::command(&[&terminate[..], &SLOWLY].concat());
    // It looks for the server that long before it gives up.
    command.env("FLOCK_TEMPORAL__RETRY_FOR", "1s");
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let ending = command.spawn().unwrap();
    many.begun(30).await;
    wire.cut();
    let said = Said::of(&ending.wait_with_output().await.unwrap());
    assert_eq!(said.code, Some(3), "{}", said.err);
    told(&said, 30, &server);
    many.go_on().await;
}
