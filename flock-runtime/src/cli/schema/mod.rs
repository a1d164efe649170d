//! What JSON Schemas say of inputs and outputs: in words for people, as a reader of what they type, and
//! as what differs between two builds.

mod difference;
mod document;
mod node;
mod sample;
mod takes;

pub(crate) use self::{
    difference::{Change, compare},
    document::{Document, Property, signature},
    sample::sample,
};
