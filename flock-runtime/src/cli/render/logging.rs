//! Log lines on stderr, which do not tear up the progress display.

use std::{
    ffi::OsString,
    io::{self, Write},
    panic,
    sync::atomic::{AtomicBool, Ordering},
};

use clap::ValueEnum;
use tracing::Level;
#[cfg(feature = "temporal")]
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use super::progress;
use crate::error::without_secrets;

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
    let spec = ["FLOCK_LOG", "RUST_LOG"].into_iter().find_map(|name| {
        Some((
            name,
            std::env::var(name).ok().filter(|spec| !spec.is_empty())?,
        ))
    });
    // A run that has its worker in this process is told of its attempts as all others are.
    let attempts =
        "warn,flock_runtime::engine::temporal::worker::activity=error,genai=off,rmcp=off";
    // What the clients of models and of MCP say is told by the errors of attempts, without their secrets.
    let service = "info,genai=off,rmcp=off";
    let default = if is_service { service } else { attempts };
    let (mut filter, unread) = filter(spec.as_ref().map_or(default, |(_, spec)| spec));
    #[cfg(feature = "temporal")]
    if spec.is_none() {
        let repeats = crate::engine::temporal::REPEATS.iter();
        filter = filter.with_targets(repeats.map(|target| (*target, LevelFilter::OFF)));
    }
    if format == LogFormat::Json {
        filter = filter.with_target(SAID, Level::INFO);
    }
    let lines = || {
        tracing_subscriber::fmt::layer()
            .with_ansi(format == LogFormat::Text && console::colors_enabled_stderr())
            .with_writer(|| BesideProgress)
    };
    let filtered = tracing_subscriber::registry().with(filter);
    // A program that set up its own logging before keeps it.
    let started = match format {
        LogFormat::Text => filtered.with(lines()).try_init(),
        LogFormat::Json => filtered.with(lines().json()).try_init(),
    };
    for directive in unread {
        let name = spec.as_ref().map_or("", |(name, _)| name);
        tracing::warn!(
            "{name}: `{directive}` is left out: it is neither a level nor `target=level`"
        );
    }
    if format == LogFormat::Json && started.is_ok() {
        JSON.store(true, Ordering::Relaxed);
        panic::set_hook(Box::new(|panic| {
            said(Level::ERROR, &without_secrets(panic.to_string()));
        }));
        return;
    }
    // A URL in a panic is shown as one in an error is; all else as the program has it shown.
    let shown = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let text = panic.to_string();
        let kept = without_secrets(text.clone());
        match kept == text {
            true => shown(panic),
            false => {
                let _ = writeln!(BesideProgress, "{kept}");
            }
        }
    }));
}

/// What a list such as `warn,flock_runtime=debug` lets through, and those of it that cannot be read.
///
/// Not tracing-subscriber's `EnvFilter`, which looks into spans too: the regular expressions that it
/// brings for that are a tenth of the lean build.
fn filter(spec: &str) -> (Targets, Vec<&str>) {
    let (mut filter, mut unread) = (Targets::new(), Vec::new());
    for directive in spec
        .split(',')
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        match directive.parse::<Targets>() {
            Ok(one) if !directive.contains(['[', ']']) => {
                if let Some(level) = one.default_level() {
                    filter = filter.with_default(level);
                }
                filter = filter.with_targets(one.iter().map(|(t, l)| (t.to_owned(), l)));
            }
            _ => unread.push(directive),
        }
    }
    (filter, unread)
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

#[cfg(test)]
mod tests {
    use super::{Level, filter};

    #[test]
    fn levels_and_targets_are_read_and_the_rest_is_told() {
        let (wanted, unread) =
            filter("warn, flock_runtime=debug,my_crate[span]=trace,hyper=off,=x");
        assert_eq!(unread, ["my_crate[span]=trace", "=x"]);
        assert!(wanted.would_enable("other", &Level::WARN));
        assert!(!wanted.would_enable("other", &Level::INFO));
        assert!(wanted.would_enable("flock_runtime::cli", &Level::DEBUG));
        assert!(!wanted.would_enable("hyper", &Level::ERROR));
        let (wanted, _) = filter("info");
        assert!(wanted.would_enable("other", &Level::INFO));
    }
}
