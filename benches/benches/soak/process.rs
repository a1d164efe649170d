//! Processes: signals to them, and the memory that they hold.

use tokio::process::Command;

use crate::Result;

/// Sends a signal, such as `-STOP`.
pub(crate) async fn signal(signal: &str, process: u32) -> Result<()> {
    let mut kill = Command::new("kill");
    let status = kill.args([signal, &process.to_string()]).status().await?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("process {process} cannot be sent {signal}").into()),
    }
}

/// Megabytes of memory that a process has resident; none where the system does not say.
pub(crate) fn memory(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
