//! Here the dependency is called `agents`, there is no prelude, and the edition is an older one.
#![no_implicit_prelude]
#![deny(warnings, missing_docs)]

use ::agents::{agent, flock, flock_type, AgentContext, FlockContext, State};
use ::std::string::String;
// What schemars' derive and `select_biased!` take from a prelude.
use ::std::{convert::Into as _, default::Default as _, ops::FnMut, option::Option::Some};

/// A ticket.
#[flock_type(crate = ::agents)]
#[derive(::std::fmt::Debug, ::std::clone::Clone)]
pub struct Ticket {
    /// In a line.
    pub subject: String,
    /// Not always.
    #[serde(default)]
    pub due: ::std::option::Option<String>,
}

/// Sorts tickets.
#[agent(
    crate = ::agents,
    input(ticket: Ticket, /** How far */ depth: u8 = 2),
    output = "text: String | What it says, class: String",
    retries = 1,
    timeout = "30s",
    hand_off(route, among = [editor, Writer]),
)]
async fn triage(
    ctx: AgentContext,
    State(limit): State<u8>,
    ticket: Ticket,
    depth: u8,
) -> ::agents::Result<(String, String)> {
    ctx.heartbeat(&()).await?;
    ::std::result::Result::Ok((ticket.subject, ::std::format!("{depth} of {limit}")))
}

fn route(output: &TriageOutput) -> ::agents::Next {
    match output.class.is_empty() {
        true => ::agents::Next::to::<Writer>(),
        false => ::agents::Next::to::<editor>(),
    }
}

/// Write.
#[agent(
    crate = "::agents",
    input = "text",
    output = "letter",
    model = "a/b",
    local
)]
struct Writer;

/// Edits.
#[agent(crate = ::agents, output = "letter", loop_to = triage, max_rounds = 2, max_attempts = 3)]
async fn editor(text: String) -> ::agents::Result<String> {
    ::std::result::Result::Ok(text)
}

/// Declared.
#[flock(crate = ::agents, start = triage, output = "letter", timeout = "5m", retries = 2)]
struct Desk;

/// Coded.
#[flock(crate = ::agents, output(left: String, right: String))]
async fn both(ctx: FlockContext, text: String) -> ::agents::Result<(String, String)> {
    let (left, right) = ::agents::join!(
        ctx.run::<editor>(text.as_str()),
        ctx.run::<editor>(text.as_str()),
    );
    let first = ::agents::select! {
        letter = ctx.run::<editor>(text.as_str()) => letter?.letter,
        letter = ctx.run::<Writer>(text.as_str()) => letter?.letter,
    };
    ::std::result::Result::Ok((left?.letter + &first, right?.letter))
}

/// Adds what the agents ask for.
fn setup(builder: ::agents::RuntimeBuilder) -> ::agents::Result<::agents::RuntimeBuilder> {
    ::std::result::Result::Ok(builder.state(1_u8))
}

::agents::main!(setup);
