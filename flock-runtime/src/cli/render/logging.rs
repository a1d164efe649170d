//! Log lines on stderr, which do not tear up the progress display.

use std::{
    ffi::OsString,
    io::{self, Write},
    panic,
    sync::atomic::{AtomicBool, Ordering},
};

use clap::ValueEnum;
use tracing::Level;
use tracing_subscriber::{EnvFilter, filter::Directive};

use super::progress;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people
    #[default]
    Text,
    /// One JSON object a line, and nothing else on stderr
    Json,
}

/// What a command says itself, as log lines name it.
const SAID: &str = "flock::command";

/// Whether everything on stderr is a JSON object.
static JSON: AtomicBool = AtomicBool::new(false);

pub(crate) fn is_json() -> bool {
    JSON.load(Ordering::Relaxed)
}

/// Starts logging to stderr, filtered by `FLOCK_LOG`, else `RUST_LOG`. Without either, a service
/// logs from `info`, a command from `warn`.
pub(crate) fn start(format: LogFormat, is_service: bool) {
    let spec = ["FLOCK_LOG", "RUST_LOG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|spec| !spec.is_empty()));
    // A run that has its worker in this process is told of its attempts as all others are.
    let attempts = "warn,flock_runtime::engine::temporal::worker::activity=error";
    let default = if is_service { "info" } else { attempts };
    let mut filter = EnvFilter::new(spec.as_deref().unwrap_or(default));
    if format == LogFormat::Json
        && let Ok(said) = format!("{SAID}={}", Level::INFO).parse::<Directive>()
    {
        filter = filter.add_directive(said);
    }
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(console::colors_enabled_stderr())
        .with_writer(|| BesideProgress);
    // A program that set up its own logging before keeps it.
    let started = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().with_ansi(false).try_init(),
    };
    if format == LogFormat::Json && started.is_ok() {
        JSON.store(true, Ordering::Relaxed);
        panic::set_hook(Box::new(|panic| said(Level::ERROR, &panic.to_string())));
    }
}

/// What a command says, as a line of the log.
pub(crate) fn said(level: Level, message: &str) {
    match level {
        Level::ERROR => tracing::error!(target: SAID, "{message}"),
        _ => tracing::info!(target: SAID, "{message}"),
    }
}

/// The format that is asked for by arguments which could not be read otherwise.
pub(crate) fn asked(args: &[OsString]) -> LogFormat {
    let is_asked = args.windows(2).any(|two| two == ["--log-format", "json"])
        || args.iter().any(|arg| arg == "--log-format=json");
    match is_asked {
        true => LogFormat::Json,
        false => LogFormat::Text,
    }
}

struct BesideProgress;

impl Write for BesideProgress {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        // A closed stderr must not end a worker, as the subscriber's own complaint about it would.
        let _ = progress::BARS.suspend(|| io::stderr().write_all(line));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
