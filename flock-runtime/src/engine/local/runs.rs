//! The runs of a local engine: those that go on, and the last of those that have ended.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    fmt::Write,
    sync::{Arc, Mutex, Weak},
    time::SystemTime,
};

use super::{
    driver::RunInput,
    inbox::Messages,
    limits::Limits,
    run::{Run, fresh, lock},
};
use crate::{
    declare::id_policy::{IdConflict, IdReuse},
    engine::{RunDescription, RunFilter, RunId, RunStatus, StartRequest},
    error::{Result, RunError},
};

/// As many ended runs are kept, so that a long-lived program does not grow.
const KEPT: usize = 1_000;

/// As many bytes of their results and steps.
const KEPT_BYTES: usize = 64 << 20;

/// The runs of an engine.
///
/// An ended run that nobody holds a handle on may be forgotten: the first to end is the first to go. Of
/// a flock that continues as new the first run stays as long as the last, since that is the one which
/// its handles name.
#[derive(Debug, Default)]
pub(super) struct Runs(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    started: u64,
    /// Those that are kept, in the order of their starts.
    kept: BTreeMap<u64, Arc<Run>>,
    /// The latest run of each workflow id. A handle may keep one that the engine does not.
    latest: HashMap<String, Weak<Run>>,
    /// All by their run ids.
    by_id: HashMap<String, Weak<Run>>,
    /// Those that have ended, and their bytes, in the order of their ends.
    ended: VecDeque<(u64, usize)>,
    bytes: usize,
}

/// What a start comes to.
pub(super) enum Added {
    New(Arc<Run>, Messages, RunInput),
    Existing(RunId),
}

impl Runs {
    pub(super) fn add(
        &self,
        request: StartRequest,
        limits: Limits,
        now: SystemTime,
    ) -> Result<Added, RunError> {
        let named = request.options.workflow_id.clone();
        let workflow_id = named.unwrap_or_else(|| random(request.flock.descriptor.name));
        let mut table = lock(&self.0);
        if let Some(run) = table.latest(&workflow_id) {
            let status = run.status();
            match (status, request.options.id_conflict, request.id_reuse()) {
                (RunStatus::Running, IdConflict::Fail, _) => {
                    return Err(RunError::AlreadyRunning(workflow_id));
                }
                (RunStatus::Running, IdConflict::UseExisting, _) => {
                    return Ok(Added::Existing(RunId::clone(&run.id)));
                }
                (RunStatus::Running, IdConflict::TerminateExisting, _) => {
                    let reason = "a start of the same workflow id took its place";
                    run.execution.terminate(reason);
                }
                (_, _, IdReuse::RejectDuplicate)
                | (RunStatus::Completed, _, IdReuse::AllowDuplicateFailedOnly) => {
                    return Err(RunError::AlreadyUsed(workflow_id));
                }
                _ => {}
            }
        }
        let number = table.number();
        let (run_input, request) = RunInput::of(request);
        let (run, messages) = Run::begin(request, fresh(workflow_id), number, now, limits);
        table.insert(&run);
        Ok(Added::New(run, messages, run_input))
    }

    /// Has a new run go on with the work of `run`, unless that has been terminated meanwhile.
    pub(super) fn succeed(&self, run: &Run, now: SystemTime) -> Option<(Arc<Run>, Messages)> {
        // Under one lock: else another start could take the id in between.
        let mut table = lock(&self.0);
        if run.execution.termination().is_some() {
            return None;
        }
        let number = table.number();
        let (next, messages) = run.successor(number, now);
        run.hand_over(&next, now);
        table.insert(&next);
        // The first stays for as long as the execution goes on.
        if run.id != run.execution.first {
            table.end(run.number, 0);
        }
        Some((next, messages))
    }

    /// Notes that an execution has ended, with its last run.
    pub(super) fn end(&self, last: &Run, bytes: usize) {
        let mut table = lock(&self.0);
        let first = &last.execution.first;
        if last.id != *first
            && let Some(first) = table.by_id.get(&first.run_id).and_then(Weak::upgrade)
        {
            table.end(first.number, 0);
        }
        table.end(last.number, bytes);
    }

    pub(super) fn find(&self, id: &RunId) -> Option<Arc<Run>> {
        let table = lock(&self.0);
        match id.run_id.as_str() {
            "" => table.latest(&id.workflow_id),
            run_id => table.by_id.get(run_id)?.upgrade(),
        }
        .filter(|run| run.id.workflow_id == id.workflow_id)
    }

    /// Those that `filter` lets through, the newest first.
    pub(super) fn newest(&self, filter: &RunFilter) -> Vec<RunDescription> {
        let kept = self.kept(filter);
        kept.iter().map(|run| run.describe()).collect()
    }

    pub(super) fn kept(&self, filter: &RunFilter) -> Vec<Arc<Run>> {
        let table = lock(&self.0);
        let runs = table.kept.values().rev();
        let runs = runs.filter(|run| filter.takes(run.flock.descriptor.name, run.status()));
        runs.take(filter.limit).map(Arc::clone).collect()
    }
}

/// A workflow id where the start gives none.
fn random(flock: &str) -> String {
    let mut id = String::with_capacity(flock.len() + 17);
    // Writing to a string cannot fail.
    let _ = write!(id, "{flock}-{:016x}", fastrand::u64(..));
    id
}

impl Table {
    fn number(&mut self) -> u64 {
        self.started += 1;
        self.started
    }

    fn latest(&self, workflow_id: &str) -> Option<Arc<Run>> {
        self.latest.get(workflow_id)?.upgrade()
    }

    fn insert(&mut self, run: &Arc<Run>) {
        let RunId {
            workflow_id,
            run_id,
        } = &*run.id;
        self.latest.insert(workflow_id.clone(), Arc::downgrade(run));
        self.by_id.insert(run_id.clone(), Arc::downgrade(run));
        self.kept.insert(run.number, Arc::clone(run));
        // Names of runs that only handles kept, and that are gone with them.
        if self.by_id.len() > 2 * (self.kept.len() + KEPT) {
            self.by_id.retain(|_, run| run.strong_count() > 0);
            self.latest.retain(|_, run| run.strong_count() > 0);
        }
    }

    fn end(&mut self, number: u64, bytes: usize) {
        self.ended.push_back((number, bytes));
        self.bytes += bytes;
        while self.ended.len() > KEPT || (self.bytes > KEPT_BYTES && self.ended.len() > 1) {
            if let Some((number, bytes)) = self.ended.pop_front() {
                self.bytes -= bytes;
                self.forget(number);
            }
        }
    }

    fn forget(&mut self, number: u64) {
        let Some(run) = self.kept.remove(&number) else {
            return;
        };
        // A handle keeps it, and finds it by its name.
        if Arc::strong_count(&run) > 1 {
            return;
        }
        let RunId {
            workflow_id,
            run_id,
        } = &*run.id;
        self.by_id.remove(run_id);
        let is_latest = |latest: &Weak<Run>| std::ptr::eq(latest.as_ptr(), Arc::as_ptr(&run));
        if self.latest.get(workflow_id).is_some_and(is_latest) {
            self.latest.remove(workflow_id);
        }
    }
}
