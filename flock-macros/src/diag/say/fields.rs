//! What is said of the fields that are taken and given.

use super::{Sentence, say};

pub(crate) fn fields_in_brackets(key: &str, meant: &str) -> Sentence {
    say(format!(
        "`{key}` takes its fields in parentheses or in quotes"
    ))
    .help(format!("write `{meant}`"))
}

pub(crate) fn takes_fields(key: &str) -> Sentence {
    say(format!("`{key}` takes fields or a type")).help(format!(
        "write `{key}(topic: String)`, `{key} = \"topic: String | what it is\"`, or `{key} = Ticket` \
         with a type marked `#[flock_type]`"
    ))
}

pub(crate) fn no_fields(key: &str) -> Sentence {
    say(format!("`{key}` declares no field")).help(match key {
        "output" => {
            "leave it out: a function gives what is in its `Result`, a struct gives a `String`"
        }
        _ => "leave it out when there is none",
    })
}

pub(crate) fn no_field_name(quoted: Option<&str>) -> Sentence {
    say("expected a field name").help(match quoted {
        Some(quoted) if quoted.contains(':') => {
            format!("between parentheses fields have no quotes: `({quoted})`")
        }
        Some(quoted) => format!("between parentheses fields have no quotes: `({quoted}: String)`"),
        None => "fields are written `topic: String`".to_owned(),
    })
}

pub(crate) fn quoted_fields(key: &str, fields: &str) -> Sentence {
    say("between parentheses fields have no quotes").help(format!(
        "in quotes they follow `=`: write `{key} = \"{fields}\"`"
    ))
}

pub(crate) fn quoted_type(key: &str, written: &str, ty: &str, name: &str) -> Sentence {
    let sentence = say(format!("`{written}` is a type, not the name of a field"));
    match ty.starts_with('(') {
        true => sentence.help(format!("name the value: `{key} = \"{name}: {ty}\"`")),
        false => sentence.help(format!(
            "write `{key} = {ty}`, or name the value: `{key} = \"{name}: {ty}\"`"
        )),
    }
}

pub(crate) fn field_modifier(word: &str) -> Sentence {
    say(format!("a field takes no `{word}`")).help("leave it out: `topic: String`")
}

pub(crate) fn hyphen(before: &str) -> Sentence {
    say("a field name has letters, digits and `_`")
        .help(format!("write `_` in place of `-`: `{before}_…`"))
}

pub(crate) fn no_type(field: &str) -> Sentence {
    say(format!("field `{field}` has no type")).help(format!("write `{field}: String`"))
}

pub(crate) fn missing_field_comma(before: &str) -> Sentence {
    say(format!("expected `,` after `{before}`")).help(format!("write `{before},`"))
}

pub(crate) fn description_in_tokens(field: &str) -> Sentence {
    say("between parentheses a description is a doc comment")
        .help(format!("write `/** what it is */ {field}`"))
}

pub(crate) fn text_field_end(field: &str) -> Sentence {
    say(format!("expected `:`, `|` or `,` after `{field}`"))
        .help("fields are written `topic: String | what it is`")
}

pub(crate) fn field_twice(field: &str) -> Sentence {
    say(format!("`{field}` is declared twice")).help("remove one, or give it another name")
}

pub(crate) fn keyword(word: &str) -> Sentence {
    say(format!("`{word}` is a keyword")).help(format!("write `r#{word}`"))
}

pub(crate) fn never_a_name(word: &str) -> Sentence {
    say(format!("`{word}` cannot name a field")).help("choose another name")
}

pub(crate) fn field_attribute() -> Sentence {
    say("a field takes a doc comment and no other attribute")
        .help("for more, write a type of your own and mark it `#[flock_type]`")
}

pub(crate) fn open_quote() -> Sentence {
    say("the description's closing `\"` is missing").help("add `\\\"` where the description ends")
}

pub(crate) fn unclear_comma(word: &str) -> Sentence {
    say(format!(
        "`, {word}:` may begin a field or belong to the description"
    ))
    .help("put the description in quotes: `topic: String | \\\"what, in short: this\\\"`, or reword it")
}
