//! What must hold between the parts of a flock.

use super::model::Flock;
use crate::{diag::Errors, options::within};

/// Notes what does not go together.
pub(super) fn check(flock: &Flock, errors: &mut Errors) {
    flock.agents.check(errors);
    within(
        "run_timeout",
        flock.run_timeout,
        "timeout",
        flock.timeout,
        errors,
    );
}
