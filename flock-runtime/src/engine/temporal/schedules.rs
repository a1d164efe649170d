//! Temporal Schedules: applied from what the flocks of a program declare, looked at and steered.

mod facts;
mod plan;
mod spec;

use std::time::SystemTime;

use futures_util::{FutureExt, future::BoxFuture};
use serde::Serialize;
use serde_json::{Value, json};
use temporalio_client::{
    Client, NamespacedClient,
    tonic::{Code, IntoRequest, Request, Status},
};
use temporalio_common::protos::temporal::api::{
    common::v1::Memo,
    schedule::v1::{ScheduleInfo, SchedulePatch, TriggerImmediatelyRequest},
    workflowservice::v1::{
        DeleteScheduleRequest, DescribeScheduleRequest, DescribeScheduleResponse,
        ListSchedulesRequest, PatchScheduleRequest,
    },
};

use super::{client::TemporalEngine, codec::opened, history::event::time, wire};
use crate::{error::RunError, flock::FlockDescriptor, text::time, value::payload::Payload};

pub use plan::{ChangeKind, Difference, ScheduleChange, SchedulePlan};

/// The memo key by which a schedule tells whose it is.
const OWNER: &str = "flock";

/// The schedules of a program on its Temporal server.
///
/// Each is named after the program and the flock, `reports:weekly`, and carries the program's name in
/// its memo: what other programs or people made is never touched by [`apply`](Self::apply).
///
/// ```no_run
/// use flock::{Runtime, runtime::ConnectOptions};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let runtime = Runtime::builder().connect(ConnectOptions::default()).await?;
/// let schedules = runtime.schedules("reports")?;
/// let plan = schedules.plan().await?;
/// schedules.apply(&plan).await?;
/// schedules.trigger(&schedules.id("weekly")).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Schedules {
    engine: TemporalEngine,
    program: String,
}

impl Schedules {
    pub(crate) fn new(engine: TemporalEngine, program: String) -> Self {
        Self { engine, program }
    }
}

/// A schedule, as the server has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ScheduleDescription {
    /// Its id.
    pub id: String,
    /// The flock that it starts.
    pub flock: String,
    /// Whose it is: none when no program of flock's made it.
    pub program: Option<String>,
    /// The times, as a cron expression in the server's form or as an interval.
    pub times: String,
    /// The time zone.
    pub time_zone: String,
    /// What happens when the last run goes on.
    pub overlap: String,
    /// Whether it starts nothing for now.
    pub paused: bool,
    /// What was said when it was paused or resumed.
    pub note: String,
    /// The next starts, in seconds since the Unix epoch.
    #[serde(serialize_with = "time::times")]
    pub next: Vec<SystemTime>,
    /// The last starts, the newest last.
    pub recent: Vec<ScheduledRun>,
    /// How many runs it has started.
    pub starts: u64,
    /// How many starts were left out because the last run went on.
    pub skipped: u64,
}

/// A run that a schedule started.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ScheduledRun {
    /// Its workflow id.
    pub workflow_id: String,
    /// Its run id.
    pub run_id: String,
    /// When it started, in seconds since the Unix epoch.
    #[serde(serialize_with = "time::optional_time")]
    pub started: Option<SystemTime>,
}

impl Schedules {
    /// The id of the schedule of this flock.
    pub fn id(&self, flock: &str) -> String {
        format!("{}:{flock}", self.program)
    }

