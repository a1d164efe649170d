//! SIGINT and SIGTERM: what each command makes of the first, and that the second ends it at once.

use std::time::{Duration, Instant};

use libtest_mimic::Trial;

use crate::support::{
    OWN, Spoken, address, say, temporal, test, trace_file, traces, unique, until,
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("signals::the_second_ends_a_worker_at_once", worker),
        test("signals::a_worker_that_finishes_exits_0", finishes),
        test("signals::run_with_worker_says_what_happens", with_worker),
        test("signals::run_in_this_process_is_cancelled", here),
        test("signals::waiting_for_a_run_ends", waiting),
    ]
}

/// As soon as anybody would notice.
const AT_ONCE: Duration = Duration::from_secs(15);

/// A run whose agent works until `gate` is there, whatever it is told; on a queue that nobody serves.
struct Stubborn {
    queue: String,
    id: String,
    file: std::path::PathBuf,
    gate: std::path::PathBuf,
}

impl Stubborn {
    fn new() -> Self {
        let file = trace_file("stubborn");
        Self {
            queue: unique(&format!("{OWN}stubborn")),
            id: unique("stubborn"),
            gate: file.with_file_name("gate"),
            file,
        }
    }

    fn input(&self) -> [String; 2] {
        let (file, gate) = (self.file.display(), self.gate.display());
        [format!("file={file}"), format!("gate={gate}")]
    }

    /// The arguments that start it with `command`.
    async fn start(&self, command: &[&str]) -> Vec<String> {
        let [file, gate] = self.input();
        let address = address().await;
        let more = ["-i", &file, "-i", &gate, "--id", &self.id];
        let at = ["--task-queue", &self.queue, "--address", &address];
        let args = [command, &more, &at].concat();
        args.into_iter().map(str::to_owned).collect()
    }

    async fn is_at_work(&self) {
        until("its agent is at work", || !traces(&self.file).is_empty()).await;
    }

    async fn served(&self) -> Spoken {
        let args = self.start(&["start", "gate"]).await;
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        let started = say(&args).await;
        assert_eq!(started.code, Some(0), "{}", started.err);
        let address = address().await;
        let serve = ["worker", "--address", &address, "--task-queue", &self.queue];
        let worker = Spoken::new(&serve);
        self.is_at_work().await;
        worker
    }

    /// So that no test leaves it behind.
    async fn terminate(&self) {
        let run = temporal().await;
        let run = run.handle::<crate::flocks::traced::Gate>(flock::engine::RunId::latest(&self.id));
        run.terminate("the test is over").await.expect("it goes on");
    }
}

async fn worker() {
    temporal().await;
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let run = Stubborn::new();
        let mut worker = run.served().await;
        worker.send(signal).await;
        worker.says(&["once more ends at once"]).await;
        let sent = Instant::now();
        worker.send(signal).await;
        let (exit, said) = worker.ends().await;
        assert_eq!(exit, Some(code), "{said}");
        assert!(sent.elapsed() < AT_ONCE, "{:?}", sent.elapsed());
        assert!(!said.contains("panicked"), "{said}");
        run.terminate().await;
    }
}

async fn finishes() {
    temporal().await;
    let run = Stubborn::new();
    let mut worker = run.served().await;
    worker.send("-TERM").await;
    worker.says(&["agents at work may finish"]).await;
    std::fs::write(&run.gate, "").expect("the gate opens");
    let (exit, said) = worker.ends().await;
    assert_eq!(exit, Some(0), "{said}");
    // Its result was reported, so that no worker does it again.
    assert_eq!(traces(&run.file), ["waits 1", "passes"]);
}

async fn with_worker() {
    temporal().await;
    let run = Stubborn::new();
    let command = ["run", "gate", "--engine", "temporal", "--with-worker"];
    let args = run.start(&command).await;
    let mut program = Spoken::new(&args.iter().map(String::as_str).collect::<Vec<_>>());
    run.is_at_work().await;
    let sent = Instant::now();
    program.send("-INT").await;
    program.says(&["Ctrl-C ends at once"]).await;
    program.send("-INT").await;
    let (exit, said) = program.ends().await;
    assert_eq!(exit, Some(130), "{said}");
    assert!(sent.elapsed() < AT_ONCE, "{:?}", sent.elapsed());
    assert!(said.contains("Ctrl-C: the run goes on"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    run.terminate().await;
}

async fn here() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let file = trace_file("here");
        let input = format!("file={}", file.display());
        let mut run = Spoken::new(&["run", "patience", "-i", &input]);
        until("its agent", || !traces(&file).is_empty()).await;
        run.send(signal).await;
        run.says(&["cancelling the run"]).await;
        let (exit, said) = run.ends().await;
        assert_eq!(exit, Some(code), "{said}");
    }
}

/// On Temporal the run goes on.
async fn waiting() {
    temporal().await;
    let address = address().await;
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let id = unique("waited");
        let at = ["--engine", "temporal", "--address", &address, "--id", &id];
        let mut run = Spoken::new(&[&["run", "dreams"][..], &at].concat());
        run.says(&["started"]).await;
        run.send(signal).await;
        let (exit, said) = run.ends().await;
        assert_eq!(exit, Some(code), "{said}");
        assert!(said.contains("the run goes on"), "{said}");
        let ended = say(&["terminate", &id, "--address", &address]).await;
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        // What has ended is not ended again.
        for command in ["terminate", "cancel"] {
            let again = say(&[command, &id, "--address", &address]).await;
            assert_eq!(again.code, Some(5), "{command}: {}", again.err);
            assert!(again.err.contains("has ended"), "{command}: {}", again.err);
        }
    }
}
