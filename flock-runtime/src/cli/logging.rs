//! Log lines on stderr, which do not tear up the progress display.

use std::io::{self, Write};

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

use super::progress;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// Lines for people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

/// Starts logging to stderr, filtered by `FLOCK_LOG`, else `RUST_LOG`. Without either, a service
/// logs from `info`, a command from `warn`.
pub(super) fn start(format: LogFormat, is_service: bool) {
    let spec = ["FLOCK_LOG", "RUST_LOG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|spec| !spec.is_empty()));
    let default = if is_service { "info" } else { "warn" };
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(spec.as_deref().unwrap_or(default)))
        .with_ansi(console::colors_enabled_stderr())
        .with_writer(|| BesideProgress);
    // A program that set up its own logging before keeps it.
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().with_ansi(false).try_init(),
    };
}

struct BesideProgress;

impl Write for BesideProgress {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        progress::BARS.suspend(|| io::stderr().write(line))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
