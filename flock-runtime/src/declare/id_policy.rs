//! What a start does when its workflow id is taken.

use crate::text::words::words;

words! {
    /// Workflow id reuse policy: whether an id may be used again after the run that had it has ended.
    #[derive(Default)]
    pub enum IdReuse {
        /// Yes.
        #[default]
        AllowDuplicate = "allow_duplicate",
        /// Only when that run did not complete.
        AllowDuplicateFailedOnly = "allow_duplicate_failed_only",
        /// No.
        RejectDuplicate = "reject_duplicate",
    }
}

words! {
    /// Workflow id conflict policy: what becomes of a start whose id belongs to a run that is going on.
    #[derive(Default)]
    pub enum IdConflict {
        /// It is refused.
        #[default]
        Fail = "fail",
        /// It gives that run, and starts nothing.
        UseExisting = "use_existing",
        /// That run is terminated, and a new one started.
        TerminateExisting = "terminate_existing",
    }
}
