//! The graph of a declared flock, built and checked by the compiler.
//!
//! Descriptors that point at each other would be a cycle in const evaluation, which rustc reports
//! in words of its own. So the graph is unrolled by types along the hand-offs, down to a falling
//! depth: an undeclared cycle then is a path that meets an agent twice, and gets our own sentence.

mod check;
mod message;

use super::{
    Agent,
    entry::{AgentEntry, Entry},
    hand_off::{Among, End, To},
};
use crate::{
    agreed::MOST_AMONG,
    value::{flock_type::FlockType, record::Record},
};

pub use check::check;

/// An agent in a declared flock, and those that can follow.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
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

/// A depth that is not the last.
pub trait Deeper {
    /// One less.
    type Less;
}

/// Each depth by a name, as rustc shows it: one within another would fill the page.
macro_rules! depths {
    ($($depth:ident)* ; $last:ident) => {
        $(
            #[doc(hidden)]
            pub struct $depth;
        )*
        #[doc(hidden)]
        pub struct $last;
        depths!(@less $($depth)* $last);
    };
    (@less $depth:ident $less:ident $($rest:ident)*) => {
        impl Deeper for $depth {
            type Less = $less;
        }
        depths!(@less $less $($rest)*);
    };
    (@less $last:ident) => {};
}

depths!(
    D40 D39 D38 D37 D36 D35 D34 D33 D32 D31 D30 D29 D28 D27 D26 D25 D24 D23 D22 D21
    D20 D19 D18 D17 D16 D15 D14 D13 D12 D11 D10 D9 D8 D7 D6 D5 D4 D3 D2 D1;
    D0
);

/// How far a chain of hand-offs is followed: forty agents.
pub type Depth = D40;

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
impl<T> Links<D0> for T {
    const NODES: &'static [Node] = &[Node::TooDeep];
    type Last = ();
}

#[diagnostic::do_not_recommend]
impl<A: Agent, D: Deeper> Links<D> for End<A> {
    const NODES: &'static [Node] = &[];
    type Last = A::Output;
}

// Recommended: what is said is then that `B` is not an agent.
impl<B: Agent, D: Deeper> Links<D> for To<B>
where
    B::HandOff: Links<D::Less>,
{
    const NODES: &'static [Node] = &[Node::Agent {
        entry: &Entry::<B>::ENTRY,
        next: <B::HandOff as Links<D::Less>>::NODES,
    }];
    type Last = <B::HandOff as Links<D::Less>>::Last;
}

macro_rules! among {
    ($($agent:ident)*) => {
        impl<D: Deeper, $($agent: Agent),*> Links<D> for Among<($($agent,)*)>
        where
            $($agent::HandOff: Links<D::Less>,)*
        {
            const NODES: &'static [Node] = &[
                $(Node::Agent {
                    entry: &Entry::<$agent>::ENTRY,
                    next: <$agent::HandOff as Links<D::Less>>::NODES,
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

// Who raises the one writes the others.
const _: () = assert!(MOST_AMONG == 12);

/// The whole graph of a flock that starts with `A`.
pub type From<A> = To<A>;
