//! What a flock costs on Temporal, beside the same workflow written by hand on the SDK.
//!
//! ```text
//! cargo bench -p flock-benches --bench temporal              # about ten minutes
//! cargo bench -p flock-benches --bench temporal -- --quick   # a minute, for a look
//! ```
//!
//! Two chained steps, remote and local. Each measurement has an in-memory dev server of its own: such
//! a server keeps every run it has seen and is the slower for it, so on one for all of them the later
//! would pay for the earlier. Workers are processes of their own, one at a time; this process starts
//! the runs for all of them. Everybody is measured once a round, forwards in one round and backwards
//! in the next. Linux only: CPU time and memory are read from `/proc`. Quiet machines give the
//! narrowest ranges.

mod by_hand;
mod contender;
mod flocks;
mod measure;
mod report;
mod server;
mod starter;
mod work;
mod worker;

use crate::{contender::Contender, measure::Plan, report::Rounds};

type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

const FULL: Plan = Plan {
    rounds: 6,
    loaded: 500,
    paced: 10,
};

const QUICK: Plan = Plan {
    rounds: 2,
    loaded: 100,
    paced: 3,
};

#[tokio::main]
async fn main() -> Result<()> {
    let called: Vec<String> = std::env::args().skip(1).collect();
    let called: Vec<&str> = called.iter().map(String::as_str).collect();
    if let [worker::SERVE, queue, address] = called[..] {
        return worker::serve(Contender::of_queue(queue)?, address).await;
    }
    let Some(arguments) = flock_benches::arguments() else {
        return Ok(());
    };
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => compare(FULL).await,
        ["--quick"] => compare(QUICK).await,
        _ => Err("the only option is `--quick`: cargo bench -p flock-benches --bench temporal -- --quick".into()),
    }
}

async fn compare(plan: Plan) -> Result<()> {
    let compared = tokio::select! {
        compared = rounds(plan) => compared?,
        interrupted = flock_benches::interrupted() => interrupted?,
    };
    report::print(&compared);
    Ok(())
}

async fn rounds(plan: Plan) -> Result<Rounds> {
    let mut rounds = Rounds::new();
    for round in 0..plan.rounds {
        eprintln!("round {} of {}", round + 1, plan.rounds);
        let mut order = Contender::ALL;
        if round % 2 == 1 {
            order.reverse();
        }
        let mut rows = Vec::with_capacity(order.len());
        for contender in order {
            let row = measure::measure(contender, plan).await?;
            rows.push((contender, row));
        }
        rows.sort_by_key(|(contender, _)| *contender as usize);
        let rows: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
        rounds.push(rows.try_into().map_err(|_| "a row is missing")?);
    }
    Ok(rounds)
}
