//! The graph of a declared flock, built and checked by the compiler.
//!
//! Descriptors that point at each other would be a cycle in const evaluation, which rustc reports
//! in words of its own. So the graph is unrolled by types along the hand-offs, down to a falling
//! depth: an undeclared cycle then is a path that meets an agent twice, and gets our own sentence.

mod check;
mod message;

use std::marker::PhantomData;

use crate::{
    agent::Agent,
    flock_type::FlockType,
    hand_off::{Among, End, To},
    record::Record,
    registry::{AgentEntry, Entry},
};

pub use check::check;
pub(crate) use message::distance;

/// An agent in a declared flock, and those that can follow.
#[derive(Debug, Clone, Copy)]
pub enum Node {
    /// An agent.
    Agent {
        /// The agent.
        entry: &'static AgentEntry,
        /// Those that can be next.
        next: &'static [Node],
    },
    /// Here the unrolling stopped.
    TooDeep,
}

/// Depth zero.
pub struct Zero;
/// One more than `D`.
pub struct Succ<D>(PhantomData<D>);

type Four<D> = Succ<Succ<Succ<Succ<D>>>>;
/// How far a chain of hand-offs is followed: forty agents.
pub type Depth = Four<Four<Four<Four<Four<Four<Four<Four<Four<Four<Zero>>>>>>>>>>;

/// What follows along a hand-off.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a hand-off",
    note = "write `hand_off = other_agent`, or `hand_off(route, among = [one, other])`"
)]
pub trait Links<D> {
    /// The agents that can be next.
    const NODES: &'static [Node];
    /// What a flock gives that ends here.
    type Last: FlockType;
}

#[diagnostic::do_not_recommend]
impl<T> Links<Zero> for T {
    const NODES: &'static [Node] = &[Node::TooDeep];
    type Last = ();
}

#[diagnostic::do_not_recommend]
impl<A: Agent, D> Links<Succ<D>> for End<A> {
    const NODES: &'static [Node] = &[];
    type Last = A::Output;
}

#[diagnostic::do_not_recommend]
impl<B: Agent, D> Links<Succ<D>> for To<B>
where
    B::HandOff: Links<D>,
{
    const NODES: &'static [Node] = &[Node::Agent {
        entry: &Entry::<B>::ENTRY,
        next: <B::HandOff as Links<D>>::NODES,
    }];
    type Last = <B::HandOff as Links<D>>::Last;
}

macro_rules! among {
    ($($agent:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<D, $($agent: Agent),*> Links<Succ<D>> for Among<($($agent,)*)>
        where
            $($agent::HandOff: Links<D>,)*
        {
            const NODES: &'static [Node] = &[
                $(Node::Agent {
                    entry: &Entry::<$agent>::ENTRY,
                    next: <$agent::HandOff as Links<D>>::NODES,
                },)*
            ];
            // Ways that part may end in different outputs.
            type Last = Record;
        }
    };
}

among!();
among!(A1);
among!(A1 A2);
among!(A1 A2 A3);
among!(A1 A2 A3 A4);
among!(A1 A2 A3 A4 A5);
among!(A1 A2 A3 A4 A5 A6);
among!(A1 A2 A3 A4 A5 A6 A7);
among!(A1 A2 A3 A4 A5 A6 A7 A8);
among!(A1 A2 A3 A4 A5 A6 A7 A8 A9);
among!(A1 A2 A3 A4 A5 A6 A7 A8 A9 A10);
among!(A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11);
among!(A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12);

/// The whole graph of a flock that starts with `A`.
pub type From<A> = To<A>;
