//! What users say of a subscription: what it waits for, what is run then, and what comes of it.

use std::{any::Any, cell::RefCell, fmt, marker::PhantomData, rc::Rc};

use futures_util::FutureExt;

use super::{
    super::{AgentRun, ChildRun, Flock, FlockContext},
    Blackboard,
    fact::{Fact, Kind, Told, Value},
    subscription::{Gathers, Holds, Mends, Publishes, Subscription, Work},
};
use crate::{
    agent::Agent,
    error::{Error, Result},
};

/// What is made of the facts that are used together.
type Make<G> = Rc<dyn Fn(&[Value]) -> G>;

/// Sets options of a call.
type Sets<C> = Rc<RefCell<Option<Box<dyn Fn(C) -> C>>>>;

/// One fact of a type at a time.
pub struct One<T>(PhantomData<T>);

/// Several facts of a type at a time.
pub struct Batch<T>(PhantomData<T>);

/// What a [`Blackboard`] waits for: see [`on`](Blackboard::on), [`join`](Blackboard::join) and
/// [`batch`](Blackboard::batch). `G` is what is run with, and `W` what is waited for.
#[must_use = "nothing is run with the facts before `run`, `child` or `does` says what"]
pub struct On<'b, G, W> {
    board: &'b mut Blackboard,
    takes: Vec<Kind>,
    gathers: Gathers,
    holds: Vec<Holds>,
    make: Make<G>,
    waits: PhantomData<W>,
}

/// Types of facts that are waited for together: tuples of two to four.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no join of facts",
    label = "not a tuple of two to four types",
    note = "facts of one type are subscribed to by `on::<Fact>()`, or so many at a time by `batch::<Fact>(10)`; those of several by `join::<(Fact, Other)>()`, each of them under `#[flock_type] #[derive(Debug, Clone)]` or what an agent gives"
)]
pub trait Join: Sized + 'static {
    #[doc(hidden)]
    fn join(board: &mut Blackboard) -> On<'_, Self, Self>;
}

/// What an agent or a flock can be given as its input `I`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what is taken: that is `{I}`",
    label = "cannot be run with these facts as they are",
    note = "say how an input is made of them, between the subscription and `run` or `child`: `.map(|fact| fact.text)`; the value itself for one input, a tuple for more"
)]
pub trait Feeds<I> {
    #[doc(hidden)]
    fn feed(self) -> I;
}

#[diagnostic::do_not_recommend]
impl<I, G: Into<I>> Feeds<I> for G {
    fn feed(self) -> I {
        self.into()
    }
}

/// The fact as what it is.
fn typed<T: 'static>(fact: &dyn Any) -> &T {
    fact.downcast_ref()
        .expect("a subscription is offered facts of the types that it takes")
}

impl<'b, T: Fact> On<'b, T, One<T>> {
    pub(super) fn one(board: &'b mut Blackboard) -> Self {
        Self {
            board,
            takes: vec![Kind::of::<T>()],
            gathers: Gathers::Each,
            holds: Vec::new(),
            make: Rc::new(|facts| typed::<T>(&*facts[0]).clone()),
            waits: PhantomData,
        }
    }
}

impl<'b, T: Fact> On<'b, Vec<T>, Batch<T>> {
    pub(super) fn batch(board: &'b mut Blackboard, size: usize) -> Self {
        Self {
            board,
            takes: vec![Kind::of::<T>()],
            gathers: Gathers::Batch(size),
            holds: Vec::new(),
            make: Rc::new(|facts| {
                facts
                    .iter()
                    .map(|fact| typed::<T>(&**fact).clone())
                    .collect()
            }),
            waits: PhantomData,
        }
    }
}

impl<'b, T: Join> On<'b, T, T> {
    pub(super) fn join(board: &'b mut Blackboard) -> Self {
        T::join(board)
    }
}

impl<G, T: Fact> On<'_, G, One<T>> {
    /// Only facts that will do; others are not waited for.
    pub fn when(mut self, holds: impl Fn(&T) -> bool + 'static) -> Self {
        self.holds
            .push(Box::new(move |facts| holds(typed(facts[0]))));
        self
    }
}

