//! The worker binary's commands, the same in every program: `flock::main!()`.

mod args;
mod catalog;
#[cfg(feature = "deploy")]
mod deploy;
mod exit;
mod lacking;
mod program;
mod render;
mod runs;
mod schema;
mod serve;
#[cfg(feature = "temporal")]
mod server;
mod setup;
mod welcome;

use std::{ffi::OsString, process::ExitCode};

use futures_util::future::LocalBoxFuture;

pub use setup::Setup;

use self::{
    args::{Cli, Said},
    exit::Exit,
    program::Program,
    render::{
        logging::{self, LogFormat},
        show,
    },
};
use crate::{
    error::Result,
    runtime::{Runtime, RuntimeBuilder},
};

/// Runs the command that the program was called with: what `flock::main!()` expands to.
///
/// `setup` adds shared state and models to the runtime; it is a function or an `async` one. It runs
/// before every command. `version` is what `--version` prints. Called without a command, a program
/// whose only flock needs no input runs it; another shows its flocks, and a line to try.
///
/// The exit code is 0 when all went well, 1 when the run failed (or something not named here), 2
/// for wrong usage, input or configuration, 3 when the server or a worker is missing or the server
/// refuses this program, 4 when there is no such run or schedule, 5 when the run was cancelled,
/// terminated or timed out, or has ended, 129 when `dev` lost its terminal, 130 after Ctrl-C, 143
/// after SIGTERM.
pub fn main<Kind>(version: Option<&'static str>, setup: impl Setup<Kind>) -> ExitCode {
    execute(std::env::args_os().collect(), version, boxed(setup))
}

/// The same with arguments of the caller's, the program's name first: for programs with a command
/// line of their own.
pub fn main_from<Kind>(
    args: impl IntoIterator<Item: Into<OsString>>,
    setup: impl Setup<Kind>,
) -> ExitCode {
    let args = args.into_iter().map(Into::into).collect();
    execute(args, None, boxed(setup))
}

/// A setup without its types. Behind this door nothing is generic: what is, the compiler makes anew
/// in every program, with all that it calls.
type AnySetup<'a> =
    Box<dyn FnOnce(RuntimeBuilder) -> LocalBoxFuture<'static, Result<RuntimeBuilder>> + 'a>;

fn boxed<'a, Kind>(setup: impl Setup<Kind> + 'a) -> AnySetup<'a> {
    Box::new(|builder| setup.apply(builder))
}

fn execute(args: Vec<OsString>, version: Option<&'static str>, setup: AnySetup<'_>) -> ExitCode {
    // Wrong usage, too, is told as was asked for.
    let asked = logging::asked(&args);
    let args = match args::meant(args) {
        Ok(args) => args,
        Err(Said(text, exit)) => {
            match exit {
                Exit::Done => show::text(&text),
                _ => show::error(&text),
            }
            return exit.into();
        }
    };
    let cli = match Cli::read(args.into_iter(), version) {
        Ok(cli) => cli,
        Err(refused) => {
            if refused.use_stderr() && asked == LogFormat::Json {
                logging::start(asked, false);
                show::error(refused.to_string().trim());
            } else {
                // Nobody is left to tell when this fails.
                let _ = refused.print();
            }
            return if refused.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            }
            .into();
        }
    };
    logging::start(cli.global.log_format, cli.command.is_service());
    let tokio = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(tokio) => tokio,
        Err(error) => {
            show::error(&format!("cannot start threads: {error}"));
            return Exit::Failed.into();
        }
    };
    let json = cli.global.json;
    let serves = cli.command.serves();
    let exit = tokio.block_on(async {
        let done = match setup(Runtime::builder()).await {
            Ok(builder) => cli.command.execute(Program { builder, json }).await,
            Err(error) => Err(error.context("the setup of this program failed").into()),
        };
        let exit = done.unwrap_or_else(|fault| fault.tell(json));
        #[cfg(feature = "otlp")]
        crate::telemetry::otlp::flush().await;
        exit
    });
    // Waiting for work that nobody wants any more would delay the exit. The threads of a worker that was
    // ended at once would panic in a runtime that is shut down: they end with the process.
    match serves {
        true => std::mem::forget(tokio),
        false => tokio.shutdown_background(),
    }
    exit.into()
}
