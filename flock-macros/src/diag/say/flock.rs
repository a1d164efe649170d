//! What is said of a flock's options and its `impl`.

use super::{Sentence, say};

pub(crate) fn no_start(name: &str) -> Sentence {
    say(format!("flock `{name}` names no agent to start with"))
        .help("write `#[flock(start = Researcher)]`")
}

pub(crate) fn start_without_key(first: &str) -> Sentence {
    say("the agent that a flock starts with has a key").help(format!("write `start = {first}`"))
}

pub(crate) fn agents_of_flock(first: &str) -> Sentence {
    say("a flock has no list of agents: it follows their hand-offs").help(format!(
        "name the first, `#[flock(start = {first})]`, and in each `#[agent]` the next: `hand_off = …`"
    ))
}

pub(crate) fn start_of_function(first: &str) -> Sentence {
    say("`start` is for flocks that are declared on a struct").help(format!(
        "this one is coded: call its first agent with `ctx.run::<{first}>(…)`"
    ))
}

pub(crate) fn input_of_function() -> Sentence {
    say("a coded flock takes its parameters")
        .help("leave `input` out, and describe a parameter with a doc comment before it")
}

pub(crate) fn flock_of_trait(ty: &str) -> Sentence {
    say("`#[flock]` applies to the type's own `impl`, not to a trait's")
        .help(format!("write `#[flock] impl {ty} {{ … }}`"))
}

pub(crate) fn flock_of_no_name() -> Sentence {
    say("a flock's state is a struct or an enum of this module")
        .help("write its name alone, as in `#[flock] impl Approval { … }`")
}

pub(crate) fn no_run(name: &str) -> Sentence {
    say(format!("flock `{name}` has no method to run")).help(
        "mark one: `#[run] async fn run(ctx: FlockContext<Self>, draft: String) -> Result<String>`",
    )
}

pub(crate) fn run_unmarked(flock: &str, method: &str) -> Sentence {
    say(format!("flock `{flock}` has no method to run")).help(format!(
        "if it is `{method}`, write `#[run]` above `async fn {method}`"
    ))
}

pub(crate) fn run_twice(name: &str) -> Sentence {
    say(format!("flock `{name}` has two methods to run")).help("keep one `#[run]`")
}

pub(crate) fn run_takes_self() -> Sentence {
    say("the method to run cannot borrow the state: it would keep it from the handlers").help(
        "write `ctx: FlockContext<Self>`, and use `ctx.state(|state| …)` and `ctx.state_mut(|state| …)`",
    )
}

pub(crate) fn run_without_context(name: &str) -> Sentence {
    say(format!("`{name}` must take a `FlockContext<Self>` first")).help(format!(
        "write `async fn {name}(ctx: FlockContext<Self>, …)`: it is how a flock runs agents and reaches its state"
    ))
}

pub(crate) fn run_has_no_options() -> Sentence {
    say("`#[run]` takes no options").help("put those of the flock into `#[flock(…)]`")
}
