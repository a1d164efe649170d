//! Who is measured.

use crate::Result;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contender {
    ByHand,
    Flock,
    ByHandLocal,
    FlockLocal,
}

impl Contender {
    pub(crate) const ALL: [Self; 4] = [
        Self::ByHand,
        Self::Flock,
        Self::ByHandLocal,
        Self::FlockLocal,
    ];

    /// What it is called in the table.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::ByHand => "by hand",
            Self::Flock => "flock",
            Self::ByHandLocal => "by hand, local",
            Self::FlockLocal => "flock, local",
        }
    }

    /// Its task queue, and its name as an argument.
    pub(crate) fn queue(self) -> &'static str {
        match self {
            Self::ByHand => "by-hand",
            Self::Flock => "flock",
            Self::ByHandLocal => "by-hand-local",
            Self::FlockLocal => "flock-local",
        }
    }

    pub(crate) fn of_queue(queue: &str) -> Result<Self> {
        let mut all = Self::ALL.into_iter();
        Ok(all
            .find(|contender| contender.queue() == queue)
            .ok_or_else(|| format!("`{queue}` is no worker of this bench"))?)
    }
}
