//! Programs that a user runs and listens to.

use std::{
    path::Path,
    process::{Output, Stdio},
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStderr, ChildStdin, Command},
};

use super::{PATIENCE, Process, address, rubbish, temporal};

/// Sends a signal, such as `-INT`; whether there was a process to send it to.
pub(crate) async fn kill(signal: &str, pid: u32) -> bool {
    let pid = pid.to_string();
    let mut command = Command::new("kill");
    let command = command.args([signal, &pid]).stderr(Stdio::null());
    command.status().await.is_ok_and(|status| status.success())
}

/// What a program has said, once it has ended.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn of(output: &Output) -> Self {
        let [out, err] = [&output.stdout, &output.stderr].map(|text| {
            let text = String::from_utf8_lossy(text).into_owned();
            rubbish::heard("what a command says", &text);
            text
        });
        Self {
            code: output.status.code(),
            out,
            err,
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error} in {:?}; it said {}", self.out, self.err))
    }
}

/// Runs this program to its end.
pub(crate) async fn say(args: &[&str]) -> Said {
    let output = Process::command(args)
        .output()
        .await
        .expect("the program runs");
    Said::of(&output)
}

/// The same in a folder, with these variables.
pub(crate) async fn say_in(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Said {
    let mut command = Process::command(args);
    command.current_dir(folder).envs(variables.iter().copied());
    Said::of(&command.output().await.expect("the program runs"))
}

/// The same, said to the server of the tests.
pub(crate) async fn remotely(args: &[&str]) -> Said {
    temporal().await;
    let address = address().await;
    say(&[args, &["--address", &address]].concat()).await
}

/// The same, done well, with `--json`.
pub(crate) async fn done(args: &[&str]) -> Value {
    let said = remotely(&[args, &["--json"]].concat()).await;
    assert_eq!(said.code, Some(0), "{args:?}: {}", said.err);
    said.json()
}

/// The same, refused with this code and a message that has `part`.
pub(crate) async fn refused(args: &[&str], code: i32, part: &str) {
    let said = remotely(args).await;
    assert_eq!(said.code, Some(code), "{args:?}: {}", said.err);
    assert!(said.err.contains(part), "{args:?}: {}", said.err);
}

/// The same at a terminal, where these lines are typed. What is shown there is all of it.
pub(crate) async fn typed(args: &[&str], lines: &str) -> Said {
    run_with(Process::command_at_a_terminal(args), lines).await
}

/// The same, with these lines piped to it.
pub(crate) async fn piped(args: &[&str], lines: &str) -> Said {
    run_with(Process::command(args), lines).await
}

/// Any program, with these lines as its stdin.
pub(crate) async fn run_with(mut command: Command, lines: &str) -> Said {
    let mut run = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = run.stdin.take().expect("its stdin");
    stdin.write_all(lines.as_bytes()).await.expect("it reads");
    drop(stdin);
    Said::of(&run.wait_with_output().await.expect("it ends"))
}

/// A program whose stderr is read while it goes on. Killed when dropped.
pub(crate) struct Spoken {
    child: Child,
    lines: Lines<BufReader<ChildStderr>>,
}

impl Spoken {
    /// This program.
    pub(crate) fn new(args: &[&str]) -> Self {
        Self::of(Process::command(args))
    }

    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let lines = BufReader::new(child.stderr.take().expect("its stderr")).lines();
        Self { child, lines }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("a running process")
    }

    /// Its stdin, where it has one.
    pub(crate) fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("its stdin")
    }

    pub(crate) async fn send(&self, signal: &str) {
        assert!(kill(signal, self.id()).await, "{signal} is sent");
    }

    /// The next line; none after the last.
    pub(crate) async fn line(&mut self) -> Option<String> {
        let line = self.lines.next_line().await.expect("text");
        rubbish::heard("what a command says", line.as_deref().unwrap_or_default());
        line
    }

    /// Reads until a line has all of these.
    pub(crate) async fn says(&mut self, parts: &[&str]) {
        let mut before = Vec::new();
        let reading = async {
            while let Some(line) = self.line().await {
                if parts.iter().all(|part| line.contains(part)) {
                    return true;
                }
                before.push(line);
            }
            false
        };
        let said = tokio::time::timeout(PATIENCE / 2, reading).await;
        assert!(said.unwrap_or(false), "never said {parts:?}: {before:?}");
    }

    /// Its exit code, once it has ended by itself.
    pub(crate) async fn exit(&mut self) -> Option<i32> {
        self.child.wait().await.expect("it ends").code()
    }

    /// Its exit code, and what it said to the last.
    pub(crate) async fn ends(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        let stderr = self.lines.get_mut();
        stderr.read_to_string(&mut rest).await.expect("text");
        rubbish::heard("what a command says", &rest);
        (self.exit().await, rest)
    }
}
