//! What an agent or a tool does outside, which decides what a crash may repeat.

use serde::Deserialize;

use super::settings::settings;
use crate::text::words::words;

words! {
    /// What a step does outside, and so what becomes of one that was begun and never ended: its worker
    /// died, it took longer than its `timeout`, or it panicked.
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Effect {
        /// Changes nothing: it is run again.
        Read = "read",
        /// Doing it twice is as good as once, by the key of
        /// [`idempotency_key`](crate::context::AgentContext::idempotency_key): it is run again.
        Idempotent = "idempotent",
        /// Changes something, and twice is not as good as once: it is never run again by itself. The run
        /// waits until a person says what has become of it.
        Write = "write",
    }
}

settings! {
    /// What a step does outside, and who is asked before.
    EffectOptions {
        /// What becomes of it when it was begun and never ended. Left out, an agent is run again.
        effect: Effect,
        /// Whether a person has to approve each call, and exactly its arguments, before it is made.
        needs_approval: bool,
    }
}

impl EffectOptions {
    /// Whether it must not be run twice by itself.
    pub(crate) const fn is_write(&self) -> bool {
        matches!(self.effect, Some(Effect::Write))
    }
}

settings! {
    /// What is special about a tool.
    ToolOptions {
        /// Most bytes of a result that the model is shown; what is above is cut, with a notice. Built in:
        /// 65536.
        max_result: u32,
    }
}
