//! Whole programs, on the local engine and against a real Temporal server.
//!
//! One program, so that one server serves the whole run: it is started when the first test asks for
//! it and stopped at the end. The same program is the worker process that the crash tests kill:
//! called with `--flock`, it is an ordinary `flock::main!()`; with `--embedded`, a program that holds a
//! handle and has no worker.

// As in any test; clippy knows only those that are marked `#[test]`.
#![allow(clippy::unwrap_used)]

mod approvals;
mod boards;
mod budgets;
mod called;
mod change;
mod chats;
mod children;
mod cli;
mod codec;
mod commands;
mod crash;
mod dependencies;
mod deploy;
#[cfg(unix)]
mod dev;
mod doors;
mod doubles;
mod dropped;
mod embedding;
mod examples;
mod failure;
mod flocks;
mod foreign;
mod growth;
mod held;
mod history;
mod hosted;
mod hostile;
mod interrupted;
mod isolation;
mod living;
mod locally;
mod looped;
mod lost;
mod mcp;
mod mcp_others;
mod mcp_serve;
mod media;
mod memory;
mod messages;
mod observed;
mod options;
mod parity;
mod patterns;
mod payloads;
mod planted;
mod readme;
mod refused;
mod replay;
mod rescue;
mod schedules;
mod secured;
mod server;
mod settings;
mod shutdown;
mod signals;
mod silence;
mod small_model;
mod stream_others;
mod streams;
mod support;
mod tools;
mod usage;
mod virtual_clock;
mod web;
mod workers;
mod written;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// Most tests wait for a server or for a worker: there may be more of them at a time than cores.
const AT_ONCE: usize = 8;

fn main() -> ExitCode {
    let mut args = std::env::args_os();
    let program = args.next().unwrap_or_default();
    match args.next() {
        Some(first) if first == "--flock" => {
            let command = [program].into_iter().chain(args);
            return flock::cli::main_from(command, flocks::setup);
        }
        Some(first) if first == "--mcp-server" => return support::mcp::serve(),
        Some(first) if first == "--embedded" => return support::embedded(args),
        Some(first) if first == "--golden" => return support::golden(args),
        _ => {}
    }
    #[cfg(unix)]
    if let Some(error) = replanted() {
        eprintln!("this program cannot be called anew: {error}");
        return ExitCode::FAILURE;
    }
    let mut trials: Vec<Trial> = parity::trials();
    trials.extend(chats::trials());
    trials.extend(children::trials());
    trials.extend(approvals::trials());
    trials.extend(boards::trials());
    trials.extend(budgets::trials());
    trials.extend(called::trials());
    trials.extend(change::trials());
    trials.extend(cli::trials());
    trials.extend(codec::trials());
    trials.extend(commands::trials());
    trials.extend(crash::trials());
    trials.extend(dependencies::trials());
    trials.extend(deploy::trials());
    #[cfg(unix)]
    trials.extend(dev::trials());
    trials.extend(failure::trials());
    trials.extend(foreign::trials());
    trials.extend(growth::trials());
    trials.extend(held::trials());
    trials.extend(doors::trials());
    trials.extend(doubles::trials());
    trials.extend(dropped::trials());
    trials.extend(embedding::trials());
    trials.extend(examples::trials());
    trials.extend(history::trials());
    trials.extend(hosted::trials());
    trials.extend(hostile::trials());
    trials.extend(interrupted::trials());
    trials.extend(isolation::trials());
    trials.extend(lost::trials());
    trials.extend(living::trials());
    trials.extend(locally::trials());
    trials.extend(looped::trials());
    trials.extend(mcp::trials());
    trials.extend(mcp_others::trials());
    trials.extend(mcp_serve::trials());
    trials.extend(media::trials());
    trials.extend(memory::trials());
    trials.extend(messages::trials());
    trials.extend(observed::trials());
    trials.extend(options::trials());
    trials.extend(patterns::trials());
    trials.extend(payloads::trials());
    trials.extend(planted::trials());
    trials.extend(readme::trials());
    trials.extend(refused::trials());
    trials.extend(replay::trials());
    trials.extend(rescue::trials());
    trials.extend(schedules::trials());
    trials.extend(secured::trials());
    trials.extend(server::trials());
    trials.extend(settings::trials());
    trials.extend(shutdown::trials());
    trials.extend(signals::trials());
    trials.extend(silence::trials());
    trials.extend(small_model::trials());
    trials.extend(stream_others::trials());
    trials.extend(streams::trials());
    trials.extend(tools::trials());
    trials.extend(usage::trials());
    trials.extend(virtual_clock::trials());
    trials.extend(web::trials());
    trials.extend(workers::trials());
    trials.extend(written::trials());
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let conclusion = libtest_mimic::run(&arguments, trials);
    let replayed = support::started().map(replay::everything);
    support::stop();
    let leaks = support::leaks();
    for leak in &leaks {
        eprintln!("a planted secret was told: {leak}");
    }
    match replayed {
        Some(Err(failed)) => {
            eprintln!("{failed}");
            return ExitCode::FAILURE;
        }
        Some(Ok(count)) => {
            println!("replayed the histories of all {count} runs, and found no secret in them\n");
        }
        None => {}
    }
    if conclusion.has_failed() || !leaks.is_empty() {
        return ExitCode::FAILURE;
    }
    support::remove();
    ExitCode::SUCCESS
}

/// Has this program begin anew with secrets in its environment, and so in that of all that it starts. Comes back where
/// they are there, or with what is wrong.
#[cfg(unix)]
fn replanted() -> Option<std::io::Error> {
    use std::os::unix::process::CommandExt as _;

    if planted::EVERYWHERE
        .iter()
        .all(|(name, value)| std::env::var(name).is_ok_and(|is| is == *value))
    {
        return None;
    }
    let program = std::env::current_exe();
    let mut command = match program {
        Ok(program) => std::process::Command::new(program),
        Err(error) => return Some(error),
    };
    Some(
        command
            .args(std::env::args_os().skip(1))
            .envs(planted::EVERYWHERE)
            .exec(),
    )
}
