//! The table: what was measured, and how the sides compare.

use std::time::Duration;

use flock_benches::median;
use serde_json::{Value, json};

use crate::{
    crates::{AGENTS, FLOCKS, Side},
    profile::Macros,
    rustc::Took,
};

/// The most a check by macro should take of one by hand.
const MOST: f64 = 1.10;
/// The most that the macro should take, an agent.
const MOST_OF_AN_AGENT: f64 = 1.0;

/// The checks of both sides, in order.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    by_macro: Vec<Took>,
    by_hand: Vec<Took>,
}

impl Rounds {
    pub(crate) fn push(&mut self, side: Side, took: Took) {
        match side {
            Side::Macro => self.by_macro.push(took),
            Side::Hand => self.by_hand.push(took),
        }
    }

    fn of(&self, side: Side) -> &[Took] {
        match side {
            Side::Macro => &self.by_macro,
            Side::Hand => &self.by_hand,
        }
    }

    /// Milliseconds of CPU, or of the wall clock.
    fn millis(&self, side: Side, cpu: bool) -> Vec<f64> {
        let times = self.of(side).iter();
        times
            .map(|took| millis(if cpu { took.cpu } else { took.wall }))
            .collect()
    }

    /// The median of the rounds' own ratios, so that a machine that slows down or speeds up does it
    /// to both sides.
    fn ratio(&self, cpu: bool) -> f64 {
        let (by_macro, by_hand) = (self.millis(Side::Macro, cpu), self.millis(Side::Hand, cpu));
        median(by_macro.iter().zip(by_hand).map(|(a, b)| a / b).collect())
    }
}

/// All that was measured.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) clean: Rounds,
    pub(crate) edited: Rounds,
    pub(crate) macros: Vec<Macros>,
}

impl Report {
    fn checks(&self) -> [(&'static str, &Rounds); 2] {
        [
            ("from nothing", &self.clean),
            ("after an edit", &self.edited),
        ]
    }

    /// Milliseconds in macros of one kind: in the run that was least disturbed.
    fn in_macros(&self, kind: fn(&Macros) -> Duration) -> f64 {
        least(
            &self
                .macros
                .iter()
                .map(|macros| millis(kind(macros)))
                .collect::<Vec<_>>(),
        )
    }

    pub(crate) fn print(&self) {
        println!("cargo check of {AGENTS} agents and {FLOCKS} flocks, ms\n");
        println!(
            "{:<28}{:>11}{:>11}{:>11}{:>11}",
            "", "CPU min", "CPU median", "wall min", "wall med."
        );
        for (title, rounds) in self.checks() {
            for side in Side::BOTH {
                let cells = [true, false].map(|cpu| {
                    let times = rounds.millis(side, cpu);
                    format!("{:>11.0}{:>11.0}", least(&times), median(times))
                });
                println!(
                    "{:<28}{}",
                    format!("{title}, {}", side.name()),
                    cells.concat()
                );
            }
            let (cpu, wall) = (rounds.ratio(true), rounds.ratio(false));
            println!(
                "{:<28}{:>22.3}{:>22.3}   target <= {MOST:.2}: {}\n",
                "  ratio",
                cpu,
                wall,
                met(cpu <= MOST)
            );
        }
        let agent = self.in_macros(|macros| macros.agents) / AGENTS as f64;
        let flock = self.in_macros(|macros| macros.flocks) / FLOCKS as f64;
        let derives = self.in_macros(|macros| macros.derives);
        println!("in macros, ms");
        println!(
            "{:<28}{agent:>11.3}   target < {MOST_OF_AN_AGENT:.2}: {}",
            "  #[agent], each",
            met(agent < MOST_OF_AN_AGENT)
        );
        println!("{:<28}{flock:>11.3}", "  #[flock], each");
        println!("{:<28}{derives:>11.0}", "  serde and schemars, all");
    }

    pub(crate) fn json(&self) -> Value {
        let checks = self.checks().map(|(title, rounds)| {
            let [by_macro, by_hand] = Side::BOTH.map(|side| {
                json!({
                    "cpu_ms": rounds.millis(side, true),
                    "wall_ms": rounds.millis(side, false),
                })
            });
            json!({
                "check": title,
                "by_macro": by_macro,
                "by_hand": by_hand,
                "ratio": { "cpu": rounds.ratio(true), "wall": rounds.ratio(false), "target": MOST },
            })
        });
        json!({
            "agents": AGENTS,
            "flocks": FLOCKS,
            "checks": checks,
            "macros_ms": {
                "agent": self.in_macros(|macros| macros.agents) / AGENTS as f64,
                "agent_target": MOST_OF_AN_AGENT,
                "flock": self.in_macros(|macros| macros.flocks) / FLOCKS as f64,
                "derives_in_all": self.in_macros(|macros| macros.derives),
            },
        })
    }
}

fn met(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}
