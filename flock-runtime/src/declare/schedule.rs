//! When a flock starts by itself: `#[flock(schedule = …)]`.

use std::{fmt, time::Duration};

use crate::{
    text::{sentence::Message, words::words},
    value::{
        duration,
        flock_type::{FlockType, Shape},
    },
};

/// A schedule: when a flock starts by itself, as its attribute declares it.
///
/// The local engine has no schedules; on Temporal they are applied by the command `schedules apply`,
/// or by [`Schedules`](crate::engine::temporal::Schedules).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScheduleOptions {
    /// The times.
    pub when: When,
    /// The time zone of a cron expression, by its IANA name: `UTC` when none is given.
    pub time_zone: &'static str,
    /// Overlap policy: what happens when the last run goes on. `Skip` when nothing is said.
    pub overlap: Overlap,
    /// Jitter: each start is up to this much later, at random. Not at all when none is given.
    pub jitter: Duration,
    /// Catch-up window: how late a start may be made up for that was missed while the server was down: a
    /// year when none is given.
    pub catch_up: Duration,
}

/// The times of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum When {
    /// Times of the calendar that match every field.
    Cron {
        /// As written.
        text: &'static str,
        /// Minutes, hours, days of the month, months and days of the week (0 is Sunday) that
        /// match, a bit each.
        fields: [u64; 5],
    },
    /// An interval, counted from 1970-01-01 00:00 UTC.
    Every {
        /// How long it is.
        every: Duration,
        /// How much later than the count each start is.
        offset: Duration,
    },
}

words! {
    /// Overlap policy: what a schedule does when the last run that it started goes on.
    #[derive(Default)]
    pub enum Overlap {
        /// Starts none.
        #[default]
        Skip = "skip",
        /// Starts one when that has ended, however many were due meanwhile.
        BufferOne = "buffer_one",
        /// Starts all that were due, one after the other.
        BufferAll = "buffer_all",
        /// Cancels that, and starts one when it has ended.
        CancelOther = "cancel_other",
        /// Terminates that, and starts one.
        TerminateOther = "terminate_other",
        /// Starts one beside it.
        AllowAll = "allow_all",
    }
}

impl ScheduleOptions {
    /// Times by a cron expression, which the macro has read into `fields`.
    #[doc(hidden)]
    pub const fn cron(text: &'static str, fields: [u64; 5]) -> Self {
        Self::new(When::Cron { text, fields })
    }

    /// Times by an interval.
    #[doc(hidden)]
    pub const fn every(every: Duration) -> Self {
        let offset = Duration::ZERO;
        Self::new(When::Every { every, offset })
    }

    const fn new(when: When) -> Self {
        Self {
            when,
            time_zone: "UTC",
            overlap: Overlap::Skip,
            jitter: Duration::ZERO,
            catch_up: Duration::from_secs(365 * 24 * 60 * 60),
        }
    }

    /// With the interval's offset.
    #[doc(hidden)]
    pub const fn offset(mut self, later: Duration) -> Self {
        if let When::Every { offset, .. } = &mut self.when {
            *offset = later;
        }
        self
    }

    /// With another time zone.
    #[doc(hidden)]
    pub const fn time_zone(mut self, name: &'static str) -> Self {
        self.time_zone = name;
        self
    }

    /// With something else to do when the last run goes on.
    #[doc(hidden)]
    pub const fn overlap(mut self, overlap: Overlap) -> Self {
        self.overlap = overlap;
        self
    }

    /// With a jitter.
    #[doc(hidden)]
    pub const fn jitter(mut self, most: Duration) -> Self {
        self.jitter = most;
        self
    }

    /// With another limit for what is made up for.
    #[doc(hidden)]
    pub const fn catch_up(mut self, limit: Duration) -> Self {
        self.catch_up = limit;
        self
    }
}

impl fmt::Display for ScheduleOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.when {
            When::Cron { text, .. } => write!(f, "{text} {}", self.time_zone)?,
            When::Every { every, offset } => {
                write!(f, "every {}", duration::display(every))?;
                if !offset.is_zero() {
                    write!(f, " + {}", duration::display(offset))?;
                }
            }
        }
        if !self.jitter.is_zero() {
            write!(f, ", jitter {}", duration::display(self.jitter))?;
        }
        write!(f, ", overlap {}", self.overlap)
    }
}

/// Checks that a flock on a schedule can start with no input. Evaluated at compile time.
///
/// # Panics
/// With a sentence that names the input that has no default.
#[track_caller]
pub const fn check<I: FlockType>(flock: &str) {
    let message = Message::new()
        .push("flock ")
        .code(flock)
        .push(" starts by itself, with no input");
    match I::SHAPE {
        Shape::Fields(fields) => {
            let mut at = 0;
            while at < fields.len() {
                if !fields[at].optional {
                    let message = message
                        .push(", but ")
                        .field(&fields[at])
                        .push(" must be given")
                        .help("give it a default, make it an `Option`, or find it out in an agent");
                    panic!("{}", message.as_str());
                }
                at += 1;
            }
        }
        // A value of no size, such as `()`, says nothing.
        Shape::Value => {
            if size_of::<I>() > 0 {
                let message = message
                    .push(", but its input is one value that must be given")
                    .help(
                        "name the input and give it a default: `input(topic: String = \"news\")`",
                    );
                panic!("{}", message.as_str());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_told_in_a_line() {
        let cron = ScheduleOptions::cron("0 9 * * MON-FRI", [1, 512, !1, !1, 62]);
        assert_eq!(cron.to_string(), "0 9 * * MON-FRI UTC, overlap skip");
        let hour = Duration::from_secs(3_600);
        let every = ScheduleOptions::every(hour)
            .offset(Duration::from_secs(600))
            .jitter(Duration::from_secs(30))
            .overlap(Overlap::BufferOne);
        assert_eq!(
            every.to_string(),
            "every 1h + 10m, jitter 30s, overlap buffer_one"
        );
    }
}
