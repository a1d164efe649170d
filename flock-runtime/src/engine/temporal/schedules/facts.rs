//! What a schedule says, in one form: a server writes some of it differently from how it was told.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    time::Duration,
};

use temporalio_common::protos::temporal::api::{
    common::v1::Payload as Proto,
    enums::v1::ScheduleOverlapPolicy,
    schedule::v1::{
        IntervalSpec, Range, Schedule, ScheduleSpec, StructuredCalendarSpec,
        schedule_action::Action,
    },
};

use crate::{declare::schedule::Overlap, value::duration};

pub(super) const TIMES: &str = "times";
pub(super) const TIME_ZONE: &str = "time zone";
pub(super) const OVERLAP: &str = "overlap";
pub(super) const FLOCK: &str = "flock";

/// A server's own window for what is made up for.
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// By name, as people read them. What is left to the default has no entry, or the default's.
pub(super) fn of(schedule: &Schedule) -> BTreeMap<&'static str, String> {
    let mut facts = BTreeMap::new();
    let spec = schedule.spec.clone().unwrap_or_default();
    let mut put = |name, value: String| {
        if !value.is_empty() {
            facts.insert(name, value);
        }
    };
    put(TIMES, times(&spec));
    put("left out", calendars(&spec.exclude_structured_calendar));
    let zone = match spec.timezone_name.as_str() {
        "" => "UTC",
        zone => zone,
    };
    put(TIME_ZONE, zone.to_owned());
    put("jitter", limit(spec.jitter.as_ref(), None));
    if spec.start_time.is_some() || spec.end_time.is_some() {
        put("first and last day", "set".to_owned());
    }
    let policies = schedule.policies.unwrap_or_default();
    put(OVERLAP, overlap(policies.overlap_policy()));
    put(
        "catch-up",
        limit(policies.catchup_window.as_ref(), Some(YEAR)),
    );
    if policies.pause_on_failure {
        put("after a failure", "paused".to_owned());
    }
    let action = schedule.action.clone().and_then(|action| action.action);
    if let Some(Action::StartWorkflow(start)) = action {
        put(FLOCK, start.workflow_type.unwrap_or_default().name);
        put("workflow id", start.workflow_id);
        put("task queue", start.task_queue.unwrap_or_default().name);
        put("input", texts(&start.input.unwrap_or_default().payloads));
        put(
            "timeout",
            limit(start.workflow_execution_timeout.as_ref(), None),
        );
        put(
            "run timeout",
            limit(start.workflow_run_timeout.as_ref(), None),
        );
        put(
            "task timeout",
            limit(start.workflow_task_timeout.as_ref(), None),
        );
        let memo = start.memo.unwrap_or_default().fields;
        let memo: BTreeMap<_, _> = memo.into_iter().collect();
        put("memo", texts(memo.values()));
        // Their values follow from the flock's name.
        let attributes = start.search_attributes.unwrap_or_default().indexed_fields;
        let mut attributes: Vec<_> = attributes.into_keys().collect();
        attributes.sort_unstable();
        put("search attributes", attributes.join(", "));
        let summary = start.user_metadata.and_then(|said| said.summary);
        put("summary", texts(summary.as_ref()));
    }
    facts
}

fn texts<'a>(payloads: impl IntoIterator<Item = &'a Proto>) -> String {
    let texts = payloads
        .into_iter()
        .map(|payload| String::from_utf8_lossy(&payload.data));
    texts.collect::<Vec<_>>().join(", ")
}

/// A length of time, unless it is none or `default`.
fn limit<T: Copy>(limit: Option<&T>, default: Option<Duration>) -> String
where
    Duration: TryFrom<T>,
{
    let limit = limit.and_then(|limit| Duration::try_from(*limit).ok());
    match limit.or(default) {
        Some(limit) if !limit.is_zero() => duration::display(limit),
        _ => String::new(),
    }
}

fn overlap(policy: ScheduleOverlapPolicy) -> String {
    let overlap = match policy {
        ScheduleOverlapPolicy::Unspecified | ScheduleOverlapPolicy::Skip => Overlap::Skip,
        ScheduleOverlapPolicy::BufferOne => Overlap::BufferOne,
        ScheduleOverlapPolicy::BufferAll => Overlap::BufferAll,
        ScheduleOverlapPolicy::CancelOther => Overlap::CancelOther,
        ScheduleOverlapPolicy::TerminateOther => Overlap::TerminateOther,
        ScheduleOverlapPolicy::AllowAll => Overlap::AllowAll,
    };
    overlap.to_string()
}

