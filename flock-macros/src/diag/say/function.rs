//! What is said of a function's signature.

use super::{Sentence, say};
use crate::role::Role;

pub(crate) fn not_async(role: Role, name: &str) -> Sentence {
    say(format!("{role} `{name}` must be `async`")).help(format!("write `async fn {name}`"))
}

pub(crate) fn modifier(role: Role, name: &str, modifier: &str) -> Sentence {
    say(format!("{role} `{name}` cannot be `{modifier}`")).help(match modifier {
        "unsafe" => "remove it, and put the body in an `unsafe { … }` block".to_owned(),
        _ => format!("write `async fn {name}`"),
    })
}

pub(crate) fn abi(role: Role, name: &str) -> Sentence {
    say(format!("{role} `{name}` cannot have an ABI")).help("remove `extern`")
}

pub(crate) fn variadic(role: Role, name: &str) -> Sentence {
    say(format!("{role} `{name}` cannot be variadic")).help("take a `Vec<…>`")
}

pub(crate) fn receiver(role: Role, name: &str) -> Sentence {
    say(format!("{role} `{name}` cannot take `self`")).help(match role {
        Role::Agent | Role::Tool => "use a free function, and share state with `State<T>`",
        _ => "use a free function",
    })
}

pub(crate) fn no_body(role: Role, name: &str) -> Sentence {
    say(format!("{role} `{name}` needs a body")).help(match role {
        Role::Agent | Role::Tool => {
            "write the free function that does its work: `async fn … { … }`, not in a trait"
        }
        _ => "write the free function that runs its agents: `async fn … { … }`, not in a trait",
    })
}

pub(crate) fn extractor(found: &str) -> Sentence {
    say(format!("`{found}(…)` cannot take a parameter apart"))
        .help("only `State(db): State<…>` can; an input is a name and a type: `topic: String`")
}

pub(crate) fn by_value(written: &str, meant: &str) -> Sentence {
    say(format!("`{meant}` is taken by value, not as `{written}`")).help(format!("write `{meant}`"))
}

pub(crate) fn of_impl(role: Role, name: &str) -> Sentence {
    say(format!("{role} `{name}` must be a free function"))
        .help("move it out of the `impl` or `trait`, and name the type in place of `Self`")
}

pub(crate) fn configured_parameter(role: Role) -> Sentence {
    say("a parameter cannot come and go by `#[cfg]`").help(match role.runs() {
        true => format!("write the {role} twice, and `#[cfg]` above each"),
        false => "put the `#[cfg]` into its body, or on the whole `impl`".to_owned(),
    })
}

pub(crate) fn pattern() -> Sentence {
    say("an input needs a name").help("write `topic: …`, and take it apart in the body")
}

pub(crate) fn context_not_first(context: &str) -> Sentence {
    say(format!("`{context}` must come first")).help(format!(
        "make it the first parameter: `(ctx: {context}, …)`"
    ))
}

pub(crate) fn two_contexts(role: Role, name: &str, context: &str) -> Sentence {
    say(format!("{role} `{name}` takes one `{context}`")).help("remove the second")
}

pub(crate) fn context_of_state(found: &str) -> Sentence {
    say(format!("`{found}` does not reach the state of this flock"))
        .help("write `FlockContext<Self>`")
}

pub(crate) fn context_without_state(found: &str) -> Sentence {
    say(format!("a flock on a function has no state for a `{found}`"))
        .help("write `FlockContext`, or put `#[flock]` on the `impl` of the type and `#[run]` on the function in it")
}

pub(crate) fn wrong_context(role: Role, context: &str, found: &str) -> Sentence {
    say(format!("{role}s take `{context}`, not `{found}`")).help(format!("write `{context}`"))
}

pub(crate) fn no_flock_context(name: &str) -> Sentence {
    say(format!("flock `{name}` must take a `FlockContext` first")).help(format!(
        "write `async fn {name}(ctx: FlockContext, …)`: it is how a flock runs agents"
    ))
}

pub(crate) fn state_in_flock() -> Sentence {
    say("a flock takes no `State<T>`: its body must do the same when it is replayed")
        .help("take it in an agent")
}

pub(crate) fn state_after_input() -> Sentence {
    say("`State<T>` must come before the inputs")
        .help("the order is `AgentContext`, `State<T>`, inputs")
}

pub(crate) fn no_result(role: Role, name: &str) -> Sentence {
    say(format!("{role} `{name}` must return `Result<_>`"))
        .help("add `-> Result<String>`, or `-> Result<()>` when it gives nothing")
}

pub(crate) fn not_a_result(role: Role, found: &str, value: &str) -> Sentence {
    say(format!("{role}s return `Result<_>`, not `{found}`"))
        .help(format!("write `-> Result<{value}>`"))
}
