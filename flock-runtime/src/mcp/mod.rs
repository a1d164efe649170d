//! The Model Context Protocol, by its official SDK, which only this room and `cli::mcp` name: the servers of
//! `flock.toml` as agents call them.
//!
//! A worker has one connection to each server (`pool`), made when it is first needed and again when it is
//! lost (`connect`). `tools` is what of a server's list a run keeps, `content` what of an answer, `fault` what
//! becomes of errors; `oauth` asks for tokens. No secret of `flock.toml`'s passes out of here (`secrets`).

mod connect;
mod content;
mod fault;
mod oauth;
mod pool;
mod secrets;
mod tools;

pub(crate) use pool::Pool;
