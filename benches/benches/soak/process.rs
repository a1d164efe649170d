//! Processes: signals to them.

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
