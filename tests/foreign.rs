//! Two programs on one server and one queue: neither loses what is the other's.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use flock::{
    Runtime,
    engine::{RunId, temporal::ConnectOptions},
    registry::{AgentEntry, FlockEntry, Registry},
};
use libtest_mimic::Trial;
use tokio::{io::AsyncReadExt, sync::oneshot, task::JoinHandle};

use crate::{
    flocks::foreign::{VisitsInput, answers, keeps_house, mutters, visits},
    support::{OWN, Process, address, builder, temporal, test, unique, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("foreign::another_program_takes_it", another_takes_it),
        test("foreign::it_is_said_once", said_once),
    ]
}

static ANSWERS: AgentEntry = AgentEntry::of::<answers>();
static MUTTERS: AgentEntry = AgentEntry::of::<mutters>();
static VISITS: FlockEntry = FlockEntry::of::<visits>();
static STAYS: FlockEntry = FlockEntry::of::<keeps_house>();

/// A worker of a program with these.
struct Program {
    stop: oneshot::Sender<()>,
    worker: JoinHandle<()>,
}

impl Program {
    async fn start(
        queue: &str,
        agents: &[&'static AgentEntry],
        flocks: &[&'static FlockEntry],
    ) -> Self {
        let registry = Registry::new(agents.iter().copied(), flocks.iter().copied()).unwrap();
        let options = ConnectOptions {
            address: Some(address().await),
            ..ConnectOptions::default()
        };
        let runtime = builder().registry(registry).connect(options).await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let worker = runtime
            .worker()
            .task_queue(queue)
            .grace_period(Duration::ZERO);
        let worker = tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap_or_default() };
            worker.run(stopped).await.unwrap();
        });
        Self { stop, worker }
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        self.worker.await.unwrap();
    }
}

async fn stuck(runtime: &Runtime, run: &RunId, on: &str) {
    until_some(on, async || {
        let run = runtime.engine().describe(run).await.unwrap();
        run.task_failure.filter(|failure| failure.contains(on))
    })
    .await;
}

async fn another_takes_it() {
    let runtime = temporal().await;
    let queue = unique(&format!("{OWN}shared"));
    let start = async || {
        let start = runtime.start::<visits>(VisitsInput::from("Ann".to_owned()));
        start.task_queue(&queue).await.unwrap()
    };
    // It has the flock, and not the flock's agent.
    let half = Program::start(&queue, &[], &[&VISITS]).await;
    let first = start().await;
    stuck(&runtime, first.id(), "agent `answers`").await;
    half.stop().await;
    // It has neither.
    let other = Program::start(&queue, &[&MUTTERS], &[&STAYS]).await;
    let second = start().await;
    stuck(&runtime, second.id(), "does not have flock `visits`").await;
    let whole = Program::start(&queue, &[&ANSWERS], &[&VISITS]).await;
    let third = start().await;
    let hello = vec!["hello Ann".to_owned(); 3];
    for run in [first, second, third] {
        assert_eq!(run.result().await.unwrap(), hello);
    }
    other.stop().await;
    whole.stop().await;
}

/// By a worker process, of a run that is nobody's.
async fn said_once() {
    let address = address().await;
    let queue = unique(&format!("{OWN}strange"));
    let cli = flock::dev_server::DevServer::find_cli().unwrap();
    let id = unique("strange");
    let output = tokio::process::Command::new(cli)
        .args([
            "workflow",
            "start",
            "--type",
            "research",
            "--workflow-id",
            &id,
        ])
        .args(["--task-queue", &queue, "--address", &address])
        .output()
        .await
        .unwrap();
    assert!(output.status.success());
    let mut worker = Process::command(&["worker", "--address", &address, "--task-queue", &queue])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = worker.stderr.take().unwrap();
    let (mut said, mut buffer) = (String::new(), [0; 4096]);
    let wanted = format!("run `{id}` of flock `research` is on task queue `{queue}`");
    while !said.contains(&wanted) {
        let read = stderr.read(&mut buffer).await.unwrap();
        assert!(read > 0, "{said}");
        said.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    worker.kill().await.unwrap();
    stderr.read_to_string(&mut said).await.unwrap();
    assert_eq!(said.matches(&wanted).count(), 1, "{said}");
    assert!(
        said.contains("give one of them a task_queue of its own"),
        "{said}"
    );
    let runtime = temporal().await;
    runtime
        .engine()
        .terminate(&RunId::latest(&id), "seen")
        .await
        .unwrap();
}
