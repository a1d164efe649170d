//! What must hold between the parts of a flock.

use super::model::Flock;
use crate::{diag::Errors, options::within, role::Role};

/// Notes what does not go together.
pub(super) fn check(flock: &Flock, errors: &mut Errors) {
    flock.agents.limits.check(Role::Agent, errors);
    within(
        "run_timeout",
        flock.run_timeout,
        "timeout",
        flock.timeout,
        errors,
    );
    let (limit_key, limit) = match flock.run_timeout {
        Some(limit) => ("run_timeout", Some(limit)),
        None => ("timeout", flock.timeout),
    };
    within("task_timeout", flock.task_timeout, limit_key, limit, errors);
}
