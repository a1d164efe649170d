//! Where a model's conversation with its tools is held.

use crate::text::words::words;

words! {
    /// Where a model's conversation with its tools is held, and so what of it is a step.
    pub enum Loop {
        /// In its flock: each turn and each call is a step, and what was answered is never asked again. So it is
        /// where nothing is said.
        Flock = "flock",
        /// In one activity, which is one step: less history. It keeps a checkpoint after each turn, from which the
        /// next attempt goes on.
        Activity = "activity",
    }
}
