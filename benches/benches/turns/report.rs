//! The figures: a turn's, of each contender.

use flock_benches::{median, percentile};
use serde_json::{Value, json};

use crate::{Result, asked::Overhead, contender::Contender};

/// What was measured of one contender.
pub(crate) struct Measured {
    pub(crate) contender: Contender,
    /// Milliseconds a turn, of each run that had the worker for itself.
    pub(crate) alone: Vec<f64>,
    /// The same, of those beside seven others.
    pub(crate) at_once: Vec<f64>,
    /// Of all eight, a round each.
    pub(crate) turns_a_second: Vec<f64>,
    /// Milliseconds of the worker's CPU time a turn, a round each.
    pub(crate) cpu: Vec<f64>,
    pub(crate) events: f64,
    pub(crate) bytes: f64,
    /// What each turn has asked with.
    pub(crate) asked: Vec<Overhead>,
}

/// Names and units, and what stands below them.
type Column = (&'static str, &'static str, fn(&Measured) -> f64);

const COLUMNS: [Column; 11] = [
    ("overhead", "tokens", |measured| {
        measured.mean(|asked| asked.tokens)
    }),
    ("overhead", "bytes", |measured| {
        measured.mean(|asked| asked.bytes)
    }),
    ("events", "", |measured| measured.events),
    ("history", "bytes", |measured| measured.bytes),
    ("alone", "ms, p50", |measured| {
        percentile(&measured.alone, 50)
    }),
    ("alone", "ms, p95", |measured| {
        percentile(&measured.alone, 95)
    }),
    ("8 at once", "ms, p50", |measured| {
        percentile(&measured.at_once, 50)
    }),
    ("8 at once", "ms, p95", |measured| {
        percentile(&measured.at_once, 95)
    }),
    ("8 at once", "turns/s", |measured| {
        median(measured.turns_a_second.clone())
    }),
    ("worker", "CPU ms", |measured| median(measured.cpu.clone())),
    ("runs", "", |measured| {
        (measured.alone.len() + measured.at_once.len()) as f64
    }),
];

impl Measured {
    pub(crate) fn of(contender: Contender) -> Self {
        Self {
            contender,
            alone: Vec::new(),
            at_once: Vec::new(),
            turns_a_second: Vec::new(),
            cpu: Vec::new(),
            events: 0.0,
            bytes: 0.0,
            asked: Vec::new(),
        }
    }

    /// Over the turns.
    fn mean(&self, what: fn(&Overhead) -> usize) -> f64 {
        self.asked.iter().map(what).sum::<usize>() as f64 / self.asked.len() as f64
    }

    fn json(&self) -> Value {
        let columns = COLUMNS.map(|(name, unit, value)| {
            (
                format!("{name} {unit}")
                    .trim()
                    .replace([' ', ',', '/'], "_")
                    .replace("__", "_"),
                value(self),
            )
        });
        let mut document = json!({
            "contender": self.contender.title(),
            "version": self.contender.version(),
            "overhead_a_turn": self.asked,
        });
        for (name, value) in columns {
            document[name] = value.into();
        }
        document
    }
}

pub(crate) fn print(measured: &[Measured], json: bool) -> Result<()> {
    if json {
        let all: Vec<_> = measured.iter().map(Measured::json).collect();
        println!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    line("a turn", |column| COLUMNS[column].0.into());
    line("", |column| COLUMNS[column].1.into());
    for measured in measured {
        line(measured.contender.title(), |column| {
            match COLUMNS[column].2(measured) {
                value @ ..100.0 => format!("{value:.1}"),
                value => format!("{value:.0}"),
            }
        });
    }
    println!(
        "\ntokens of overhead, mean of the turns: tools + form of the answer + around the words"
    );
    for measured in measured {
        println!(
            "{:<27}{:>6.1} + {:.1} + {:.1}",
            measured.contender.title(),
            measured.mean(|asked| asked.tools),
            measured.mean(|asked| asked.form),
            measured.mean(|asked| asked.around),
        );
    }
    println!();
    for contender in [Contender::Flock, Contender::Pydantic] {
        println!("{}", contender.version());
    }
    Ok(())
}

fn line(title: &str, cell: impl Fn(usize) -> String) {
    let cells = (0..COLUMNS.len()).map(|column| format!("{:>10}", cell(column)));
    println!("{title:<27}{}", cells.collect::<String>());
}
