//! The figures.

use std::time::Duration;

use flock::{RunError, Runtime, runtime::RunStatus};
use serde::Serialize;
use tokio::time::sleep;

use crate::{Plan, Result, faults::Faults, ledger::Effects, memory::Memory};

#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) plan: Plan,
    pub(crate) seconds: f64,
    pub(crate) started: u64,
    pub(crate) ended: u64,
    /// As the server lists them.
    pub(crate) completed: u64,
    pub(crate) in_time: bool,
    pub(crate) wrong: Vec<String>,
    pub(crate) took: Took,
    pub(crate) effects: Effects,
    pub(crate) faults: Faults,
    /// Workers that ended by themselves, for want of a server as a rule, and were started again.
    pub(crate) workers_ended: usize,
    /// The worker that nobody kills has ended by itself.
    pub(crate) spared_ended: bool,
    pub(crate) driver: Memory,
    pub(crate) worker: Memory,
}

/// Seconds from start to result.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Took {
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) most: f64,
}

impl Took {
    pub(crate) fn of(mut seconds: Vec<f64>) -> Self {
        seconds.sort_by(f64::total_cmp);
        let at = |part: usize| {
            let place = (seconds.len() * part / 100).min(seconds.len().saturating_sub(1));
            seconds.get(place).copied().unwrap_or_default()
        };
        Self {
            p50: at(50),
            p95: at(95),
            most: at(100),
        }
    }
}

/// How many voyages the server lists as completed, once its index has caught up with `wanted`.
pub(crate) async fn completed(runtime: &Runtime, wanted: u64) -> Result<u64> {
    let mut completed = 0;
    for _ in 0..60 {
        let list = runtime.list().flock("voyage").status(RunStatus::Completed);
        match list.limit(usize::MAX).await {
            Ok(list) => completed = list.len() as u64,
            Err(RunError::Unreachable { .. } | RunError::Engine(_)) => {}
            Err(error) => return Err(error.into()),
        }
        if completed == wanted {
            break;
        }
        sleep(Duration::from_millis(500)).await;
    }
    Ok(completed)
}

impl Report {
    /// Whether all is as it should be.
    pub(crate) fn is_sound(&self) -> bool {
        self.faults().is_empty()
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = self.wrong.clone();
        let mut unless = |holds: bool, fault: &str| {
            if !holds {
                faults.push(fault.to_owned());
            }
        };
        unless(self.in_time, "not all runs ended in time");
        unless(self.ended == self.started, "runs have not ended");
        unless(
            self.completed == self.started,
            "the server does not list each run as completed once",
        );
        unless(
            self.effects.are_sound(),
            "not every effect was made exactly once",
        );
        unless(
            !self.spared_ended,
            "the worker that is spared has ended by itself",
        );
        unless(
            self.driver.is_flat,
            "the driver's memory grows, or was not looked at often enough to tell",
        );
        unless(
            self.worker.is_flat,
            "the worker's memory grows, or was not looked at often enough to tell",
        );
        faults
    }

    pub(crate) fn print(&self, json: bool) -> Result<()> {
        let faults = self.faults();
        if json {
            let mut document = serde_json::to_value(self)?;
            document["sound"] = faults.is_empty().into();
            println!("{}", serde_json::to_string_pretty(&document)?);
            return Ok(());
        }
        let Self { took, effects, .. } = self;
        println!("{:?}", self.plan);
        println!(
            "runs:     {} started, {} ended, {} completed on the server, in {:.0} s ({:.2} a second)",
            self.started,
            self.ended,
            self.completed,
            self.seconds,
            self.ended as f64 / self.seconds
        );
        println!(
            "          {:.1} s from start to result (median), {:.1} s (95 of 100), {:.1} s at most",
            took.p50, took.p95, took.most
        );
        println!("faults:   {:?}", self.faults);
        println!(
            "workers:  {} ended by themselves, for want of a server, and were started again",
            self.workers_ended
        );
        println!(
            "effects:  {} wanted, {} made, {} asked for again under their keys, {} lost, {} made twice, {} strange",
            effects.wanted,
            effects.made,
            effects.asked_again,
            effects.lost,
            effects.twice,
            effects.strange
        );
        for (who, memory) in [("driver", &self.driver), ("worker", &self.worker)] {
            println!(
                "memory:   {who}: {:.1} MB in the second quarter, {:.1} MB in the last, {:.1} MB at most ({} samples)",
                memory.before, memory.after, memory.most, memory.samples
            );
        }
        for fault in faults {
            println!("          FAULT: {fault}");
        }
        Ok(())
    }
}
