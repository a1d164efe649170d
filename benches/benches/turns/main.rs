//! What a turn of a conversation with tools costs, beside the same agent by pydantic-ai's integration with Temporal.
//!
//! ```text
//! cargo bench --workspace --bench turns              # about ten minutes
//! cargo bench --workspace --bench turns -- --quick   # about two, for a look
//! cargo bench --workspace --bench turns -- --json    # one document
//! ```
//!
//! A vendor on loopback plays OpenAI's chat completions: ten turns, of which nine call one or both of two tools. It
//! answers at once, so what is measured is what is around a model. Both sides have the same words, tools and results
//! (`flocks.rs`, `helper.py`), which the vendor checks, and the same dev server; their workers are processes of their
//! own, one at a time. Everybody is measured once a round, forwards in one round and backwards in the next. Runs go
//! one after the other, then eight at a time. Times are those of whole runs, divided by the turns.
//!
//! Overhead is what a request has beyond the words of the instructions, of the question, of the results and of the
//! model's own answers: the tools, the form of the answer, and what is around. Tokens are those of `o200k_base` in all
//! texts that a model reads, with tools and form as the JSON that is sent; bytes are those of the whole body.
//!
//! pydantic-ai and Temporal's SDK are fetched from PyPI into a virtual environment in the target folder, once, in the
//! versions that `python.rs` names; this needs Python 3.10 with venv. Linux only: CPU time is read from `/proc`.

mod asked;
mod contender;
mod conversation;
mod flocks;
mod measure;
mod python;
mod report;
mod starter;
mod vendor;
mod worker;

use flock::dev_server::{DevServer, DevServerOptions};

use crate::{
    contender::Contender, measure::Plan, report::Measured, starter::Starter, vendor::Vendor,
};

type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Error> = std::result::Result<T, E>;

const FULL: Plan = Plan {
    rounds: 4,
    alone: 12,
    at_once: 48,
};

const QUICK: Plan = Plan {
    rounds: 1,
    alone: 4,
    at_once: 16,
};

#[tokio::main]
async fn main() -> Result<()> {
    if let Some(address) = flock_benches::serves() {
        return worker::serve(&address).await;
    }
    let Some(arguments) = flock_benches::arguments() else {
        return Ok(());
    };
    let (mut plan, mut json) = (FULL, false);
    for argument in arguments {
        match argument.as_str() {
            "--quick" => plan = QUICK,
            "--json" => json = true,
            _ => {
                return Err(
                    format!("unknown option {argument}: `--quick` and `--json` are all").into(),
                );
            }
        }
    }
    let python = tokio::task::spawn_blocking(python::fetched).await??;
    let server = DevServer::start(DevServerOptions::in_memory()).await?;
    let measured = tokio::select! {
        measured = rounds(plan, &server, &python) => measured,
        interrupted = flock_benches::interrupted() => interrupted,
    };
    server.stop().await?;
    report::print(&measured?, json)
}

async fn rounds(plan: Plan, server: &DevServer, python: &std::path::Path) -> Result<Vec<Measured>> {
    let vendor = Vendor::start().await?;
    let starter = Starter::connect(server.address()).await?;
    let mut measured = Contender::ALL.map(Measured::of);
    for round in 0..plan.rounds {
        eprintln!("round {} of {}", round + 1, plan.rounds);
        let mut order: Vec<_> = measured.iter_mut().collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for measured in order {
            let place = measure::Place {
                address: server.address(),
                python,
                vendor: &vendor,
                starter: &starter,
            };
            place.measure(measured, round, plan).await?;
        }
    }
    Ok(measured.into())
}
