//! Generated code depends on no name that the user may have taken.
#![deny(warnings)]
#![allow(dead_code)]

mod elsewhere {
    pub use ::flock as library;
}

mod core {}
mod std {}
mod flock {}
mod serde {}
struct Result;
struct Option;
struct String;
enum Ok {}
enum Some {}
enum None {}
trait From {}
trait Into {}
trait Clone {}

/// An agent.
#[::flock::agent(input = "topic", output = "a, b: u8", hand_off = second, timeout = "1s")]
struct First;

#[::flock::agent(crate = elsewhere::library, input(a: ::std::string::String, n: u8 = 1))]
async fn second(
    _: elsewhere::library::AgentContext,
    state: ::flock::State<u8>,
    a: ::std::string::String,
    n: u8,
) -> ::flock::Result<u8> {
    ::core::result::Result::Ok(a.len() as u8 + n + state.0)
}

#[::flock::flock(crate = "elsewhere::library", start = First)]
struct Both;

#[::flock::flock]
async fn coded(_ctx: ::flock::FlockContext) -> ::flock::Result<()> {
    ::core::result::Result::Ok(())
}

#[::flock::agent(output = "x: u8", hand_off(output, among = [agent, inner::nested]))]
async fn input(state_0: ::flock::State<u8>, context: u8, input: u8) -> ::flock::Result<u8> {
    ::core::result::Result::Ok(*state_0 + context + input)
}

fn output(_: &InputOutput) -> ::flock::Next {
    ::flock::Next::end()
}

#[::flock::flock]
async fn context(context: ::flock::FlockContext, input: u8) -> ::flock::Result<u8> {
    context.log(input);
    ::core::result::Result::Ok(input)
}

#[::flock::agent(name = "context", output = "y: u8")]
async fn agent(x: u8, r#type: u8) -> ::flock::Result<u8> {
    ::core::result::Result::Ok(x + r#type)
}

/// Types and defaults called as parameters of generated code might be.
#[::flock::agent(input(v: V, s: S = S, t: T, list: ::std::vec::Vec<D>, l: L = L), output(v: V))]
async fn letters(v: V, s: S, t: T, list: ::std::vec::Vec<D>, l: L) -> ::flock::Result<V> {
    let _ = (s, t, list, l);
    ::core::result::Result::Ok(v)
}

macro_rules! letters {
    ($($letter:ident)*) => {
        $(
            #[::flock::flock_type]
            #[derive(Debug, Clone)]
            struct $letter;
        )*
    };
}

letters!(V S T D L);

mod inner {
    #[::flock::agent]
    pub(super) async fn nested() -> ::flock::Result<super::Thing> {
        ::core::result::Result::Ok(super::Thing {
            value: ::core::option::Option::None,
        })
    }
}

#[::flock::flock_type(crate = ::flock)]
struct Thing {
    value: ::core::option::Option<u8>,
}

pub(crate) fn main() {}
