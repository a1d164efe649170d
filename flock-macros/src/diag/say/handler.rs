//! What is said of a flock's handlers.

use super::{Sentence, list, looks_like, say};
use crate::role::Role;

pub(crate) fn conditional(name: &str) -> Sentence {
    say(format!("`{name}` cannot be left out by a `#[cfg]`: what a flock takes must not change with how it is built"))
        .help("put the `#[cfg]` into its body, or on the whole `impl`")
}

pub(crate) fn two_marks(name: &str) -> Sentence {
    say(format!("`{name}` can be one thing only")).help("keep one of its attributes")
}

pub(crate) fn handler_without_context(role: Role, name: &str) -> Sentence {
    say(format!("{role} `{name}` does not reach the flock's state"))
        .help("take `ctx: FlockContext<Self>` first")
}

pub(crate) fn handler_without_self(role: Role, name: &str) -> Sentence {
    say(format!("{role} `{name}` does not reach the flock's state")).help(match role.changes() {
        true => "take `&mut self`, or make it `async` and take `ctx: FlockContext<Self>`",
        false => "take `&self` first",
    })
}

pub(crate) fn read_only(role: Role, name: &str) -> Sentence {
    say(format!("{role} `{name}` cannot change the state")).help(match role {
        Role::Query => "take `&self`; what changes the state is an `#[update]`",
        _ => "take `&self`",
    })
}

pub(crate) fn self_by_value(role: Role, name: &str) -> Sentence {
    say(format!("{role} `{name}` cannot take the state away")).help("take `&self` or `&mut self`")
}

pub(crate) fn cannot_wait(role: Role, name: &str) -> Sentence {
    say(format!(
        "{role} `{name}` cannot be `async`: it answers at once, from the state"
    ))
    .help("remove `async`")
}

pub(crate) fn self_while_waiting(role: Role, name: &str) -> Sentence {
    say(format!(
        "{role} `{name}` cannot borrow the state while it waits"
    ))
    .help("take `ctx: FlockContext<Self>` in place of `self`, or remove `async`")
}

pub(crate) fn context_beside_self(role: Role, name: &str) -> Sentence {
    say(format!(
        "{role} `{name}` takes the state or a context, not both"
    ))
    .help("make it `async` and take `ctx: FlockContext<Self>` alone, or leave the context out")
}

pub(crate) fn signal_returns(name: &str) -> Sentence {
    say(format!("signal `{name}` gives nothing back"))
        .help("remove the return type, or make it an `#[update]`")
}

pub(crate) fn query_returns_nothing(name: &str) -> Sentence {
    say(format!("query `{name}` answers nothing")).help("add `-> String`, or what it answers")
}

pub(crate) fn validator_of_nothing() -> Sentence {
    say("`#[validate]` names the update it is for").help("write `#[validate(edit)]`")
}

pub(crate) fn no_such_update(name: &str, known: &[&str]) -> Sentence {
    let there = match known {
        [] => "the flock has none".to_owned(),
        known => format!("the updates are {}", list(known)),
    };
    say(format!("there is no update `{name}`")).help(looks_like(name, known, there))
}

pub(crate) fn validated_twice(name: &str) -> Sentence {
    say(format!("update `{name}` has two validators")).help("check everything in one")
}

pub(crate) fn validator_parameter(parameter: &str, update: &str, known: &[&str]) -> Sentence {
    let takes = match known {
        [] => "takes nothing".to_owned(),
        known => format!("takes {}", list(known)),
    };
    say(format!(
        "`{parameter}` is no parameter of update `{update}`"
    ))
    .help(format!("`{update}` {takes}"))
}

pub(crate) fn two_handlers(role: Role, name: &str) -> Sentence {
    say(format!("two {role} handlers are named `{name}`"))
        .help("rename one, or give it `name = \"…\"`")
}

pub(crate) fn built_in(role: Role, name: &str) -> Sentence {
    say(format!("every flock has the {role} `{name}` already"))
        .help("rename the handler, or give it `name = \"…\"`")
}

pub(crate) fn reserved(role: Role, name: &str) -> Sentence {
    say(format!(
        "the {role} `{name}` has a name of Temporal's own: they begin with `__temporal_`"
    ))
    .help("give it another name")
}
