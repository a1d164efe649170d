//! What is said of types that cannot travel, or are none.

use super::{Sentence, say};

pub(crate) fn not_a_type(written: &str) -> Sentence {
    let sentence = say(format!("`{written}` is not a type"));
    let count = |c| written.matches(c).count();
    match count('<') > count('>') {
        true => sentence.help(format!("write `{written}>`")),
        false => {
            sentence.help("types are written as in Rust: `String`, `Vec<String>`, `Option<u8>`")
        }
    }
}

pub(crate) fn python_type(written: &str, rust: &str) -> Sentence {
    match written {
        "str" => say("`str` is not owned").help("write `String`"),
        _ => say(format!("`{written}` is not a Rust type")).help(format!("write `{rust}`")),
    }
}

pub(crate) fn borrowed(owned: &str, written: &str) -> Sentence {
    say(format!(
        "`{written}` is borrowed, but what travels to a worker is owned"
    ))
    .help(match owned {
        "()" => "name a type that holds the value".to_owned(),
        _ => format!("write `{owned}`"),
    })
}

pub(crate) fn unsized_type(written: &str, owned: &str) -> Sentence {
    say(format!("`{written}` is not owned")).help(format!("write `{owned}`"))
}

pub(crate) fn one_thread(written: &str, meant: &str) -> Sentence {
    say(format!(
        "`{written}` stays in its thread, but what travels to a worker goes from one to another"
    ))
    .help(format!("write `{meant}`"))
}

pub(crate) fn unnamed_type(written: &str) -> Sentence {
    say(format!("`{written}` is no named type"))
        .help("a worker must know what it decodes: name the type, such as `String`")
}

pub(crate) fn inferred_type() -> Sentence {
    say("the type cannot be left to the compiler here").help("name the type, such as `String`")
}

pub(crate) fn two_names(field: &str, written: &str, read: &str) -> Sentence {
    say(format!(
        "`{field}` is written as `{written}` and read as `{read}`"
    ))
    .help(format!(
        "what travels is written and read again: give it one name, or add `alias = \"{written}\"`"
    ))
}

pub(crate) fn lost_when_written(field: &str) -> Sentence {
    say(format!(
        "`{field}` may be left out where it is written, but not where it is read"
    ))
    .help("what travels is written and read again: add `default`")
}
