//! What is to change so that the server has what the flocks declare.

use std::fmt;

use futures_util::{FutureExt, future::BoxFuture};
use serde::Serialize;
use temporalio_client::{
    NamespacedClient,
    tonic::{Code, IntoRequest},
};
use temporalio_common::protos::temporal::api::{
    schedule::v1::Schedule,
    workflowservice::v1::{CreateScheduleRequest, DescribeScheduleResponse, UpdateScheduleRequest},
};

use super::{Schedules, facts, spec};
use crate::{
    declare::schedule::ScheduleOptions,
    engine::temporal::codec::closed,
    engine::{StartOptions, StartRequest},
    error::RunError,
    flock::FlockDescriptor,
    value::{flock_type::Shape, payload::Payload},
};

/// What is to change, by [`Schedules::plan`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SchedulePlan {
    /// The changes; none when the server has what the flocks declare.
    pub changes: Vec<ScheduleChange>,
    /// The ids of the schedules that stay as they are.
    pub unchanged: Vec<String>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ScheduleChange {
    /// The schedule's id.
    pub id: String,
    /// The flock that it starts.
    pub flock: String,
    /// What is to be done.
    #[serde(flatten)]
    pub kind: ChangeKind,
}

/// What is to be done to a schedule.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// There is none yet.
    Create {
        /// The schedule in a line.
        schedule: String,
    },
    /// The server has another. Whether it is paused stays as it is.
    Update {
        /// What differs.
        differences: Vec<Difference>,
    },
    /// This program made it, and declares it no longer.
    Remove,
}

/// What differs between what the server has and what is declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// What.
    pub what: &'static str,
    /// What the server has; empty for its default.
    pub from: String,
    /// What is declared; empty for the server's default.
    pub to: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |text: &str| match text {
            "" => "none".to_owned(),
            text => text.to_owned(),
        };
        write!(
            f,
            "{}: {} -> {}",
            self.what,
            said(&self.from),
            said(&self.to)
        )
    }
}

