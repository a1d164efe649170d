//! What is said of the item under an attribute.

use super::{Sentence, say};
use crate::role::Role;

pub(crate) fn agent_elsewhere(keyword: &str) -> Sentence {
    let sentence = say("`#[agent]` applies to an `async fn` or a unit struct");
    match keyword {
        "impl" | "trait" | "mod" => sentence.help(format!(
            "put it above each free `async fn` that is an agent, outside of the `{keyword}`"
        )),
        _ => sentence.help(
            "put it above `async fn writer(topic: String) -> Result<String> { … }` or `struct Writer;`",
        ),
    }
}

pub(crate) fn flock_elsewhere() -> Sentence {
    say("`#[flock]` applies to an `async fn`, a unit struct, or the `impl` of a flock's state")
        .help(
            "put it above `async fn research(ctx: FlockContext, topic: String) -> Result<String> { … }`, \
             `struct Research;`, or `impl Approval { … }`",
        )
}

pub(crate) fn flock_type_elsewhere() -> Sentence {
    say("`#[flock_type]` applies to a struct or an enum")
        .help("put it above the type that agents are to take or give")
}

pub(crate) fn not_unit(role: Role, name: &str) -> Sentence {
    say(format!("{role} `{name}` must be a unit struct")).help(format!(
        "declare what it takes with `input(…)`, and write `struct {name};`"
    ))
}

pub(crate) fn state_of_flock(name: &str) -> Sentence {
    say(format!("flock `{name}` must be a unit struct")).help(format!(
        "if it is the state of a flock, put `#[flock]` on `impl {name} {{ … }}`; a declared flock \
         has none: `struct {name};`"
    ))
}

pub(crate) fn generic(role: Role, name: &str) -> Sentence {
    say(format!(
        "{role} `{name}` cannot be generic: a worker must know its types"
    ))
    .help("name the types that you need in place of the parameters")
}

pub(crate) fn lifetimes(role: Role, name: &str) -> Sentence {
    say(format!(
        "{role} `{name}` cannot have lifetimes: what travels to a worker is owned"
    ))
    .help("remove them: a `&'a str` becomes a `String`")
}

pub(crate) fn where_clause(role: Role, name: &str) -> Sentence {
    say(format!("{role} `{name}` cannot have a `where` clause")).help("remove it")
}

pub(crate) fn applied_twice(role: Role) -> Sentence {
    say(format!("`#[{role}]` is applied twice")).help("remove one")
}

/// For an item that is meant to be two things.
pub(crate) fn two_roles(role: Role, other: Role) -> Sentence {
    let (mut first, mut second) = (role, other);
    if role == Role::Flock {
        (first, second) = (other, role);
    }
    say(format!(
        "an item is {} or {}, not both",
        first.one(),
        second.one()
    ))
    .help(match second {
        Role::Flock => "remove one of the two attributes",
        _ => {
            "remove one of the two attributes: a flock can run a tool as well, by `ctx.run`, and an \
             agent be one of another's `tools` as it is"
        }
    })
}

pub(crate) fn signal_elsewhere() -> Sentence {
    say("`#[signal]` applies to a struct, or to a method in a `#[flock] impl`")
        .help("move it there, or put `#[flock]` on the `impl`")
}

pub(crate) fn signal_of_enum(name: &str, field: &str) -> Sentence {
    say("`#[signal]` applies to a struct, whose fields can be given by name").help(format!(
        "put `#[flock_type] #[derive(Debug, Clone)]` on the enum, and it into a struct: \
         `#[signal] struct {name}Signal {{ {field}: {name} }}`"
    ))
}

pub(crate) fn handler_elsewhere(word: &str) -> Sentence {
    say(format!(
        "`#[{word}]` applies to a method in a `#[flock] impl`"
    ))
    .help("move it there, or put `#[flock]` on the `impl`")
}
