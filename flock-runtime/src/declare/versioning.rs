//! How runs meet new builds of the workers that serve them.

use crate::text::words::words;

words! {
    /// Versioning behavior: where the runs of a flock go on when a Worker Deployment gets a new current
    /// build.
    pub enum Versioning {
        /// On the build they started on, to their end.
        Pinned = "pinned",
        /// On the new build.
        AutoUpgrade = "auto_upgrade",
    }
}
