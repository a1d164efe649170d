//! How agents are put together, where a function does more than a few lines by hand: it ends early, is bounded,
//! or keeps what was done when something fails. Built from what a context does otherwise.

mod debate;
mod map_reduce;
mod orchestrate;
mod refine;
mod vote;

pub use debate::{Debate, Spoken};
pub use map_reduce::MapReduce;
pub use orchestrate::{Orchestrate, Orchestrated, Orchestration};
pub use refine::{Refine, Refined};
pub use vote::{Vote, Voted};

use serde::Serialize;

use super::{AgentRun, FlockContext};
use crate::{
    agent::{Agent, entry::Entry},
    error::{Error, ErrorKind},
    value::payload::{Payload, to_value},
};

/// What users say is made of something.
type Makes<'a, I, O> = Box<dyn Fn(&I) -> O + 'a>;

/// A call with an input that is used again.
fn call<A: Agent>(context: &FlockContext, input: &A::Input) -> AgentRun<A::Output> {
    let input = Payload::encode(input).map_err(|error| error.context("its input"));
    AgentRun::new(context.clone(), &Entry::<A>::ENTRY, input)
}

/// The error, with what was done before it: a cancellation needs none.
fn so_far(error: Error, name: &str, done: &impl Serialize) -> Error {
    match to_value(done) {
        Ok(done) if *error.kind() != ErrorKind::Cancelled => error.with_detail(name, done),
        _ => error,
    }
}

/// Makes a future of what has an `async fn` of its own.
macro_rules! boxed {
    ($name:ident<$life:lifetime $(, $of:ident: $bound:ident)*> => $output:ty, $run:ident) => {
        impl<$life $(, $of: $bound)*> std::future::IntoFuture for $name<$life $(, $of)*> {
            type Output = crate::error::Result<$output>;
            type IntoFuture = futures_util::future::LocalBoxFuture<$life, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.$run())
            }
        }

        impl<$($of: $bound),*> std::fmt::Debug for $name<'_ $(, $of)*> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                f.write_str(&[$($of::NAME),*].join(", "))?;
                f.write_str(")")
            }
        }
    };
}

use boxed;
