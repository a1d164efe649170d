//! Struct agents, asked from end to end.

mod agents;
#[cfg(feature = "models")]
mod anthropic;
#[cfg(feature = "models")]
mod named;
#[cfg(feature = "models")]
mod openai;
mod repair;
mod scripted;
mod select;
#[cfg(feature = "models")]
mod stream;
#[cfg(feature = "models")]
mod tools;