impl Schedules {
    /// Compares what the flocks of this program declare with what the server has.
    ///
    /// # Errors
    /// When the server does not answer, or when a schedule of one of these ids is not this program's.
    pub fn plan(&self) -> BoxFuture<'_, Result<SchedulePlan, RunError>> {
        async move {
            let mut plan = SchedulePlan {
                changes: Vec::new(),
                unchanged: Vec::new(),
            };
            let mut declared = Vec::new();
            for flock in self.declared() {
                let Some(schedule) = &flock.options.schedule else {
                    continue;
                };
                let id = self.id(flock.name);
                declared.push(id.clone());
                let kind = match self.find(&id).await? {
                    None => ChangeKind::Create {
                        schedule: schedule.to_string(),
                    },
                    Some(found) => {
                        self.own(&id, &found)?;
                        let wanted = self.wanted(flock, schedule).await?;
                        let differences = differences(&found.schedule.unwrap_or_default(), &wanted);
                        if differences.is_empty() {
                            plan.unchanged.push(id);
                            continue;
                        }
                        ChangeKind::Update { differences }
                    }
                };
                plan.changes.push(ScheduleChange {
                    id,
                    flock: flock.name.to_owned(),
                    kind,
                });
            }
            for id in self.listed().await? {
                if declared.contains(&id) {
                    continue;
                }
                // One that was just removed may be listed still.
                if let Some(found) = self.find(&id).await?
                    && self.owns(&found)
                {
                    let mut facts = facts::of(&found.schedule.unwrap_or_default());
                    plan.changes.push(ScheduleChange {
                        id,
                        flock: facts.remove(facts::FLOCK).unwrap_or_default(),
                        kind: ChangeKind::Remove,
                    });
                }
            }
            Ok(plan)
        }
        .boxed()
    }

    /// Does what the plan says, one change after the other.
    ///
    /// # Errors
    /// The first that went wrong; what came before it is done.
    pub fn apply<'a>(&'a self, plan: &'a SchedulePlan) -> BoxFuture<'a, Result<(), RunError>> {
        async move {
            for change in &plan.changes {
                let id = change.id.as_str();
                match &change.kind {
                    ChangeKind::Create { .. } => self.create(id, &change.flock).await?,
                    ChangeKind::Update { .. } => self.update(id, &change.flock).await?,
                    ChangeKind::Remove => {
                        if let Some(found) = self.find(id).await? {
                            self.own(id, &found)?;
                            self.delete(id).await?;
                        }
                    }
                }
            }
            Ok(())
        }
        .boxed()
    }

    async fn create(&self, id: &str, flock: &str) -> Result<(), RunError> {
        let request = CreateScheduleRequest {
            namespace: self.client().namespace(),
            schedule_id: id.to_owned(),
            schedule: Some(self.wanted_of(flock).await?),
            identity: self.client().identity(),
            request_id: uuid::Uuid::new_v4().to_string(),
            memo: Some(self.memo()?),
            ..Default::default()
        };
        let request = closed(self.client(), request).await?;
        let mut service = self.client().connection().workflow_service();
        let created = service.create_schedule(request.into_request()).await;
        created.map(drop).map_err(|status| match status.code() {
            Code::AlreadyExists => meanwhile(id),
            _ => self.fault(id, &status),
        })
    }

    async fn update(&self, id: &str, flock: &str) -> Result<(), RunError> {
        let found = self.find(id).await?;
        let found = found.ok_or_else(|| RunError::NoSchedule(id.to_owned()))?;
        self.own(id, &found)?;
        let wanted = self.wanted_of(flock).await?;
        let request = UpdateScheduleRequest {
            namespace: self.client().namespace(),
            schedule_id: id.to_owned(),
            schedule: Some(Schedule {
                state: found.schedule.and_then(|schedule| schedule.state),
                ..wanted.clone()
            }),
            conflict_token: found.conflict_token,
            identity: self.client().identity(),
            request_id: uuid::Uuid::new_v4().to_string(),
            ..Default::default()
        };
        let request = closed(self.client(), request).await?;
        let mut service = self.client().connection().workflow_service();
        let updated = service.update_schedule(request.into_request()).await;
        updated.map_err(|status| self.fault(id, &status))?;
        // A server leaves an update out, without a word, when another came before it.
        let found = self.find(id).await?.unwrap_or_default();
        match differences(&found.schedule.unwrap_or_default(), &wanted).as_slice() {
            [] => Ok(()),
            _ => Err(meanwhile(id)),
        }
    }

    async fn wanted_of(&self, flock: &str) -> Result<Schedule, RunError> {
        let declared = self.declared().find(|declared| declared.name == flock);
        match declared.and_then(|flock| Some((flock, flock.options.schedule.as_ref()?))) {
            Some((flock, schedule)) => self.wanted(flock, schedule).await,
            None => Err(RunError::Engine(format!(
                "flock `{flock}` of this plan has no schedule in this program"
            ))),
        }
    }

    async fn wanted(
        &self,
        flock: &FlockDescriptor,
        schedule: &ScheduleOptions,
    ) -> Result<Schedule, RunError> {
        let entry = self.engine.parts().registry.flock(flock.name);
        let request = entry.map(|flock| StartRequest {
            flock,
            input: Payload::from_json("null"),
            options: StartOptions::default(),
        });
        let search_attributes = match &request {
            Some(request) => self.engine.search_attributes(request).await?,
            None => None,
        };
        let extras = spec::Extras {
            input: entry.map_or(Shape::Value, |entry| entry.input),
            search_attributes,
            memo: request.map(|request| request.memo()).unwrap_or_default(),
        };
        spec::of(&self.id(flock.name), flock, schedule, extras)
    }

    /// What someone else made is left alone.
    fn own(&self, id: &str, found: &DescribeScheduleResponse) -> Result<(), RunError> {
        match self.owns(found) {
            true => Ok(()),
            false => Err(RunError::Engine(format!(
                "there is a schedule `{id}` that is not of program `{}`: rename the flock or the program, or delete it",
                self.program
            ))),
        }
    }
}

fn meanwhile(id: &str) -> RunError {
    RunError::Engine(format!(
        "schedule `{id}` was changed by someone else at the same time: look at the plan again"
    ))
}

fn differences(found: &Schedule, wanted: &Schedule) -> Vec<Difference> {
    let (mut found, mut wanted) = (facts::of(found), facts::of(wanted));
    let mut names: Vec<_> = found.keys().chain(wanted.keys()).copied().collect();
    names.sort_unstable();
    names.dedup();
    let each = names.into_iter().map(|what| Difference {
        what,
        from: found.remove(what).unwrap_or_default(),
        to: wanted.remove(what).unwrap_or_default(),
    });
    each.filter(|difference| difference.from != difference.to)
        .collect()
}
