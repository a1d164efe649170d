//! A flock, and a signal, without their types, for engines.

use std::{any::Any, rc::Rc};

use futures_util::{FutureExt, future::LocalBoxFuture};
use schemars::Schema;

use super::{Flock, FlockContext, FlockDescriptor, handler::Handler, message::Signal};
use crate::{
    agent::{
        entry::Entry,
        tool::{ToolEntry, Work},
    },
    error::Result,
    value::{
        flock_type::{FlockType, Shape, schema_of},
        payload::Payload,
    },
};

/// A flock without its types, for engines.
#[derive(Clone, Copy)]
pub struct FlockEntry {
    /// What is known about it.
    pub descriptor: &'static FlockDescriptor,
    /// What its input looks like.
    pub input: Shape,
    /// The JSON Schema of its input.
    pub input_schema: fn() -> Schema,
    /// The JSON Schema of its output.
    pub output_schema: fn() -> Schema,
    /// What a run of it can be sent.
    pub handlers: &'static [Handler],
    /// Whether a value is an input of it.
    pub(crate) accepts: fn(&Payload) -> Result<()>,
    pub(crate) state: fn() -> Rc<dyn Any>,
    pub(crate) run: fn(FlockContext, Payload) -> LocalBoxFuture<'static, Result<Payload>>,
}

impl FlockEntry {
    /// The entry of `F`.
    pub const fn of<F: Flock>() -> Self {
        Entry::<F>::FLOCK
    }
}

impl std::fmt::Debug for FlockEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("FlockEntry").field(self.descriptor).finish()
    }
}

impl ToolEntry {
    /// A flock as a tool: each call is a child.
    pub const fn flock<F: Flock>() -> Self {
        Self {
            name: F::NAME,
            description: F::DESCRIPTOR.description,
            schema: || schemars::schema_for!(F::Input),
            input: <F::Input as FlockType>::SHAPE,
            work: Work::Flock(|| &Entry::<F>::FLOCK),
            needs_flock: Some("is a flock"),
        }
    }
}

/// A signal that flocks may wait for, without its type.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct SignalEntry {
    /// The name on the wire.
    pub name: &'static str,
    /// What it tells, from the doc comment.
    pub description: &'static str,
    /// The JSON Schema of the message.
    pub input_schema: fn() -> Schema,
}

impl SignalEntry {
    /// The entry of `M`.
    pub const fn of<M: Signal>(description: &'static str) -> Self {
        Self {
            name: M::NAME,
            description,
            input_schema: schema_of::<M>,
        }
    }
}

impl std::fmt::Debug for SignalEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SignalEntry").field(&self.name).finish()
    }
}

inventory::collect!(FlockEntry);
inventory::collect!(SignalEntry);

impl<F: Flock> Entry<F> {
    pub(crate) const FLOCK: FlockEntry = FlockEntry {
        descriptor: F::DESCRIPTOR,
        input: <F::Input as FlockType>::SHAPE,
        input_schema: schema_of::<F::Input>,
        output_schema: schema_of::<F::Output>,
        handlers: F::HANDLERS,
        accepts: |input| input.decode::<F::Input>().map(drop),
        state: F::state,
        run: run::<F>,
    };
}

fn run<F: Flock>(
    context: FlockContext,
    input: Payload,
) -> LocalBoxFuture<'static, Result<Payload>> {
    async move {
        let input = input.decode().map_err(|error| {
            error.context(format_args!(
                "the input of flock `{}` does not fit",
                F::NAME
            ))
        })?;
        Payload::encode(&F::run(context, input).await?)
    }
    .boxed_local()
}
