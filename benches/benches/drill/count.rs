//! What the steps' traces say.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use crate::{Result, steps::STEPS};

/// A line of the trace.
struct Line {
    begins: bool,
    run: u64,
    step: u64,
    process: u32,
    attempt: u32,
    lost: u32,
    /// Milliseconds since 1970.
    at: u64,
}

impl Line {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        Some(Self {
            begins: words.next()? == "begin",
            run: words.next()?.parse().ok()?,
            step: words.next()?.parse().ok()?,
            process: words.next()?.parse().ok()?,
            attempt: words.next()?.parse().ok()?,
            lost: words.next()?.parse().ok()?,
            at: words.next()?.parse().ok()?,
        })
    }
}

pub(crate) struct Traces(Vec<Line>);

impl Traces {
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file)?;
        let lines = text
            .lines()
            .map(|line| Line::read(line).ok_or(format!("a torn line: {line}")));
        Ok(Self(lines.collect::<Result<_, _>>()?))
    }

    /// Prints the figures; whether they are as they should be.
    pub(crate) fn report(&self, runs: u64, killed: &HashMap<u32, u64>) -> bool {
        let mut steps: BTreeMap<(u64, u64), Vec<&Line>> = BTreeMap::new();
        let mut at: HashMap<u64, u64> = HashMap::new();
        let mut faults = Vec::new();
        for line in &self.0 {
            if line.begins {
                let furthest = at.entry(line.run).or_default();
                if line.step < *furthest {
                    faults.push(format!(
                        "run {}: step {} was made again after step {furthest} had begun",
                        line.run, line.step
                    ));
                }
                *furthest = line.step.max(*furthest);
            }
            steps.entry((line.run, line.step)).or_default().push(line);
        }
        let (mut again, mut most, mut told_too_late) = (0, 0, 0);
        let mut pauses = Vec::new();
        for ((run, step), lines) in &steps {
            let begun: Vec<_> = lines.iter().filter(|line| line.begins).collect();
            let ended = lines.len() - begun.len();
            if ended == 0 {
                faults.push(format!("run {run}: step {step} has not ended"));
            }
            most = most.max(begun.len());
            again += usize::from(begun.len() > 1);
            told_too_late += ended.saturating_sub(1);
            for pair in begun.windows(2) {
                match killed.get(&pair[0].process) {
                    Some(at) => pauses.push(pair[1].at.saturating_sub(*at)),
                    None => faults.push(format!(
                        "run {run}: step {step} was made again, and process {} lived",
                        pair[0].process
                    )),
                }
            }
        }
        let wanted = runs * STEPS;
        if steps.len() as u64 != wanted {
            faults.push(format!("{} steps of {wanted} were made", steps.len()));
        }
        if let Some(line) = self.0.iter().find(|line| line.attempt > 1) {
            faults.push(format!("run {}: a lost worker was an attempt", line.run));
        }
        pauses.sort_unstable();
        let seconds = |at: usize| pauses.get(at).map_or(0.0, |pause| *pause as f64 / 1000.0);
        println!(
            "steps:   {} made, {again} of them more than once, at most {most} times; {told_too_late} were done already, and their workers died before they could tell",
            steps.len()
        );
        let lost = self.0.iter().map(|line| line.lost).max().unwrap_or(0);
        println!("lost:    at most {lost} workers under one attempt");
        println!(
            "again:   {:.1} s after the kill (median), {:.1} s at most",
            seconds(pauses.len() / 2),
            seconds(pauses.len().saturating_sub(1))
        );
        for fault in &faults {
            println!("         FAULT: {fault}");
        }
        faults.is_empty()
    }
}