impl<G, T: Fact> On<'_, G, Batch<T>> {
    /// Only facts that will do; others are not waited for.
    pub fn when(mut self, holds: impl Fn(&T) -> bool + 'static) -> Self {
        self.holds
            .push(Box::new(move |facts| holds(typed(facts[0]))));
        self
    }
}

/// What a join of so many types can say.
macro_rules! joins {
    ($($kind:ident $key:ident $at:tt),*) => {
        #[diagnostic::do_not_recommend]
        impl<$($kind: Fact),*> Join for ($($kind,)*) {
            fn join(board: &mut Blackboard) -> On<'_, Self, Self> {
                On {
                    board,
                    takes: vec![$(Kind::of::<$kind>()),*],
                    gathers: Gathers::Each,
                    holds: Vec::new(),
                    make: Rc::new(|facts| ($(typed::<$kind>(&*facts[$at]).clone(),)*)),
                    waits: PhantomData,
                }
            }
        }

        impl<Given: 'static, $($kind: Fact),*> On<'_, Given, ($($kind,)*)> {
            /// Only facts that will do together. Others go on waiting, for facts that will do with them.
            pub fn when(mut self, holds: impl Fn($(&$kind),*) -> bool + 'static) -> Self {
                self.holds.push(Box::new(move |facts| holds($(typed(facts[$at])),*)));
                self
            }

            /// Only facts that have the same key.
            pub fn by<Key: PartialEq>(self, $($key: impl Fn(&$kind) -> Key + 'static),*) -> Self {
                self.same(move |facts| [$($key(typed(facts[$at]))),*])
            }
        }
    };
}

joins!(A a 0, B b 1);
joins!(A a 0, B b 1, C c 2);
joins!(A a 0, B b 1, C c 2, D d 3);

impl<'b, G: 'static, W> On<'b, G, W> {
    fn same<Key: PartialEq, const N: usize>(
        mut self,
        keys: impl Fn(&[&dyn Any]) -> [Key; N] + 'static,
    ) -> Self {
        self.holds.push(Box::new(move |facts| {
            let keys = keys(facts);
            keys.iter().all(|key| *key == keys[0])
        }));
        self
    }

    /// Makes of the facts what is run with: the input where it has one field, a tuple where it has more.
    pub fn map<H: 'static>(self, map: impl Fn(G) -> H + 'static) -> On<'b, H, W> {
        let make = self.make;
        On {
            board: self.board,
            takes: self.takes,
            gathers: self.gathers,
            holds: self.holds,
            make: Rc::new(move |facts| map(make(facts))),
            waits: PhantomData,
        }
    }

    /// Runs an agent with the facts, and publishes what it gives.
    pub fn run<A: Agent>(self) -> Subscribed<'b, G, A::Output, AgentRun<A::Output>>
    where
        G: Feeds<A::Input>,
        A::Output: Fact,
    {
        let (make, sets) = (
            Rc::clone(&self.make),
            Sets::<AgentRun<A::Output>>::default(),
        );
        let set = Rc::clone(&sets);
        let work: Work = Box::new(move |context, facts| {
            let call = with(&set, context.run::<A>(make(facts).feed()));
            async move { Ok(Rc::new(call.await?) as Value) }.boxed_local()
        });
        self.subscribe(A::NAME, work, sets)
    }

    /// Runs a flock as a child with the facts, and publishes what it gives.
    pub fn child<F: Flock>(self) -> Subscribed<'b, G, F::Output, ChildRun<F::Output>>
    where
        G: Feeds<F::Input>,
        F::Output: Fact,
    {
        let (make, sets) = (
            Rc::clone(&self.make),
            Sets::<ChildRun<F::Output>>::default(),
        );
        let set = Rc::clone(&sets);
        let work: Work = Box::new(move |context, facts| {
            let call = with(&set, context.child::<F>(make(facts).feed()));
            async move { Ok(Rc::new(call.await?) as Value) }.boxed_local()
        });
        self.subscribe(F::NAME, work, sets)
    }

    /// Does several steps with the facts, such as asking a person, and publishes what they give. The name is
    /// said where the board tells who waits for what.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// #[flock_type]
    /// #[derive(Debug, Clone)]
    /// struct Draft(String);
    ///
    /// #[flock_type]
    /// #[derive(Debug, Clone)]
    /// struct Page(String);
    ///
    /// #[flock]
    /// async fn publish(ctx: FlockContext, text: String) -> Result<String> {
    ///     let mut board = ctx.blackboard();
    ///     board.on::<Draft>().does("editor", async |ctx, draft| {
    ///         let decision = ctx.approval("publish", &draft).await?;
    ///         Ok(Page(decision.comment.unwrap_or(draft.0)))
    ///     });
    ///     board.publish(Draft(text));
    ///     Ok(board.until::<Page>().await?.0)
    /// }
    /// ```
    pub fn does<O: Fact>(
        self,
        name: &'static str,
        steps: impl AsyncFn(FlockContext, G) -> Result<O> + 'static,
    ) -> Subscribed<'b, G, O, ()> {
        let (make, steps) = (Rc::clone(&self.make), Rc::new(steps));
        let work: Work = Box::new(move |context, facts| {
            let (context, given) = (context.clone(), make(facts));
            let steps = Rc::clone(&steps);
            async move { Ok(Rc::new(steps(context, given).await?) as Value) }.boxed_local()
        });
        self.subscribe(name, work, Sets::default())
    }

    fn subscribe<O: Fact, C>(
        self,
        agent: &'static str,
        work: Work,
        sets: Sets<C>,
    ) -> Subscribed<'b, G, O, C> {
        let output = Kind::of::<O>();
        let (takes, gathers, holds) = (self.takes, self.gathers, self.holds);
        let subscription = Subscription::new(agent, takes, gathers, holds, work, output);
        Subscribed {
            subscription: self.board.subscribe(subscription),
            make: self.make,
            sets,
            output: PhantomData,
        }
    }
}

