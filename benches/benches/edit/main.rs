//! What a changed line of a user's program costs until it is built, beside an axum hello-world.
//!
//! ```text
//! cargo bench -p flock-benches --bench edit --profile dev                # debug builds
//! cargo bench -p flock-benches --bench edit --profile dev -- --release   # release builds
//! cargo bench -p flock-benches --bench edit --profile dev -- --quick     # three rounds in place of ten
//! ```
//!
//! The programs are crates of a workspace of their own, `target/edit`, with nobody's profile but cargo's
//! default: this workspace turns debug information down, and so hides what users wait for. The first
//! time everything beneath is built, which takes minutes. In each round each program's source is
//! changed and built; CPU time (of cargo, rustc and the linker) is what to look at, as the rounds'
//! medians, and as ratios to the hello-world of the same round. Linux only.

mod programs;

use flock_benches::{children_cpu as cpu, median};

use crate::programs::{MORE, Program, Programs};

type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// The most that a program may take of what the hello-world takes.
const MOST: f64 = 2.0;
/// The most that one agent more may take of it.
const MOST_OF_AN_AGENT: f64 = 1.0 / 50.0;

fn main() -> Result<()> {
    let Some(arguments) = flock_benches::arguments() else {
        return Ok(());
    };
    let (mut rounds, mut release) = (10, false);
    for argument in arguments.iter().map(String::as_str) {
        match argument {
            "--quick" => rounds = 3,
            "--release" => release = true,
            _ => return Err("the options are `--quick` and `--release`".into()),
        }
    }
    let programs = Programs::write(release)?;
    eprintln!("building what the programs need");
    programs.build()?;

    let mut taken = Program::ALL.map(|_| Vec::new());
    for round in 0..rounds {
        eprintln!("round {} of {rounds}", round + 1);
        for (program, taken) in Program::ALL.into_iter().zip(&mut taken) {
            programs.edit(program, round)?;
            let before = cpu()?;
            programs.build()?;
            taken.push((cpu()? - before).as_secs_f64());
        }
    }
    report(&taken);
    Ok(())
}

fn report(taken: &[Vec<f64>; 5]) {
    let [hello, agents, more, embedded, dynamic] = taken;
    println!(
        "{:<44}{:>8}{:>10}{:>10}",
        "a changed line", "CPU s", "ratio", "target"
    );
    let row = |what: &str, own: &[f64]| {
        let ratio = median(
            own.iter()
                .zip(hello)
                .map(|(own, hello)| own / hello)
                .collect(),
        );
        let met = if ratio <= MOST { "met" } else { "MISSED" };
        println!(
            "{what:<44}{:>8.2}{ratio:>10.2}{met:>10}",
            median(own.to_vec())
        );
    };
    println!("{:<44}{:>8.2}", "axum hello-world", median(hello.clone()));
    row("two agents and a flock", agents);
    row("the same, embedded", embedded);
    row("the same, with `dynamic-linking`", dynamic);
    let count = f64::from(MORE);
    let each = agents
        .iter()
        .zip(more)
        .map(|(few, many)| (many - few) / count);
    let each: Vec<f64> = each.collect();
    let share = median(
        each.iter()
            .zip(hello)
            .map(|(each, hello)| each / hello)
            .collect(),
    );
    let met = if share <= MOST_OF_AN_AGENT {
        "met"
    } else {
        "MISSED"
    };
    println!(
        "{:<44}{:>8.3}{share:>10.3}{met:>10}",
        "each agent more",
        median(each)
    );
}
