//! What answers for struct agents.
//!
//! A model is named `provider/model`. The name comes from, first to last: the environment variable
//! `FLOCK_MODEL`, `flock.toml` `[agents.name]`, `#[agent(model = "…")]`, `flock.toml` `[defaults]`.
//! The provider is one that [`RuntimeBuilder::model`](crate::RuntimeBuilder::model) was given, else
//! `scripted` (see [`Scripted`]), else a vendor of language models (`Provider`, with the crate
//! feature `models`).

mod answer;
mod ask;
#[cfg(feature = "models")]
mod at_once;
mod attached;
mod calls;
mod check;
#[cfg(feature = "cli")]
mod dry;
#[cfg(feature = "models")]
mod genai;
mod observed;
mod price;
mod prompt;
mod recent;
mod request;
mod said;
mod scripted;
mod select;
#[cfg(feature = "models")]
mod status;
#[cfg(test)]
mod tests;
mod turn;
mod whole;

use futures_util::future::BoxFuture;

pub use crate::{
    agent::conversation::{CallResult, Calls, Message, ToolCall},
    value::usage::Usage,
};
#[cfg(feature = "models")]
pub use genai::Provider;
pub use request::{Fault, ModelAnswer, ModelRequest, ToolSpec};
pub use scripted::Scripted;
pub use select::{ModelChoice, Models};
pub(crate) use turn::{ask, turn};

use crate::error::Result;

/// Something that answers questions: a language model behind its provider's protocol.
pub trait Model: Send + Sync + 'static {
    /// Answers once. The answer must fit the request's schema; what does not is asked for again.
    fn answer<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelAnswer>>;
}
