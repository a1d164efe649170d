//! Who is measured.

use crate::{flocks, python};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contender {
    Flock,
    /// With `loop = "activity"`.
    FlockOneStep,
    Pydantic,
    /// With `NativeOutput`: the form of the answer is sent as flock sends it, and not as another tool.
    PydanticNative,
}

impl Contender {
    pub(crate) const ALL: [Self; 4] = [
        Self::Flock,
        Self::FlockOneStep,
        Self::Pydantic,
        Self::PydanticNative,
    ];

    /// What it is called in the table.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Flock => "flock",
            Self::FlockOneStep => "flock, loop = activity",
            Self::Pydantic => "pydantic-ai",
            Self::PydanticNative => "pydantic-ai, NativeOutput",
        }
    }

    /// Its task queue, and how the vendor knows it.
    pub(crate) fn queue(self) -> &'static str {
        match self {
            Self::Flock => flocks::QUEUE,
            Self::FlockOneStep => flocks::ONE_STEP_QUEUE,
            Self::Pydantic => "tool",
            Self::PydanticNative => "native",
        }
    }

    pub(crate) fn is_flock(self) -> bool {
        matches!(self, Self::Flock | Self::FlockOneStep)
    }

    /// Which program in which version.
    pub(crate) fn version(self) -> String {
        match self.is_flock() {
            true => format!("flock {}", env!("CARGO_PKG_VERSION")),
            false => python::PACKAGES.join(", "),
        }
    }
}
