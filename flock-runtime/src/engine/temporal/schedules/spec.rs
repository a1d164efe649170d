//! What a flock declares, as a Temporal Schedule.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

use temporalio_common::protos::temporal::api::{
    common::v1::{Memo, Payloads, SearchAttributes, WorkflowType},
    enums::v1::ScheduleOverlapPolicy,
    schedule::v1::{
        IntervalSpec, Range, Schedule, ScheduleAction, SchedulePolicies, ScheduleSpec,
        StructuredCalendarSpec, schedule_action::Action,
    },
    sdk::v1::UserMetadata,
    taskqueue::v1::TaskQueue,
    workflow::v1::NewWorkflowExecutionInfo,
};

use crate::{
    declare::schedule::{Overlap, ScheduleOptions, When},
    engine::temporal::{client::start, wire, workflow::activity_options::bounded},
    error::RunError,
    flock::FlockDescriptor,
    value::{flock_type::Shape, payload::Payload},
};

/// What the flock's runs carry besides.
pub(super) struct Extras {
    pub(super) input: Shape,
    pub(super) search_attributes: Option<SearchAttributes>,
    pub(super) memo: BTreeMap<String, Value>,
}

/// The schedule of `flock`, by this id.
pub(super) fn of(
    id: &str,
    flock: &FlockDescriptor,
    schedule: &ScheduleOptions,
    extras: Extras,
) -> Result<Schedule, RunError> {
    Ok(Schedule {
        spec: Some(spec(schedule)),
        action: Some(ScheduleAction {
            action: Some(Action::StartWorkflow(action(id, flock, extras)?)),
        }),
        policies: Some(SchedulePolicies {
            overlap_policy: policy(schedule.overlap).into(),
            catchup_window: schedule.catch_up.try_into().ok(),
            ..Default::default()
        }),
        state: None,
    })
}

fn spec(schedule: &ScheduleOptions) -> ScheduleSpec {
    let mut spec = ScheduleSpec {
        timezone_name: schedule.time_zone.to_owned(),
        jitter: schedule.jitter.try_into().ok(),
        ..Default::default()
    };
    match schedule.when {
        When::Cron { text, fields } => {
            let [minutes, hours, days, months, weekdays] = fields.map(ranges);
            // Not as a cron text: that the server would take apart, and say so differently.
            spec.structured_calendar.push(StructuredCalendarSpec {
                // No range, no time: it would never start.
                second: ranges(1),
                minute: minutes,
                hour: hours,
                day_of_month: days,
                month: months,
                day_of_week: weekdays,
                comment: text.to_owned(),
                ..Default::default()
            });
        }
        When::Every { every, offset } => spec.interval.push(IntervalSpec {
            interval: every.try_into().ok(),
            phase: offset.try_into().ok(),
        }),
    }
    spec
}

/// Runs of bits as ranges.
fn ranges(bits: u64) -> Vec<Range> {
    let mut ranges: Vec<Range> = Vec::new();
    for value in (0..64).filter(|value| bits & 1 << value != 0) {
        match ranges.last_mut() {
            Some(range) if range.end + 1 == value => range.end = value,
            _ => ranges.push(Range {
                start: value,
                end: value,
                step: 1,
            }),
        }
    }
    ranges
}

fn action(
    id: &str,
    flock: &FlockDescriptor,
    extras: Extras,
) -> Result<NewWorkflowExecutionInfo, RunError> {
    let limit =
        |limit: Option<Duration>| limit.map(bounded).and_then(|limit| limit.try_into().ok());
    // Every field has a default, which the worker fills in.
    let input = match extras.input {
        Shape::Fields(_) => Payload::from_json("{}"),
        Shape::Value => Payload::from_json("null"),
    };
    let memo = extras.memo.iter().map(|(key, value)| {
        let value = Payload::encode(value).map_err(|error| RunError::value(&error))?;
        Ok((key.clone(), wire::write(&value)))
    });
    let memo = memo.collect::<Result<_, RunError>>()?;
    let summary = start::summary(flock).map(|summary| Payload::encode(&summary));
    let summary = summary
        .transpose()
        .map_err(|error| RunError::value(&error))?;
    Ok(NewWorkflowExecutionInfo {
        // The server adds the time to it. By the flock's name alone, two programs would start one run.
        workflow_id: id.to_owned(),
        workflow_type: Some(WorkflowType {
            name: flock.name.to_owned(),
        }),
        task_queue: Some(TaskQueue {
            name: flock.task_queue().to_owned(),
            ..Default::default()
        }),
        input: Some(Payloads {
            payloads: vec![wire::write(&input)],
        }),
        workflow_execution_timeout: limit(flock.options.timeout),
        workflow_run_timeout: limit(flock.options.run_timeout),
        workflow_task_timeout: limit(flock.options.task_timeout),
        memo: Some(Memo { fields: memo }),
        search_attributes: extras.search_attributes,
        user_metadata: summary.map(|summary| UserMetadata {
            summary: Some(wire::write(&summary)),
            details: None,
        }),
        ..Default::default()
    })
}

fn policy(overlap: Overlap) -> ScheduleOverlapPolicy {
    match overlap {
        Overlap::Skip => ScheduleOverlapPolicy::Skip,
        Overlap::BufferOne => ScheduleOverlapPolicy::BufferOne,
        Overlap::BufferAll => ScheduleOverlapPolicy::BufferAll,
        Overlap::CancelOther => ScheduleOverlapPolicy::CancelOther,
        Overlap::TerminateOther => ScheduleOverlapPolicy::TerminateOther,
        Overlap::AllowAll => ScheduleOverlapPolicy::AllowAll,
    }
}
