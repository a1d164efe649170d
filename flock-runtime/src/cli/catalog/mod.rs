//! What is linked into a program, described: commands that ask no server.

pub(super) mod agents;
pub(super) mod compat;
pub(super) mod config;
pub(super) mod describe;
pub(super) mod flocks;
pub(super) mod graph;
pub(super) mod message;
pub(super) mod prompt;
