//! What is said of defaults.

use super::{Sentence, say};
use crate::role::Role;

pub(crate) fn bad_default(field: &str) -> Sentence {
    say(format!("the default of `{field}` is not an expression"))
        .help("texts are quoted: `topic: String = \"Rust\"`; numbers are not: `depth: u8 = 2`")
}

pub(crate) fn no_default(field: &str) -> Sentence {
    say(format!("`{field}` has no default after `=`")).help(format!(
        "write it, as in `{field}: u8 = 2`, or remove the `=`"
    ))
}

pub(crate) fn default_differs(field: &str, ty: &str, found: &str, meant: &str) -> Sentence {
    say(format!(
        "the default of `{field}` is {found}, but its type is `{ty}`"
    ))
    .help(format!("write `{field}: {ty} = {meant}`"))
}

pub(crate) fn default_out_of_range(
    field: &str,
    ty: &str,
    value: &str,
    least: i128,
    most: i128,
) -> Sentence {
    say(format!(
        "the default of `{field}` is {value}, which a `{ty}` does not hold"
    ))
    .help(format!(
        "write one from {least} to {most}, or take a larger type"
    ))
}

pub(crate) fn default_of_option(field: &str, inner: &str, value: &str) -> Sentence {
    say(format!("the default of `{field}` is no `Option<{inner}>`")).help(format!(
        "write `{field}: {inner} = {value}`, which may be left out too, or `= Some({value})`"
    ))
}

pub(crate) fn default_none(field: &str, ty: &str) -> Sentence {
    say(format!("`None` is no default for a `{ty}`")).help(format!(
        "write `{field}: Option<{ty}>`, which may be left out"
    ))
}

pub(crate) fn output_default(field: &str) -> Sentence {
    say(format!("output `{field}` cannot have a default"))
        .help("the agent gives it; make it an `Option` when it may be missing")
}

pub(crate) fn default_of_step(role: Role, parameter: &str, bare: &str, all: &str) -> Sentence {
    say(format!(
        "the default of `{parameter}` belongs in the attribute: parameters have none in Rust"
    ))
    .help(match role {
        Role::Tool => format!("add `input({all})` to `#[tool]`, and write `{bare}` here"),
        _ => format!("write `#[{role}(input({all}))]`, and `{bare}` here"),
    })
}

pub(crate) fn default_beside_input(parameter: &str, bare: &str, written: &str) -> Sentence {
    say(format!(
        "the default of `{parameter}` belongs in `input`: parameters have none in Rust"
    ))
    .help(format!("write `{written}` there, and `{bare}` here"))
}

pub(crate) fn default_of_flock(parameter: &str, ty: &str, value: &str) -> Sentence {
    say(format!(
        "`{parameter}` cannot have a default: parameters have none in Rust"
    ))
    .help(format!(
        "take `{parameter}: Option<{ty}>`, which may be left out, and write \
         `{parameter}.unwrap_or({value})` in the body"
    ))
}