fn with<C>(sets: &Sets<C>, call: C) -> C {
    match &*sets.borrow() {
        Some(set) => set(call),
        None => call,
    }
}

/// A subscription of a [`Blackboard`], and its options. It stands already.
pub struct Subscribed<'b, G, O, C> {
    subscription: &'b mut Subscription,
    make: Make<G>,
    sets: Sets<C>,
    output: PhantomData<fn() -> O>,
}

impl<G: 'static, O: Fact, C> Subscribed<'_, G, O, C> {
    /// Publishes these facts, of any number, in place of what was given. Asked for more than once, it
    /// publishes all of them.
    pub fn publish<I>(self, facts: impl Fn(O) -> I + 'static) -> Self
    where
        I: IntoIterator<Item: Fact>,
    {
        self.subscription.publishes.push(Publishes {
            kind: Kind::of::<I::Item>(),
            facts: Box::new(move |given| {
                let facts = facts(typed::<O>(given).clone()).into_iter();
                facts.map(Told::new).collect()
            }),
        });
        self
    }

    /// Publishes a fact where it fails, and the board goes on. A cancellation is no failure.
    pub fn otherwise<T: Fact>(self, fact: impl Fn(G, Error) -> T + 'static) -> Self {
        let make = Rc::clone(&self.make);
        self.subscription.mends = Some(Mends {
            kind: Kind::of::<T>(),
            fact: Box::new(move |facts, error| Told::new(fact(make(facts), error))),
        });
        self
    }

    /// How many of its runs go on at a time: as many as the board has room for by default, at least 1.
    pub fn concurrency(self, runs: usize) -> Self {
        self.subscription.concurrency = runs.max(1);
        self
    }

    /// How often it is run at most. Facts that come then are left alone, which is no error: a critic who is
    /// heard three times.
    pub fn at_most(self, runs: u32) -> Self {
        self.subscription.at_most = runs;
        self
    }
}

impl<G, O, C: 'static> Subscribed<'_, G, O, C> {
    /// Sets options of every call: `.each(|call| call.timeout("10m"))`.
    pub fn each(self, set: impl Fn(C) -> C + 'static) -> Self {
        self.sets.replace(Some(Box::new(set)));
        self
    }
}

impl<G, W> fmt::Debug for On<'_, G, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let takes: Vec<_> = self.takes.iter().map(Kind::to_string).collect();
        write!(f, "On({})", takes.join(", "))
    }
}

impl<G, O, C> fmt::Debug for Subscribed<'_, G, O, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subscribed({})", self.subscription.agent)
    }
}
