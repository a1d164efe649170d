//! The compiler, called as cargo calls it and measured.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use flock_benches::children_cpu as cpu;

use crate::{
    Result,
    crates::{Crates, Side},
};

/// Where this program, in cargo's hands, writes down what cargo calls the compiler with.
const RECORD: &str = "FLOCK_BENCH_RECORD";

/// What one check took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Took {
    pub(crate) wall: Duration,
    /// User and system.
    pub(crate) cpu: Duration,
}

/// In cargo's hands this program is the compiler: it runs that, and writes down how.
pub(crate) fn recorded() -> Result<Option<i32>> {
    let Some(record) = std::env::var_os(RECORD) else {
        return Ok(None);
    };
    let call: Vec<String> = std::env::args().skip(1).collect();
    let (rustc, arguments) = call.split_first().ok_or("cargo names no compiler")?;
    if arguments
        .iter()
        .any(|argument| argument == "--emit=dep-info,metadata")
    {
        let folder = std::env::current_dir()?;
        fs::write(record, serde_json::to_string(&(folder, &call))?)?;
    }
    let status = Command::new(rustc).args(arguments).status()?;
    Ok(Some(status.code().unwrap_or(1)))
}

/// The compiler's call that checks one of the crates.
pub(crate) struct Rustc {
    pub(crate) side: Side,
    folder: PathBuf,
    call: Vec<String>,
    /// Where rustc keeps what it need not do again.
    incremental: PathBuf,
}

impl Rustc {
    /// Has cargo check a crate, and sees how it does that.
    pub(crate) fn record(crates: &Crates, side: Side) -> Result<Self> {
        let record = crates.path(&format!("{}.json", side.name()));
        // Cargo calls nobody for a crate that it has checked.
        crates.edit(side, 0)?;
        let status = crates
            .cargo(side, "check")
            .arg("--quiet")
            .env("RUSTC_WORKSPACE_WRAPPER", std::env::current_exe()?)
            .env(RECORD, &record)
            .status()?;
        crates.restore(side)?;
        if !status.success() {
            return Err(format!("`cargo check` of `{}` fails", side.name()).into());
        }
        let (folder, mut call): (PathBuf, Vec<String>) =
            serde_json::from_str(&fs::read_to_string(&record)?)?;
        let incremental = crates.path(&format!("{}.incremental", side.name()));
        let kept = |argument: &&mut String| argument.starts_with("incremental=");
        let argument = call.iter_mut().find(kept);
        *argument.ok_or("cargo does not check incrementally, as it does by default")? =
            format!("incremental={}", incremental.display());
        Ok(Self {
            side,
            folder,
            call,
            incremental,
        })
    }

    /// A check with nothing to build upon.
    pub(crate) fn clean(&self) -> Result<Took> {
        if self.incremental.exists() {
            fs::remove_dir_all(&self.incremental)?;
        }
        self.run(&mut self.command())
    }

    /// A check after a change in one function, upon the check before that.
    pub(crate) fn edited(&self, crates: &Crates, round: usize) -> Result<Took> {
        crates.edit(self.side, round)?;
        let took = self.run(&mut self.command());
        crates.restore(self.side)?;
        took
    }

    /// A check with nothing to build upon, profiled into `folder`.
    pub(crate) fn profiled(&self, folder: &Path) -> Result<()> {
        let mut command = self.command();
        command
            // The profiler is not stable; what it tells is all that is wanted of this run.
            .env("RUSTC_BOOTSTRAP", "1")
            .arg(format!("-Zself-profile={}", folder.display()))
            .arg("-Zself-profile-events=default,args");
        if self.incremental.exists() {
            fs::remove_dir_all(&self.incremental)?;
        }
        self.run(&mut command).map(drop)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.call[0]);
        command.args(&self.call[1..]).current_dir(&self.folder);
        command
    }

    fn run(&self, command: &mut Command) -> Result<Took> {
        let (began, before) = (Instant::now(), cpu()?);
        let output = command.stdin(Stdio::null()).output()?;
        let took = Took {
            wall: began.elapsed(),
            cpu: cpu()? - before,
        };
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            return Err(format!("rustc fails on `{}`: {errors}", self.side.name()).into());
        }
        Ok(took)
    }
}
