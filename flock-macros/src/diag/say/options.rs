//! What is said of the list of options, whatever they are.

use super::{Sentence, list, looks_like, say, tool::EFFECTS};
use crate::role::Role;

pub(crate) fn unknown_option(key: &str, known: &[&str]) -> Sentence {
    let options = format!("the options are {}", list(known));
    say(format!("unknown option `{key}`")).help(looks_like(key, known, options))
}

/// For an option of `#[what]` that is known elsewhere.
pub(crate) fn other_place(key: &str, role: Role, place: &str) -> Sentence {
    say(format!("`{key}` is no option of `#[{role}]`")).help(format!("it belongs in `{place}`"))
}

pub(crate) fn set_twice(key: &str) -> Sentence {
    say(format!("`{key}` is set twice")).help("keep one of them")
}

pub(crate) fn missing_comma(next: &str) -> Sentence {
    say(format!("expected `,` before `{next}`")).help(format!("write `, {next}`"))
}

pub(crate) fn semicolon() -> Sentence {
    say("options are separated by `,`, not by `;`").help("write `,` here")
}

pub(crate) fn unexpected(found: &str) -> Sentence {
    say(format!("expected `,` and the next option, found `{found}`"))
        .help("write `,` here, or remove what is between the options")
}

pub(crate) fn no_key() -> Sentence {
    say("expected an option").help("options are written `timeout = \"30s\"`")
}

pub(crate) fn stray_comma() -> Sentence {
    say("expected an option before `,`").help("remove this `,`")
}

pub(crate) fn no_equals(key: &str, example: &str) -> Sentence {
    say(format!("expected `=` after `{key}`")).help(format!("write `{example}`"))
}

pub(crate) fn needs_value(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` needs a value")).help(match key {
        "effect" => EFFECTS.to_owned(),
        _ => format!("write `{example}`"),
    })
}

pub(crate) fn no_list(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes no list")).help(format!("write `{example}`"))
}

pub(crate) fn takes_list(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes a list in parentheses")).help(format!("write `{example}`"))
}

pub(crate) fn parentheses(key: &str) -> Sentence {
    say(format!("`{key}` takes parentheses")).help(format!("write `{key}(…)`"))
}

pub(crate) fn colon(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes `=`, not `:`")).help(format!("write `{example}`"))
}
