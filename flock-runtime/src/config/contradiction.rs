//! Limits that contradict each other, where somebody set both.

use super::resolve::{Resolved, ResolvedOptions, Source};
use crate::value::duration::display;

impl ResolvedOptions {
    /// What can never be as it was set, a sentence each. Values that are built in contradict nothing.
    pub fn contradictions(&self) -> Vec<String> {
        let mut found = Vec::new();
        let timeout = &self.timeout;
        if let Some(limit) = self.schedule_to_close.value
            && is_set(timeout)
            && timeout.value > limit
        {
            found.push(format!(
                "`timeout` ({}, {}) is longer than `schedule_to_close` ({}, {}), which ends every attempt before",
                display(timeout.value),
                timeout.source,
                display(limit),
                self.schedule_to_close.source,
            ));
        }
        if let (Some(start), Some(close)) =
            (self.schedule_to_start.value, self.schedule_to_close.value)
            && start > close
        {
            found.push(format!(
                "`schedule_to_start` ({}, {}) is longer than `schedule_to_close` ({}, {}), which ends it before",
                display(start),
                self.schedule_to_start.source,
                display(close),
                self.schedule_to_close.source,
            ));
        }
        let heartbeat = &self.heartbeat;
        if is_set(heartbeat) && is_set(timeout) && heartbeat.value >= timeout.value {
            found.push(format!(
                "`heartbeat` ({}, {}) is not shorter than `timeout` ({}, {}), so that a lost worker is noticed by \
                 the timeout alone",
                display(heartbeat.value),
                heartbeat.source,
                display(timeout.value),
                timeout.source,
            ));
        }
        found
    }
}

fn is_set<T>(resolved: &Resolved<T>) -> bool {
    resolved.source != Source::BuiltIn
}
