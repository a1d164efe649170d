//! What is said where attribute and function do not agree on what is taken and given.

use super::{Sentence, say};
use crate::role::Role;

pub(crate) fn own_name(name: &str, role: Role, item: &str) -> Sentence {
    say(format!(
        "`{name}` is the name of what {role} `{item}` takes, which holds its parameters"
    ))
    .help(match role {
        Role::Tool => format!("take yours whole, by `input = {name}`; or give it another name"),
        _ => format!("take yours whole: `#[{role}(input = {name})]`; or give it another name"),
    })
}

pub(crate) fn several_outputs(role: Role, output: &str) -> Sentence {
    say(format!(
        "{} that gives several values names them",
        role.one()
    ))
    .help(format!("add `{output}` to `#[{role}]`"))
}

pub(crate) fn input_without_parameter(field: &str, ty: &str, near: Option<&str>) -> Sentence {
    say(format!("input `{field}` has no parameter")).help(match near {
        Some(near) => format!("did you mean `{near}`, which the function takes?"),
        None => format!("add `{field}: {ty}` to the function's parameters"),
    })
}

pub(crate) fn parameter_without_input(field: &str, ty: &str) -> Sentence {
    say(format!("parameter `{field}` is not an input")).help(format!(
        "add `{field}: {ty}` to `input`, or leave `input` out"
    ))
}

pub(crate) fn types_differ(field: &str, declared: &str, taken: &str) -> Sentence {
    say(format!(
        "input `{field}` is `{declared}` in `input`, `{taken}` in the function"
    ))
    .help("write the same type in both, or leave `input` out: the parameters tell it")
}

pub(crate) fn one_parameter(ty: &str) -> Sentence {
    say(format!(
        "with `input = {ty}` the function takes that one value"
    ))
    .help(format!("write one parameter, `input: {ty}`"))
}

pub(crate) fn whole_type_differs(declared: &str, taken: &str) -> Sentence {
    say(format!(
        "the input is `{declared}` in `input`, `{taken}` in the function"
    ))
    .help(format!("write `{declared}` here, or `input = {taken}`"))
}
