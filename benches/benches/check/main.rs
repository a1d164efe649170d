//! What the macros cost in `cargo check`, beside the same types and impls written by hand.
//!
//! ```text
//! cargo bench -p flock-benches --bench check              # about four minutes, the first time more
//! cargo bench -p flock-benches --bench check -- --quick   # one, for a look
//! cargo bench -p flock-benches --bench check -- --json    # every round, for programs
//! ```
//!
//! It measures rustc and not itself: `--profile dev` spares the optimised build of the SDK.
//!
//! Two crates are written into `target/check`, of 100 agents and 20 flocks each: one by attributes,
//! one by hand against the hidden module that the macros write against. Both are run first: what
//! they know of their agents and flocks must be equal to the letter. Then rustc checks the one and
//! the other in turns, as cargo would have it in the dev profile, where macros are not optimised.
//! CPU time is what to look at: it is less moved by what else the machine does than the wall clock.
//! What the macros themselves take is told by rustc's own profiler. Linux only.

mod crates;
mod profile;
mod report;
mod rustc;

use crate::{
    crates::{Crates, Side},
    report::{Report, Rounds},
    rustc::Rustc,
};

type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

fn main() -> Result<()> {
    if let Some(status) = rustc::recorded()? {
        std::process::exit(status);
    }
    let Some(arguments) = flock_benches::arguments() else {
        return Ok(());
    };
    let (mut rounds, mut json) = (16, false);
    for argument in arguments.iter().map(String::as_str) {
        match argument {
            "--quick" => rounds = 3,
            "--json" => json = true,
            _ => return Err("the options are `--quick` and `--json`: cargo bench -p flock-benches --bench check -- --quick".into()),
        }
    }
    let report = measure(rounds)?;
    if json {
        println!("{:#}", report.json());
    } else {
        report.print();
    }
    Ok(())
}

fn measure(rounds: usize) -> Result<Report> {
    let crates = Crates::write()?;
    eprintln!("building both crates and what they need");
    crates.compare()?;
    let by_macro = Rustc::record(&crates, Side::Macro)?;
    let by_hand = Rustc::record(&crates, Side::Hand)?;

    let (mut clean, mut edited) = (Rounds::default(), Rounds::default());
    // The first of each warms the disk's cache.
    for round in 0..=rounds {
        eprintln!("round {round} of {rounds}");
        let mut order = [&by_macro, &by_hand];
        if round % 2 == 1 {
            order.reverse();
        }
        for rustc in order {
            let (from_nothing, after_edit) = (rustc.clean()?, rustc.edited(&crates, round)?);
            if round > 0 {
                clean.push(rustc.side, from_nothing);
                edited.push(rustc.side, after_edit);
            }
        }
    }
    let macros = (0..rounds.min(5)).map(|_| profile::macros(&by_macro, &crates));
    Ok(Report {
        clean,
        edited,
        macros: macros.collect::<Result<_>>()?,
    })
}
