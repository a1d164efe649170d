//! Struct agents, asked from end to end.

mod agents;
#[cfg(feature = "models")]
mod anthropic;
#[cfg(feature = "models")]
mod failures;
#[cfg(feature = "models")]
mod media;
#[cfg(feature = "models")]
mod named;
#[cfg(feature = "models")]
mod openai;
#[cfg(feature = "models")]
mod protocols;
mod repair;
mod scripted;
mod select;
#[cfg(feature = "models")]
mod stream;
#[cfg(feature = "models")]
mod tools;
#[cfg(feature = "models")]
mod vendor;
#[cfg(feature = "models")]
mod wire;
