//! Workers that are lost are no failures of the agents', and nothing that is sent to a worker ends it.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use flock::{
    ErrorKind, Flock, FlockHandle, RunError, Runtime,
    dev_server::{DevServer, DevServerOptions},
    engine::RunId,
};
use libtest_mimic::Trial;
use tokio::process::Command;

use crate::{
    examples,
    flocks::{
        lost::{
            BlockedInput, Kill, MOODY, MOODY_WORKER, Moody, Outlive, OutlivesInput, Pay, Stagger,
            Wait, blocked,
        },
        traced::{echoes, shared_work},
    },
    support::{
        OWN, PATIENCE, Process, address, local, temporal, test, trace_file, traces, unique, until,
        until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("lost::more_workers_than_attempts", more_than_attempts),
        test("lost::an_agent_that_kills_its_worker", kills_its_worker),
        test("lost::never_again_after_one", never_again),
        test("lost::mixed_with_failures_of_its_own", mixed),
        test("lost::noticed_and_made_good_soon", soon),
        test("lost::blocked_threads::local", || async {
            let file = trace_file("blocked");
            let input = BlockedInput::from((text(&file), 3));
            let run = local().start::<blocked>(input).await.expect("a start");
            assert_eq!(run.result().await.expect("a result"), 3);
        }),
        test("lost::blocked_threads::temporal", blocked_threads),
        test("lost::a_state_that_cannot_be_made::local", moody_local),
        test(
            "lost::a_state_that_cannot_be_made::temporal",
            moody_temporal,
        ),
        test("lost::a_query_for_another_programs_flock", foreign_query),
    ]
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

struct Started<F> {
    run: FlockHandle<F>,
    queue: String,
    address: String,
    runtime: Runtime,
}

/// A run on a queue that nobody serves yet.
async fn start<F: Flock>(input: F::Input) -> Started<F> {
    let (runtime, address) = (temporal().await, address().await);
    let queue = unique(&format!("{OWN}lost"));
    let run = runtime.start::<F>(input).task_queue(&queue).await;
    Started {
        run: run.expect("a start"),
        queue,
        address,
        runtime,
    }
}

impl<F> Started<F> {
    fn worker(&self) -> Process {
        Process::worker(&self.address, &self.queue)
    }

    /// A worker's command line, and the file that its stderr goes to.
    fn command(&self, name: &str) -> (PathBuf, Command) {
        let said = trace_file(name);
        let stderr = std::fs::File::create(&said).expect("a file");
        let at = ["--address", &self.address, "--task-queue", &self.queue];
        let mut command = Process::command(&[&["worker"], &at[..]].concat());
        command.stderr(stderr);
        (said, command)
    }
}

async fn traced(file: &Path, line: &str) {
    until(line, || traces(file).iter().any(|traced| traced == line)).await;
}

async fn failure<F: Flock>(run: &FlockHandle<F>) -> flock::error::Failure {
    match run.result().await {
        Err(RunError::Failed(failure)) => failure,
        other => panic!("it fails: {:?}", other.map(|_| "a result")),
    }
}

async fn more_than_attempts() {
    let file = trace_file("outlive");
    let started = start::<Outlive>(OutlivesInput::from((text(&file), 3_usize))).await;
    for runs in 1..=3 {
        let mut worker = started.worker();
        until("it is run", || traces(&file).len() == runs).await;
        if runs == 3 {
            told_of_two(&started.runtime, started.run.id()).await;
        }
        worker.kill().await;
    }
    let _last = started.worker();
    assert!(started.run.result().await.expect("a result").lost >= 3);
    assert_eq!(traces(&file), ["attempt 1"; 4]);
}

/// Those who ask hear of the lost workers, and of no failed attempt.
async fn told_of_two(runtime: &Runtime, run: &RunId) {
    let step = until_some("the third attempt is told", async || {
        let run = runtime.engine().describe(run).await.ok()?;
        let step = run.running.into_iter().next()?;
        (step.lost_workers >= 2).then_some(step)
    });
    assert_eq!(step.await.attempt, 1);
}

async fn kills_its_worker() {
    let file = trace_file("kill");
    let started = start::<Kill>(text(&file).into()).await;
    // As a supervisor would: each that dies is followed by another.
    let supervised = async {
        loop {
            let _ = started.worker().exit().await;
        }
    };
    let failure = tokio::select! {
        failure = failure(&started.run) => failure,
        () = supervised => unreachable!("it has no end"),
    };
    assert_eq!(failure.type_name, "LostWorker");
    assert_eq!(failure.kind, ErrorKind::Permanent);
    assert_eq!(failure.agent.as_deref(), Some("kills"));
    assert!(failure.message.contains("workers died"), "{failure}");
    let runs = traces(&file);
    assert!((1..=2).contains(&runs.len()), "{runs:?}");
}

async fn never_again() {
    let file = trace_file("pay");
    let started = start::<Pay>(text(&file).into()).await;
    let mut first = started.worker();
    traced(&file, "attempt 1").await;
    first.kill().await;
    let _second = started.worker();
    assert_eq!(failure(&started.run).await.type_name, "LostWorker");
    assert_eq!(traces(&file), ["attempt 1"]);
}

async fn mixed() {
    let file = trace_file("stagger");
    let started = start::<Stagger>(text(&file).into()).await;
    for stuck in 1..=2 {
        let mut worker = started.worker();
        let told = || {
            traces(&file)
                .iter()
                .filter(|line| *line == "is stuck")
                .count()
                == stuck
        };
        until("it is stuck", told).await;
        worker.kill().await;
    }
    let _last = started.worker();
    let failure = failure(&started.run).await;
    // Its own last word, after exactly its own retries; and each run knew of the one before.
    assert_eq!(failure.message, "attempt 3, run 5");
    assert_eq!(failure.kind, ErrorKind::Transient);
    let expected = [
        "attempt 1",
        "is stuck",
        "attempt 1",
        "attempt 2",
        "is stuck",
        "attempt 2",
        "attempt 3",
    ];
    assert_eq!(traces(&file), expected);
}

/// With what is built in, another worker that is there goes on in four seconds on a quiet machine, and a cancellation
/// comes through. By what Temporal has built in that would be the limit of an attempt, five minutes.
async fn soon() {
    const SOON: Duration = Duration::from_secs(200);
    let file = trace_file("soon");
    let started = start::<Wait>(text(&file).into()).await;
    let mut first = started.worker();
    traced(&file, &first.id().to_string()).await;
    let second = started.worker();
    let at_work = until_some("the second worker is at work", async || {
        let run = started.runtime.start::<shared_work>(20);
        let run = run.task_queue(&started.queue).await.ok()?;
        let done = run.result().await.ok()?;
        let own = format!(":{}", second.id());
        done.iter().any(|done| done.ends_with(&own)).then_some(())
    });
    at_work.await;
    first.kill().await;
    let killed = Instant::now();
    traced(&file, &second.id().to_string()).await;
    let taken_up = killed.elapsed();
    started.run.cancel("enough").await.expect("told");
    let result = started.run.result().await;
    let ended = killed.elapsed() - taken_up;
    assert!(matches!(result, Err(RunError::Cancelled)), "{result:?}");
    eprintln!("taken up after {taken_up:.1?}, cancelled after {ended:.1?}");
    assert!(taken_up < SOON && ended < SOON, "{taken_up:?} {ended:?}");
}

/// Five that block on two threads or so: each is run once, and one line says who blocks.
async fn blocked_threads() {
    let file = trace_file("blocked");
    let started = start::<blocked>(BlockedInput::from((text(&file), 5))).await;
    let (said, command) = started.command("blocks");
    let _worker = Process::spawn(&mut { command });
    assert_eq!(started.run.result().await.expect("a result"), 10);
    let mut blocked = traces(&file);
    blocked.sort_unstable();
    let expected = [0, 1, 2, 3, 4].map(|n| format!("blocks {n}"));
    assert_eq!(blocked, expected);
    let warned = || {
        let lines = traces(&said).into_iter();
        let lines = lines.filter(|line| line.contains("agent `blocks` blocked its thread"));
        lines.collect::<Vec<_>>()
    };
    until("it is warned of", || !warned().is_empty()).await;
    assert_eq!(warned().len(), 1, "{:?}", warned());
    assert!(warned()[0].contains("spawn_blocking"), "{:?}", warned());
}

async fn moody_local() {
    MOODY.store(true, Ordering::SeqCst);
    let run = local().start::<Moody>(()).await.expect("a start");
    let failure = tokio::time::timeout(PATIENCE, failure(&run)).await;
    MOODY.store(false, Ordering::SeqCst);
    let failure = failure.expect("it does not hang");
    assert_eq!(failure.type_name, "Panic");
    assert!(failure.message.contains("not in the mood"), "{failure}");
}

async fn moody_temporal() {
    let started = start::<Moody>(().into()).await;
    let (said, command) = started.command("moody");
    let mut worker = Process::spawn({ command }.env(MOODY_WORKER, "1"));
    let tried = || {
        traces(&said)
            .iter()
            .any(|line| line.contains("not in the mood"))
    };
    until("the workflow task is tried", tried).await;
    let other = started.runtime.start::<echoes>("still here".to_owned());
    let other = other.task_queue(&started.queue).await.expect("a start");
    assert_eq!(other.result().await.expect("a result"), "still here");
    assert!(worker.is_alive());
    // Nor was the SDK's own worker beneath it.
    let said = traces(&said);
    let again = said.iter().find(|line| line.contains("is started again"));
    assert_eq!(again, None);
    // Nothing was lost: a worker with mended code goes on with it.
    worker.kill().await;
    let _mended = started.worker();
    assert!(started.run.result().await.expect("a result"));
}

/// A query that the SDK cannot place ends its worker; flock starts another in its place.
async fn foreign_query() {
    let server = DevServer::start(DevServerOptions::default()).await;
    let server = server.expect("a Temporal dev server");
    let at = ["--address", server.address()];
    let here = [&at[..], &["--task-queue", "shared"]].concat();
    let (approval, report) = (
        examples::program("approval"),
        examples::program("scheduled_report"),
    );
    let command = |program: &Path, args: &[&[&str]]| {
        let mut command = Command::new(program);
        command
            .args(args.concat())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    };
    let mut own = Process::spawn(command(&approval, &[&["worker"], &here]).stderr(Stdio::null()));
    let mut start = command(&approval, &[&["start", "publish", "--id", "k"], &here]);
    assert!(start.output().await.expect("a start").status.success());
    let status = || command(&approval, &[&["status", "k"], &at]).output();
    until_some("it waits for a person", async || {
        let said = status().await.expect("an answer").stdout;
        String::from_utf8_lossy(&said)
            .contains("publish-1")
            .then_some(())
    })
    .await;
    own.kill().await;

    let said = trace_file("foreign").with_file_name("stderr");
    let stderr = std::fs::File::create(&said).expect("a file");
    let mut other = Process::spawn(command(&report, &[&["worker"], &here]).stderr(stderr));
    let ended = || {
        traces(&said)
            .iter()
            .any(|line| line.contains("is started again"))
    };
    let asked = async {
        while !ended() {
            let _ = status().await;
        }
    };
    let asked = tokio::time::timeout(Duration::from_secs(300), asked).await;
    assert!(asked.is_ok(), "{:?}", traces(&said));
    assert!(other.is_alive(), "{:?}", traces(&said));
    let flock = "run morning_report --engine temporal --timeout 5m";
    let flock: Vec<_> = flock.split(' ').collect();
    let ran = command(&report, &[&flock, &here]).output().await;
    let ran = ran.expect("it runs");
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{told} {:?}", traces(&said));
    assert!(other.is_alive(), "{:?}", traces(&said));
}
