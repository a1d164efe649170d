//! Worker processes that can be killed.

use std::process::Stdio;

use tokio::process::{Child, Command};

/// This program as `flock::main!()`, in a process of its own. Killed when dropped.
pub(crate) struct Process(Child);

impl Process {
    /// A worker on `queue` of the server at `address`.
    pub(crate) fn worker(address: &str, queue: &str) -> Self {
        let child = Self::command(&["worker", "--address", address, "--task-queue", queue])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.expect("a worker process"))
    }

    /// The command line of this program.
    pub(crate) fn command(args: &[&str]) -> Command {
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command
            .arg("--flock")
            .args(args)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// SIGTERM: it is asked to stop.
    pub(crate) async fn terminate(&self) {
        let pid = self.0.id().expect("it runs").to_string();
        let status = Command::new("kill").args(["-TERM", &pid]).status().await;
        assert!(
            status.is_ok_and(|status| status.success()),
            "it can be told"
        );
    }

    /// The exit code, once it has ended by itself.
    pub(crate) async fn exit(mut self) -> Option<i32> {
        self.0.wait().await.expect("it ends").code()
    }

    /// SIGKILL: no goodbye.
    pub(crate) async fn kill(&mut self) {
        self.0.kill().await.expect("it can be killed");
    }
}
