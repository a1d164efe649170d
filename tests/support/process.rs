//! Worker processes that can be killed.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::rubbish;

/// A program at a terminal, which shows what it writes on stdout, and takes stdin as typed.
pub(crate) fn at_a_terminal(program: &Path) -> Command {
    let mut command = Command::new("python3");
    let run = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    command.args(["-c", run]).arg(program);
    command
}

/// This program as `flock::main!()`, in a process of its own. Killed when dropped.
pub(crate) struct Process(Child);

impl Process {
    /// A worker on `queue` of the server at `address`.
    pub(crate) fn worker(address: &str, queue: &str) -> Self {
        Self::worker_with(address, &["--task-queue", queue])
    }

    /// A worker of the server at `address`, with these flags.
    pub(crate) fn worker_with(address: &str, flags: &[&str]) -> Self {
        let mut command = Self::command(&[&["worker", "--address", address][..], flags].concat());
        Self::spawn(command.stderr(rubbish::log()))
    }

    /// A worker by this command line, whatever its stderr.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let child = command.stdout(Stdio::null()).spawn();
        Self(child.expect("a worker process"))
    }

    /// The same, with what it says on stderr.
    pub(crate) fn heard(command: &mut Command) -> (Self, Log) {
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a worker process");
        let mut lines = BufReader::new(child.stderr.take().expect("its stderr")).lines();
        let log = Log::default();
        let kept = log.clone();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                rubbish::heard("a worker's log", &line);
                kept.0.lock().expect("nobody panics").push(line);
            }
        });
        (Self(child), log)
    }

    /// A worker that answers by HTTP, what it said until then, and where it answers.
    pub(crate) async fn listening(command: &mut Command) -> (Self, String, String) {
        command.args(["--metrics-listen", "127.0.0.1:0"]);
        let (worker, log) = Self::heard(command);
        log.says(LISTENS).await;
        let (before, line) = log.until(LISTENS);
        let (_, rest) = line.split_once(LISTENS).expect("it says where");
        let door = rest.split('/').next().unwrap_or_default().to_owned();
        (worker, before, door)
    }

    /// Whether it has not ended.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }

    /// The command line of this program.
    pub(crate) fn command(args: &[&str]) -> Command {
        Self::of(Command::new(Self::program()), args)
    }

    /// The same, in which SIGHUP ends what does not listen to it: whoever calls the tests may have it
    /// ignored, as `nohup` does, and what they call inherits that.
    pub(crate) fn command_that_hears(args: &[&str]) -> Command {
        let mut command = Command::new("env");
        command.arg("--default-signal=HUP").arg(Self::program());
        Self::of(command, args)
    }

    /// The same at a terminal.
    pub(crate) fn command_at_a_terminal(args: &[&str]) -> Command {
        Self::of(at_a_terminal(&Self::program()), args)
    }

    fn program() -> PathBuf {
        std::env::current_exe().expect("this program")
    }

    fn of(mut command: Command, args: &[&str]) -> Command {
        command
            .arg("--flock")
            .args(args)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// SIGTERM: it is asked to stop.
    pub(crate) async fn terminate(&self) {
        assert!(super::kill("-TERM", self.id()).await, "it can be told");
    }

    /// The exit code, once it has ended by itself.
    pub(crate) async fn exit(mut self) -> Option<i32> {
        self.0.wait().await.expect("it ends").code()
    }

    /// The process's id, while it has not ended.
    pub(crate) fn id(&self) -> u32 {
        self.0.id().expect("a running process")
    }

    /// SIGKILL: no goodbye.
    pub(crate) async fn kill(&mut self) {
        self.0.kill().await.expect("it can be killed");
    }
}

/// How a worker says where it answers by HTTP.
const LISTENS: &str = "metrics at http://";

/// What a process has said on stderr so far.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// The lines with `part`.
    pub(crate) fn lines(&self, part: &str) -> Vec<String> {
        let lines = self.0.lock().expect("nobody panics");
        lines
            .iter()
            .filter(|line| line.contains(part))
            .cloned()
            .collect()
    }

    /// What was said before the first line with `part`, and that line.
    fn until(&self, part: &str) -> (String, String) {
        let lines = self.0.lock().expect("nobody panics");
        let at = lines.iter().position(|line| line.contains(part));
        let at = at.expect("it was said");
        let before = lines[..at].iter().map(|line| format!("{line}\n"));
        (before.collect(), lines[at].clone())
    }

    /// Waits for a line with `part`.
    pub(crate) async fn says(&self, part: &str) {
        let what = format!("a line with `{part}`");
        super::until(&what, || !self.lines(part).is_empty()).await;
    }
}
