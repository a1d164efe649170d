//! The table: what was measured, and how the contenders compare.

use flock_benches::median;

use crate::contender::Contender;

/// What is measured, in the order of a [`Row`]: a name and a unit.
const COLUMNS: [(&str, &str); 8] = [
    ("worker CPU", "ms/run"),
    ("server CPU", "ms/run"),
    ("throughput", "runs/s"),
    ("p50", "ms"),
    ("peak RSS", "MB"),
    ("1st result", "ms"),
    ("history", "events"),
    ("history", "bytes"),
];

/// One measurement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row(pub(crate) [f64; COLUMNS.len()]);

/// Where a ratio should be.
#[derive(Debug, Clone, Copy)]
enum Target {
    AtMost(f64),
    AtLeast(f64),
    None,
}

/// `a` measured against `b`, and what is hoped for.
struct Comparison {
    a: Contender,
    b: Contender,
    targets: [Target; COLUMNS.len()],
}

use Target::{AtLeast, AtMost, None as Any};

const SAME: [Target; COLUMNS.len()] = [
    AtMost(1.05),
    AtMost(1.05),
    AtLeast(0.95),
    Any,
    Any,
    Any,
    AtMost(1.0),
    AtMost(1.10),
];

const COMPARISONS: [Comparison; 4] = [
    Comparison {
        a: Contender::Flock,
        b: Contender::ByHand,
        targets: SAME,
    },
    Comparison {
        a: Contender::FlockLocal,
        b: Contender::ByHandLocal,
        targets: SAME,
    },
    Comparison {
        a: Contender::FlockLocal,
        b: Contender::Flock,
        targets: [Any, AtMost(0.55), Any, Any, Any, Any, Any, Any],
    },
    // What one word on the flock is worth, beside what is written by hand without thinking of it.
    Comparison {
        a: Contender::FlockLocal,
        b: Contender::ByHand,
        targets: [
            Any,
            AtMost(0.55),
            AtLeast(1.6),
            AtMost(0.6),
            Any,
            Any,
            AtMost(0.45),
            Any,
        ],
    },
];

/// The rounds so far: a row for each of [`Contender::ALL`].
pub(crate) type Rounds = Vec<[Row; Contender::ALL.len()]>;

/// Prints medians, then ratios. A ratio is the median of the rounds' own, so that a machine that
/// slows down or speeds up does it to both sides.
pub(crate) fn print(rounds: &Rounds) {
    line("median", |column| COLUMNS[column].0.into());
    line("", |column| COLUMNS[column].1.into());
    for contender in Contender::ALL {
        line(contender.title(), |column| {
            let value = median(values(rounds, contender, column).collect());
            match value {
                ..10.0 => format!("{value:.2}"),
                ..100.0 => format!("{value:.1}"),
                _ => format!("{value:.0}"),
            }
        });
    }
    for Comparison { a, b, targets } in COMPARISONS {
        println!();
        let ratios = |column| {
            let pairs = values(rounds, a, column).zip(values(rounds, b, column));
            pairs.map(|(a, b)| a / b).collect::<Vec<f64>>()
        };
        line(&format!("{} / {}", a.title(), b.title()), |column| {
            format!("{:.3}", median(ratios(column)))
        });
        line("  rounds", |column| {
            let ratios = ratios(column);
            let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
            let most = ratios.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            format!("{least:.2}-{most:.2}")
        });
        line("  target", |column| match targets[column] {
            AtMost(limit) => format!("<= {limit:.2}"),
            AtLeast(limit) => format!(">= {limit:.2}"),
            Any => String::new(),
        });
        line("", |column| {
            let ratio = median(ratios(column));
            let met = match targets[column] {
                AtMost(limit) => ratio <= limit,
                AtLeast(limit) => ratio >= limit,
                Any => return String::new(),
            };
            if met { "met" } else { "MISSED" }.into()
        });
    }
}

fn line(title: &str, cell: impl Fn(usize) -> String) {
    let cells = (0..COLUMNS.len()).map(|column| format!("{:>11}", cell(column)));
    println!("{title:<29}{}", cells.collect::<String>());
}

fn values(
    rounds: &Rounds,
    contender: Contender,
    column: usize,
) -> impl Iterator<Item = f64> + use<'_> {
    rounds
        .iter()
        .map(move |rows| rows[contender as usize].0[column])
}