fn times(spec: &ScheduleSpec) -> String {
    let mut times: Vec<String> = spec.interval.iter().map(interval).collect();
    times.push(calendars(&spec.structured_calendar));
    times.retain(|time| !time.is_empty());
    times.join(" and ")
}

fn interval(interval: &IntervalSpec) -> String {
    let every = limit(interval.interval.as_ref(), None);
    match limit(interval.phase.as_ref(), None).as_str() {
        "" => format!("every {every}"),
        phase => format!("every {every} + {phase}"),
    }
}

fn calendars(calendars: &[StructuredCalendarSpec]) -> String {
    let calendars = calendars.iter().map(calendar);
    calendars.collect::<Vec<_>>().join(" and ")
}

/// As a cron expression, with what that cannot say behind.
fn calendar(calendar: &StructuredCalendarSpec) -> String {
    let fields = [
        field(&calendar.minute, 0..=59),
        field(&calendar.hour, 0..=23),
        field(&calendar.day_of_month, 1..=31),
        field(&calendar.month, 1..=12),
        field(&calendar.day_of_week, 0..=6),
    ];
    let mut text = fields.join(" ");
    let seconds = field(&calendar.second, 0..=59);
    if seconds != "0" {
        text += &format!(" (seconds {seconds})");
    }
    if !calendar.year.is_empty() {
        text += &format!(" (years {})", list(&values(&calendar.year)));
    }
    text
}

fn field(ranges: &[Range], all: RangeInclusive<i32>) -> String {
    let values = values(ranges);
    if values.is_empty() {
        // No range, no time.
        return "never".to_owned();
    }
    match all.eq(values.iter().copied()) {
        true => "*".to_owned(),
        false => list(&values),
    }
}

/// Each value once, whichever ranges it is in.
fn values(ranges: &[Range]) -> BTreeSet<i32> {
    let each = ranges.iter().flat_map(|range| {
        let step = usize::try_from(range.step).unwrap_or(1).max(1);
        (range.start..=range.end.max(range.start)).step_by(step)
    });
    each.collect()
}

fn list(values: &BTreeSet<i32>) -> String {
    let mut runs: Vec<(i32, i32)> = Vec::new();
    for value in values.iter().copied() {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == value => *last = value,
            _ => runs.push((value, value)),
        }
    }
    let runs = runs.into_iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    runs.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: i32, end: i32, step: i32) -> Range {
        Range { start, end, step }
    }

    #[test]
    fn one_time_has_one_form() {
        let written = StructuredCalendarSpec {
            second: vec![range(0, 0, 0)],
            minute: vec![range(0, 0, 1)],
            hour: vec![range(9, 0, 0)],
            month: vec![range(1, 12, 1)],
            day_of_month: vec![range(1, 31, 1)],
            day_of_week: vec![range(1, 1, 1), range(2, 5, 1)],
            ..Default::default()
        };
        let told = StructuredCalendarSpec {
            second: vec![range(0, 0, 1)],
            hour: vec![range(9, 9, 1)],
            day_of_week: vec![range(1, 5, 1)],
            comment: "0 9 * * MON-FRI".to_owned(),
            ..written.clone()
        };
        assert_eq!(calendar(&written), "0 9 * * 1-5");
        assert_eq!(calendar(&told), calendar(&written));
        let steps = StructuredCalendarSpec {
            second: vec![range(30, 30, 1)],
            minute: vec![range(0, 59, 20)],
            year: vec![range(2030, 2031, 1)],
            hour: Vec::new(),
            ..told
        };
        assert_eq!(
            calendar(&steps),
            "0,20,40 never * * 1-5 (seconds 30) (years 2030-2031)"
        );
    }

    #[test]
    fn what_is_left_to_a_server_is_its_default() {
        let facts = of(&Schedule::default());
        assert_eq!(facts[TIME_ZONE], "UTC");
        assert_eq!(facts[OVERLAP], "skip");
        assert_eq!(facts["catch-up"], "365d");
        assert!(!facts.contains_key("jitter"));
    }
}
