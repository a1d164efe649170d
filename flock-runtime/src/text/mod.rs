//! How things are said: durations, times in JSON, places in the source, sentences that const evaluation puts together,
//! with the nearest of several names, enums of words, and a hash that stays the same.
//!
//! At the bottom: it names nothing.

pub(crate) mod dollars;
pub mod duration;
pub(crate) mod hash;
pub(crate) mod location;
pub(crate) mod sentence;
pub(crate) mod time;
pub(crate) mod words;
