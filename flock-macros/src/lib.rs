//! The attribute macros of `flock-agents`. Depend on `flock-agents`, which re-exports them.

// A handful of values live for the length of one expansion.
#![allow(clippy::large_enum_variant)]

mod agent;
mod agreed;
mod attribute;
mod clash;
mod diag;
mod emit;
mod flock;
mod flock_type;
mod function;
mod grammar;
mod handler;
mod identity;
mod options;
mod role;
mod scope;
mod several;
mod signal;
mod source;
#[cfg(test)]
mod tests;
mod tool;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/agent.md")]
#[proc_macro_attribute]
pub fn agent(options: TokenStream, item: TokenStream) -> TokenStream {
    agent::agent(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/tool.md")]
#[proc_macro_attribute]
pub fn tool(options: TokenStream, item: TokenStream) -> TokenStream {
    tool::tool(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/flock.md")]
#[proc_macro_attribute]
pub fn flock(options: TokenStream, item: TokenStream) -> TokenStream {
    flock::flock(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/flock_type.md")]
#[proc_macro_attribute]
pub fn flock_type(options: TokenStream, item: TokenStream) -> TokenStream {
    flock_type::flock_type(options.into(), item.into()).into()
}

/// The fields of a type, for what `#[flock_type]` and `#[signal]` write.
#[doc(hidden)]
#[proc_macro_derive(FlockType, attributes(flock_private, flock_plain, serde))]
pub fn derive_flock_type(item: TokenStream) -> TokenStream {
    flock_type::derive(item.into()).into()
}

/// What `flock::join!` hands over.
#[doc(hidden)]
#[proc_macro]
pub fn join(tokens: TokenStream) -> TokenStream {
    several::join(tokens.into()).into()
}

/// What `flock::select!` hands over.
#[doc(hidden)]
#[proc_macro]
pub fn select(tokens: TokenStream) -> TokenStream {
    several::select(tokens.into()).into()
}

#[doc = include_str!("../docs/signal.md")]
#[proc_macro_attribute]
pub fn signal(options: TokenStream, item: TokenStream) -> TokenStream {
    signal::signal(options.into(), item.into()).into()
}

#[doc = include_str!("../docs/run.md")]
#[proc_macro_attribute]
pub fn run(_options: TokenStream, item: TokenStream) -> TokenStream {
    handler::outside("run", item.into()).into()
}

#[doc = include_str!("../docs/query.md")]
#[proc_macro_attribute]
pub fn query(_options: TokenStream, item: TokenStream) -> TokenStream {
    handler::outside("query", item.into()).into()
}

#[doc = include_str!("../docs/update.md")]
#[proc_macro_attribute]
pub fn update(_options: TokenStream, item: TokenStream) -> TokenStream {
    handler::outside("update", item.into()).into()
}
