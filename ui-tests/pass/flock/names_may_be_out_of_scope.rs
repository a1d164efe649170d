//! Where nothing is in scope, what is named is named in full. (`#[flock_type]` and `#[signal]` structs
//! derive `JsonSchema`, which needs the prelude.)
#![deny(warnings)]
#![no_implicit_prelude]

/// Writes.
#[::flock::agent(input = "topic, depth: u8 = 2", output = "draft", hand_off = editor)]
struct Writer;

#[::flock::agent(output = "text", retries = 1)]
async fn editor(
    ctx: ::flock::AgentContext,
    draft: ::std::string::String,
) -> ::flock::Result<::std::string::String> {
    ::core::mem::drop(ctx);
    ::core::result::Result::Ok(draft)
}

#[::flock::flock(start = Writer)]
struct Desk;

#[derive(::core::default::Default)]
struct Draft {
    by: ::core::option::Option<::std::string::String>,
}

#[::flock::flock]
impl Draft {
    #[run]
    async fn run(ctx: ::flock::FlockContext<Self>) -> ::flock::Result<()> {
        ctx.wait_until(|draft| draft.by.is_some()).await
    }

    #[update]
    fn approve(&mut self, by: ::std::string::String) -> ::flock::Result<()> {
        self.by = ::core::option::Option::Some(by);
        ::core::result::Result::Ok(())
    }
}

/// Copies.
#[::flock::flock(output = "text: ::std::string::String, depth: u8")]
async fn copies(
    ctx: ::flock::FlockContext,
    text: ::std::string::String,
    /// How far.
    depth: ::core::option::Option<u8>,
    more: ::std::vec::Vec<::std::string::String>,
) -> ::flock::Result<(::std::string::String, u8)> {
    ::core::mem::drop((ctx, more));
    ::core::result::Result::Ok((text, depth.unwrap_or_default()))
}

pub(crate) fn main() {}