    /// The schedules of this program, by id.
    ///
    /// # Errors
    /// When the server does not answer, or refuses.
    pub fn list(&self) -> BoxFuture<'_, Result<Vec<ScheduleDescription>, RunError>> {
        async move {
            let mut ids = self.listed().await?;
            // A server lists in its own time; what was just applied is there all the same.
            ids.extend(self.declared().map(|flock| self.id(flock.name)));
            ids.sort_unstable();
            ids.dedup();
            let mut schedules = Vec::new();
            for id in ids {
                if let Some(found) = self.find(&id).await?
                    && self.owns(&found)
                {
                    schedules.push(description(id, &found));
                }
            }
            Ok(schedules)
        }
        .boxed()
    }

    /// One schedule, whoever made it.
    ///
    /// # Errors
    /// [`RunError::NoSchedule`] when there is none of this id.
    pub fn describe<'a>(
        &'a self,
        id: &'a str,
    ) -> BoxFuture<'a, Result<ScheduleDescription, RunError>> {
        async move {
            match self.find(id).await? {
                Some(found) => Ok(description(id.to_owned(), &found)),
                None => Err(RunError::NoSchedule(id.to_owned())),
            }
        }
        .boxed()
    }

    /// Triggers it: starts a run now. Whether it is paused does not matter; what happens when the last
    /// run goes on is as on time.
    ///
    /// # Errors
    /// [`RunError::NoSchedule`] when there is none of this id.
    pub fn trigger<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), RunError>> {
        async move {
            let patch = SchedulePatch {
                trigger_immediately: Some(TriggerImmediatelyRequest::default()),
                ..Default::default()
            };
            self.patch(id, patch).await
        }
        .boxed()
    }

    /// Pauses it: it starts nothing until it is resumed. `note` is kept for whoever looks at it.
    ///
    /// # Errors
    /// [`RunError::NoSchedule`] when there is none of this id.
    pub fn pause<'a>(&'a self, id: &'a str, note: &'a str) -> BoxFuture<'a, Result<(), RunError>> {
        async move {
            let patch = SchedulePatch {
                pause: said(note, "paused"),
                ..Default::default()
            };
            self.patch(id, patch).await
        }
        .boxed()
    }

    /// Resumes it (Temporal: unpause): it starts runs again.
    ///
    /// # Errors
    /// [`RunError::NoSchedule`] when there is none of this id.
    pub fn resume<'a>(&'a self, id: &'a str, note: &'a str) -> BoxFuture<'a, Result<(), RunError>> {
        async move {
            let patch = SchedulePatch {
                unpause: said(note, "resumed"),
                ..Default::default()
            };
            self.patch(id, patch).await
        }
        .boxed()
    }

    /// Deletes it; what it started goes on.
    ///
    /// # Errors
    /// [`RunError::NoSchedule`] when there is none of this id.
    pub fn delete<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), RunError>> {
        async move {
            let request = DeleteScheduleRequest {
                namespace: self.client().namespace(),
                schedule_id: id.to_owned(),
                identity: self.client().identity(),
            };
            let mut service = self.client().connection().workflow_service();
            let deleted = service.delete_schedule(request.into_request()).await;
            deleted.map(drop).map_err(|status| self.fault(id, &status))
        }
        .boxed()
    }

    async fn patch(&self, id: &str, patch: SchedulePatch) -> Result<(), RunError> {
        let request = PatchScheduleRequest {
            namespace: self.client().namespace(),
            schedule_id: id.to_owned(),
            patch: Some(patch),
            identity: self.client().identity(),
            request_id: uuid::Uuid::new_v4().to_string(),
        };
        let mut service = self.client().connection().workflow_service();
        let patched = service.patch_schedule(request.into_request()).await;
        patched.map(drop).map_err(|status| self.fault(id, &status))
    }

    async fn find(&self, id: &str) -> Result<Option<DescribeScheduleResponse>, RunError> {
        let request = DescribeScheduleRequest {
            namespace: self.client().namespace(),
            schedule_id: id.to_owned(),
        };
        let mut service = self.client().connection().workflow_service();
        match service.describe_schedule(request.into_request()).await {
            Ok(found) => Ok(Some(opened(self.client(), found.into_inner()).await?)),
            Err(status) if is_missing(&status) => Ok(None),
            Err(status) => Err(self.fault(id, &status)),
        }
    }

    /// The ids of this program's schedules, as far as the server lists them.
    async fn listed(&self) -> Result<Vec<String>, RunError> {
        let mut service = self.client().connection().workflow_service();
        let prefix = self.id("");
        let mut ids = Vec::new();
        let mut next_page_token = Vec::new();
        loop {
            let request = Request::new(ListSchedulesRequest {
                namespace: self.client().namespace(),
                next_page_token,
                ..Default::default()
            });
            let page = service.list_schedules(request).await;
            let page = page
                .map_err(|status| self.engine.fault(&status))?
                .into_inner();
            let found = page.schedules.into_iter().map(|entry| entry.schedule_id);
            ids.extend(found.filter(|id| id.starts_with(&prefix)));
            next_page_token = page.next_page_token;
            if next_page_token.is_empty() {
                return Ok(ids);
            }
        }
    }

    /// The flocks of this program that start by themselves.
    fn declared(&self) -> impl Iterator<Item = &'static FlockDescriptor> + '_ {
        let flocks = self.engine.parts().registry.flocks();
        flocks
            .map(|flock| flock.descriptor)
            .filter(|flock| flock.options.schedule.is_some())
    }

    fn owns(&self, found: &DescribeScheduleResponse) -> bool {
        owner(found.memo.as_ref()).is_some_and(|program| program == self.program)
    }

    fn memo(&self) -> Result<Memo, RunError> {
        let owner = Payload::encode(&json!({ "program": self.program }));
        let owner = owner.map_err(|error| RunError::value(&error))?;
        Ok(Memo {
            fields: [(OWNER.to_owned(), wire::write(&owner))].into(),
        })
    }

    fn client(&self) -> &Client {
        self.engine.client()
    }

    fn fault(&self, id: &str, status: &Status) -> RunError {
        if is_missing(status) {
            return RunError::NoSchedule(id.to_owned());
        }
        match self.engine.fault(status) {
            RunError::Engine(message) => RunError::Engine(format!("schedule `{id}`: {message}")),
            error => error,
        }
    }
}

