//! Two programs on one server and one queue: neither loses what is the other's.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{path::Path, pin::pin, process::Stdio, time::Duration};

use flock::{
    __private::futures_util::StreamExt,
    dev_server::{DevServer, DevServerOptions},
    engine::{RunId, StepPhase},
    registry::{AgentEntry, FlockEntry},
};
use libtest_mimic::Trial;
use tokio::{io::AsyncReadExt, process::Command};

use crate::{
    examples,
    flocks::foreign::{CallsAtInput, VisitsInput, answers, calls_at, keeps_house, mutters, visits},
    support::{
        AtWork, OWN, Process, address, agent_steps, stuck, temporal, test, test_stuck, test_within,
        trace_file, traces, unique,
    },
};

/// A run that is given to the wrong worker again and again: the SDK says so once, and lets the tasks that
/// follow run out of their time, which the server makes longer each time.
const LUCK: Duration = Duration::from_secs(900);

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test_stuck("foreign::another_program_takes_it", another_takes_it),
        test("foreign::an_agent_is_given_out_again", given_again),
        test("foreign::it_is_said_once", said_once),
        test_within(LUCK, "foreign::two_programs_on_one_queue", two_programs),
    ]
}

static ANSWERS: AgentEntry = AgentEntry::of::<answers>();
static MUTTERS: AgentEntry = AgentEntry::of::<mutters>();
static VISITS: FlockEntry = FlockEntry::of::<visits>();
static CALLS_AT: FlockEntry = FlockEntry::of::<calls_at>();
static STAYS: FlockEntry = FlockEntry::of::<keeps_house>();

async fn another_takes_it() {
    let runtime = temporal().await;
    let [half, foreign] = [(); 2].map(|()| unique(&format!("{OWN}shared")));
    let start = async |queue: &str| {
        let start = runtime.start::<visits>(VisitsInput::from("Ann".to_owned()));
        start.task_queue(queue).await.unwrap()
    };
    // It has the flock, and not the flock's agent.
    let other = AtWork::program(&half, &[], &[&VISITS]).await;
    let first = start(&half).await;
    stuck(&runtime, first.id(), "agent `answers`").await;
    other.stop().await;
    // It has neither, and stays.
    let other = AtWork::program(&foreign, &[&MUTTERS], &[&STAYS]).await;
    let second = start(&foreign).await;
    stuck(&runtime, second.id(), "does not have flock `visits`").await;
    let mut whole = Vec::new();
    for queue in [&half, &foreign] {
        whole.push(AtWork::program(queue, &[&ANSWERS], &[&VISITS]).await);
    }
    let third = start(&foreign).await;
    let hello = vec!["hello Ann".to_owned(); 3];
    for run in [first, second, third] {
        assert_eq!(run.result().await.unwrap(), hello);
    }
    other.stop().await;
    for whole in whole {
        whole.stop().await;
    }
}

/// Where only the other program serves the agent's queue, each attempt comes to it; the one that the agent
/// has is left to it.
async fn given_again() {
    let runtime = temporal().await;
    let (home, place) = (
        unique(&format!("{OWN}home")),
        unique(&format!("{OWN}place")),
    );
    let own = AtWork::program(&home, &[&ANSWERS], &[&CALLS_AT]).await;
    let other = AtWork::program(&place, &[&MUTTERS], &[]).await;
    let input = CallsAtInput::from(("Ann".to_owned(), place.clone()));
    let run = runtime.start::<calls_at>(input).task_queue(&home);
    let run = run.await.unwrap();
    let steps = agent_steps(&runtime, run.id()).await;
    let came = steps.filter(|step| {
        let came = match &step.phase {
            StepPhase::Failed { error } => error.contains("`answers` does not have it"),
            _ => false,
        };
        std::future::ready(came)
    });
    assert!(pin!(came).next().await.is_some(), "it came to the other");
    other.stop().await;
    let whole = AtWork::program(&place, &[&ANSWERS], &[]).await;
    assert_eq!(run.result().await.unwrap(), "hello Ann");
    whole.stop().await;
    own.stop().await;
}

/// By a worker process, of a run that is nobody's.
async fn said_once() {
    let address = address().await;
    let queue = unique(&format!("{OWN}strange"));
    let cli = DevServer::find_cli().unwrap();
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

/// Two binaries, both told to serve one queue: neither can do the other's work, and both get it all
/// done.
async fn two_programs() {
    let server = DevServer::start(DevServerOptions::default()).await.unwrap();
    let shared = ["--address", server.address(), "--task-queue", "shared"];
    let programs = ["scheduled_report", "parallel_analysis"].map(examples::program);
    let command = |program: &Path, args: &[&str]| {
        let mut command = Command::new(program);
        command
            .args([args, &shared].concat())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    };
    let flocks = ["morning_report", "analysis"];
    let start = async |n: u32| {
        for (program, flock) in programs.iter().zip(flocks) {
            let id = format!("{flock}-{n}");
            let output = command(program, &["start", flock, "--id", &id]).output();
            assert!(output.await.unwrap().status.success());
        }
    };
    start(0).await;
    let said = flocks.map(|flock| trace_file("shared").with_file_name(flock));
    let _workers: Vec<_> = programs
        .iter()
        .zip(&said)
        .map(|(program, said)| {
            let mut worker = command(program, &["worker"]);
            Process::spawn(worker.stderr(std::fs::File::create(said).unwrap()))
        })
        .collect();
    let mut runs = 1;
    // Who is given what is the server's choice: each is given what the other has before long.
    let told = |said: &Path, others: &str| {
        traces(said).iter().any(|line| {
            line.contains(&format!("`{others}`"))
                && line.contains("does not have")
                && line.contains("give one of them a task_queue of its own")
        })
    };
    while !(told(&said[0], flocks[1]) && told(&said[1], flocks[0])) {
        start(runs).await;
        runs += 1;
    }
    for (program, flock) in programs.iter().zip(flocks) {
        for n in 0..runs {
            let id = format!("{flock}-{n}");
            let mut result = Command::new(program);
            result.args(["result", &id, "--address", server.address()]);
            let output = result.kill_on_drop(true).output().await.unwrap();
            let err = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{id}: {err}");
        }
    }
}
