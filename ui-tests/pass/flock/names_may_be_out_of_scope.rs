//! Where nothing is in scope, what is named is named in full.
#![deny(warnings)]
#![no_implicit_prelude]

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

fn main() {}
