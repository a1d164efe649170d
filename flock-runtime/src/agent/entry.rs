//! An agent without its types, for engines.

use std::{
    future::{Future, ready},
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::{FutureExt, future::BoxFuture};
use schemars::Schema;

use super::{
    Agent, AgentDescriptor, StateKey,
    context::AgentContext,
    hand_off::{HandOffRule, Next},
    tool::ToolEntry,
};
use crate::{
    error::{Error, Result},
    value::{
        flock_type::{FlockType, Shape, schema_of},
        payload::Payload,
    },
};

/// An agent without its types, for engines.
#[derive(Clone, Copy)]
pub struct AgentEntry {
    /// What is known about it.
    pub descriptor: &'static AgentDescriptor,
    /// What its input looks like.
    pub input: Shape,
    /// What its output looks like.
    pub output: Shape,
    /// The JSON Schema of its input.
    pub input_schema: fn() -> Schema,
    /// The JSON Schema of its output.
    pub output_schema: fn() -> Schema,
    /// What its model may call.
    pub tools: &'static [ToolEntry],
    pub(crate) sound: bool,
    /// Whether its model has tools, and the flock holds its conversation: each turn and each call is a step.
    pub(crate) converses: bool,
    /// Whether a value is an output of it: known of writes, whose result a person may have to tell.
    pub(crate) gives: Option<fn(&Payload) -> Result<()>>,
    pub(crate) state: &'static [StateKey],
    pub(crate) execute: fn(AgentContext, &Payload) -> BoxFuture<'static, Result<Payload>>,
    pub(crate) route: fn(&Payload) -> Result<Next>,
}

impl AgentEntry {
    /// The entry of `A`.
    pub const fn of<A: Agent>() -> Self {
        Entry::<A>::ENTRY
    }
}

impl std::fmt::Debug for AgentEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("AgentEntry").field(self.descriptor).finish()
    }
}

inventory::collect!(AgentEntry);

/// The entries of a type, as constants.
pub(crate) struct Entry<T>(PhantomData<T>);

impl<A: Agent> Entry<A> {
    pub(crate) const ENTRY: AgentEntry = AgentEntry {
        descriptor: A::DESCRIPTOR,
        input: <A::Input as FlockType>::SHAPE,
        output: <A::Output as FlockType>::WRITTEN,
        input_schema: schema_of::<A::Input>,
        output_schema: schema_of::<A::Output>,
        tools: A::TOOLS,
        sound: A::SOUND,
        converses: A::DESCRIPTOR.converses(),
        gives: match A::DESCRIPTOR.effects.is_write() {
            true => Some(|output| output.decode::<A::Output>().map(drop)),
            false => None,
        },
        state: A::STATE,
        execute: match A::TURN {
            Some(turn) => turn,
            None => execute::<A>,
        },
        route: match A::DESCRIPTOR.hand_off.rule {
            HandOffRule::Route => route::<A>,
            HandOffRule::Fixed | HandOffRule::Model => unrouted,
        },
    };
}

fn execute<A: Agent>(
    context: AgentContext,
    input: &Payload,
) -> BoxFuture<'static, Result<Payload>> {
    match input.decode() {
        Ok(input) => {
            let attempt = A::execute(context.clone(), input);
            Giving::<A> { attempt, context }.boxed()
        }
        Err(error) => unfit(error),
    }
}

/// An attempt, and what it gives on its way to the flock.
struct Giving<A: Agent> {
    attempt: BoxFuture<'static, Result<A::Output>>,
    context: AgentContext,
}

impl<A: Agent> Future for Giving<A> {
    type Output = Result<Payload>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Payload>> {
        let output = self.attempt.poll_unpin(cx);
        output.map(|output| match output {
            Ok(output) => given::<A>(&self.context, &output),
            Err(error) => Err(self.context.failed(error)),
        })
    }
}

fn route<A: Agent>(output: &Payload) -> Result<Next> {
    Ok(A::route(&output.decode()?))
}

/// Of an agent without a routing function: its output need not be read.
fn unrouted(_: &Payload) -> Result<Next> {
    Ok(Next::default())
}

fn unfit(error: Error) -> BoxFuture<'static, Result<Payload>> {
    ready(Err(error.context("its input does not fit"))).boxed()
}

/// What `A` gave, on its way to the flock.
pub(crate) fn given<A: Agent>(context: &AgentContext, output: &A::Output) -> Result<Payload> {
    let output = chosen(
        context,
        A::DESCRIPTOR.hand_off.rule,
        Payload::encode(output)?,
    )?;
    Ok(context.with_usage(output))
}

/// A result with who is next, where the model chooses.
pub(crate) fn chosen(
    context: &AgentContext,
    rule: HandOffRule,
    output: Payload,
) -> Result<Payload> {
    match rule {
        HandOffRule::Model => context.with_choice(output),
        HandOffRule::Fixed | HandOffRule::Route => Ok(output),
    }
}
