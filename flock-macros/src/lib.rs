//! The attribute macros of `flock-agents`. Depend on `flock-agents`, which re-exports them.

mod agent;
mod diag;
mod emit;
mod flock;
mod flock_type;
mod function;
mod grammar;
mod options;
mod source;

use proc_macro::TokenStream;

/// Makes an agent.
#[proc_macro_attribute]
pub fn agent(options: TokenStream, item: TokenStream) -> TokenStream {
    agent::agent(options.into(), item.into()).into()
}

/// Makes a flock.
#[proc_macro_attribute]
pub fn flock(options: TokenStream, item: TokenStream) -> TokenStream {
    flock::flock(options.into(), item.into()).into()
}

/// Makes a type that agents take and give whole.
#[proc_macro_attribute]
pub fn flock_type(options: TokenStream, item: TokenStream) -> TokenStream {
    flock_type::flock_type(options.into(), item.into()).into()
}