/// A namespace may be what is missing, and that is another matter.
fn is_missing(status: &Status) -> bool {
    status.code() == Code::NotFound && !status.message().contains("amespace")
}

/// A server takes no empty note: it is how it knows that it is to pause.
fn said(note: &str, otherwise: &str) -> String {
    let note = if note.is_empty() { otherwise } else { note };
    note.to_owned()
}

fn owner(memo: Option<&Memo>) -> Option<String> {
    let owner = memo?.fields.get(OWNER)?.clone();
    let owner: Value = wire::read(vec![owner]).ok()?.decode().ok()?;
    Some(owner.get("program")?.as_str()?.to_owned())
}

fn description(id: String, found: &DescribeScheduleResponse) -> ScheduleDescription {
    let schedule = found.schedule.clone().unwrap_or_default();
    let state = schedule.state.clone().unwrap_or_default();
    let info: ScheduleInfo = found.info.clone().unwrap_or_default();
    let mut facts = facts::of(&schedule);
    let mut fact = |name| facts.remove(name).unwrap_or_default();
    let recent = info.recent_actions.iter().filter_map(|action| {
        let run = action.start_workflow_result.clone()?;
        Some(ScheduledRun {
            workflow_id: run.workflow_id,
            run_id: run.run_id,
            started: time(action.actual_time.as_ref()),
        })
    });
    let counted = |count: i64| u64::try_from(count).unwrap_or(0);
    ScheduleDescription {
        id,
        flock: fact(facts::FLOCK),
        program: owner(found.memo.as_ref()),
        times: fact(facts::TIMES),
        time_zone: fact(facts::TIME_ZONE),
        overlap: fact(facts::OVERLAP),
        paused: state.paused,
        note: state.notes,
        next: info
            .future_action_times
            .iter()
            .filter_map(|next| time(Some(next)))
            .collect(),
        recent: recent.collect(),
        starts: counted(info.action_count),
        skipped: counted(info.overlap_skipped),
    }
}

impl std::fmt::Debug for Schedules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Schedules({})", self.program)
    }
}
