//! What flock costs, and what the benches share: see the folders of `benches`.
//!
//! A package of its own, so that the SDK, which the hand-written side names, is no dependency of the
//! lean build.

pub mod piped;
pub mod process;

use std::{io, process::Stdio, time::Duration};

use nix::sys::resource::{UsageWho, getrusage};
use tokio::{
    process::Command,
    signal::unix::{SignalKind, signal},
};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The CPU time of the child processes that have ended so far.
///
/// # Errors
/// When the system does not say.
pub fn children_cpu() -> Result<Duration, Error> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = [usage.user_time(), usage.system_time()]
        .map(|time| time.tv_sec() * 1_000_000 + time.tv_usec());
    Ok(Duration::from_micros(
        micros.iter().sum::<i64>().try_into()?,
    ))
}

/// The middle of `values`; of an even number of them, between the two in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        even if even % 2 == 0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

/// The value below which so many of a hundred `values` are; none of no values.
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let place = (values.len() * percent / 100).min(values.len().saturating_sub(1));
    values.get(place).copied().unwrap_or(f64::NAN)
}

/// What a bench was called with, after what Cargo says; nothing where it is no `cargo bench`.
pub fn arguments() -> Option<Vec<String>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    // Cargo adds it for `cargo bench`, and not for `cargo test --all-targets`.
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("nothing done: this is for `cargo bench`");
        return None;
    }
    arguments.retain(|argument| argument != "--bench");
    Some(arguments)
}

/// Waits until this bench is told to end, and says so. Its server is a process that stays unless it is ended.
///
/// # Errors
/// When the system gives no signals.
pub async fn interrupted<T>() -> Result<T, Error> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupt = tokio::signal::ctrl_c() => interrupt?,
        _ = terminate.recv() => {}
    }
    Err("interrupted".into())
}

/// Called with this and an address, a bench is a worker.
const SERVE: &str = "--serve";

/// Where this program is to be a worker, if it is to be one.
pub fn serves() -> Option<String> {
    let mut arguments = std::env::args().skip(1);
    (arguments.next()? == SERVE).then(|| arguments.next())?
}

/// This program as a worker of the server at `address`, whose process is still to be begun, and is killed when it is
/// dropped. It complains where this program does.
///
/// # Errors
/// When the system does not say which program this is.
pub fn worker(address: &str) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args([SERVE, address])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true);
    Ok(command)
}

/// Megabytes of memory that a process has resident; none where the system does not say.
pub fn resident_megabytes(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
