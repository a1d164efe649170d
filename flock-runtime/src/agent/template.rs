//! Prompts that users write: a text with the input's fields in braces.
//!
//! In one `{topic}` stands for the field `topic`, `{{` and `}}` for braces. `#[agent]` has the compiler check it, in const
//! evaluation, so that it may be any constant: `include_str!("prompt.md")` too.

use serde_json::Value;

use super::{AgentDescriptor, AgentKind};
use crate::{
    text::sentence::{Message, distance},
    value::flock_type::{Field, Shape, fields, find},
};

/// What an input without fields is called.
const WHOLE: &[Field] = &[Field::new("input", "")];

/// Whether an agent's template names fields that its input, of this shape, has, and nothing else.
///
/// # Panics
/// When it does not: while compiling, as `#[agent]` calls it.
#[track_caller]
pub const fn template(agent: &AgentDescriptor, input: Shape) {
    if let AgentKind::Model(options) = agent.kind {
        check(options.template, fields(input, WHOLE));
    }
}

#[track_caller]
const fn check(template: &str, fields: &[Field]) {
    let mut rest = template;
    loop {
        rest = match next(rest) {
            Part::End(_) => return,
            Part::Text(_, after) => after,
            Part::Field(_, name, after) => {
                if find(fields, name).is_none() {
                    panic!("{}", no_field(name, fields).as_str());
                }
                after
            }
            Part::Open => panic!(
                "{}",
                Message::new()
                    .push("a `{` in the template has no `}`")
                    .help("close it: `{topic}`; or write `{{` for a brace")
                    .as_str()
            ),
            Part::Closed => panic!(
                "{}",
                Message::new()
                    .push("a `}` in the template has no `{`")
                    .help("write `}}` for a brace")
                    .as_str()
            ),
        };
    }
}

/// The template with what is in `input`, which is `whole` where it has no fields.
pub(crate) fn filled(template: &str, input: &Value, whole: bool) -> String {
    let mut text = String::new();
    let mut rest = template;
    loop {
        rest = match next(rest) {
            Part::Text(words, after) => {
                text += words;
                after
            }
            Part::Field(before, name, after) => {
                text += before;
                text += &match whole {
                    true => shown(input),
                    false => shown(&input[name]),
                };
                after
            }
            Part::End(words) => return text + words,
            // The compiler has looked.
            Part::Open | Part::Closed => return text + rest,
        };
    }
}

/// A text as it is, nothing where there is none, else JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => format!("{value:#}"),
        other => other.to_string(),
    }
}

/// What a template begins with.
enum Part<'a> {
    /// Words, with a brace at their end; and what follows.
    Text(&'a str, &'a str),
    /// Words, a field's name, and what follows.
    Field(&'a str, &'a str, &'a str),
    /// Nothing but words.
    End(&'a str),
    /// A brace that is not closed.
    Open,
    /// A brace that was not opened.
    Closed,
}

const fn next(template: &str) -> Part<'_> {
    let bytes = template.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let brace = bytes[at];
        if brace == b'{' || brace == b'}' {
            let (before, rest) = template.split_at(at);
            if at + 1 < bytes.len() && bytes[at + 1] == brace {
                let (words, _) = template.split_at(at + 1);
                let (_, after) = rest.split_at(2);
                return Part::Text(words, after);
            }
            if brace == b'}' {
                return Part::Closed;
            }
            let mut end = at + 1;
            while end < bytes.len() && bytes[end] != b'}' && bytes[end] != b'{' {
                end += 1;
            }
            if end == bytes.len() || bytes[end] == b'{' {
                return Part::Open;
            }
            let (_, name) = rest.split_at(1);
            let (name, after) = name.split_at(end - at - 1);
            let (_, after) = after.split_at(1);
            return Part::Field(before, name, after);
        }
        at += 1;
    }
    Part::End(template)
}

const fn no_field(name: &str, fields: &[Field]) -> Message {
    let message = Message::new()
        .push("the template names ")
        .code(name)
        .push(", which is no field of the input");
    let mut near = usize::MAX;
    let mut at = 0;
    while at < fields.len() {
        let far = distance(fields[at].name, name);
        if far * 2 <= name.len() && (near == usize::MAX || far < distance(fields[near].name, name))
        {
            near = at;
        }
        at += 1;
    }
    let mut message = match (near, fields.len()) {
        (_, 0) => {
            return message.help("the agent takes none: add `input(…)`, or write `{{` for a brace");
        }
        (usize::MAX, _) => message.help("its fields are "),
        (near, _) => message
            .help("did you mean ")
            .code(fields[near].name)
            .push("? its fields are "),
    };
    let mut at = 0;
    while at < fields.len() {
        if at > 0 {
            message = message.push(", ");
        }
        message = message.code(fields[at].name);
        at += 1;
    }
    message.push("; a brace is written `{{`")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_filled_in() {
        let input = json!({ "topic": "lighthouses", "words": 50, "tags": ["a"], "none": null });
        for (template, text) in [
            (
                "About {topic}, {words} words.",
                "About lighthouses, 50 words.",
            ),
            ("{topic}{topic}", "lighthouseslighthouses"),
            ("{tags}", "[\n  \"a\"\n]"),
            ("[{none}]", "[]"),
            ("{{\"a\": {words}}}", "{\"a\": 50}"),
            ("é{{}}ü", "é{}ü"),
            ("", ""),
        ] {
            assert_eq!(filled(template, &input, false), text, "{template}");
        }
        assert_eq!(filled("<{input}>", &json!("whole"), true), "<whole>");
    }

    #[test]
    fn what_a_field_holds_is_no_prompt() {
        let input = json!({ "topic": "{words} }} {{" });
        assert_eq!(filled("{topic}", &input, false), "{words} }} {{");
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let said = |template: &'static str, fields: &'static [Field]| {
            let told = std::panic::catch_unwind(|| check(template, fields)).unwrap_err();
            told.downcast_ref::<String>().unwrap().clone()
        };
        const FIELDS: &[Field] = &[Field::new("topic", "String"), Field::new("words", "u32")];
        check("{topic} {words} {{}}", FIELDS);
        for (template, part) in [
            (
                "{topci}",
                "`topci`, which is no field of the input\nhelp: did you mean `topic`?",
            ),
            (
                "{length}",
                "help: its fields are `topic`, `words`; a brace is written `{{`",
            ),
            ("{topic:?}", "`topic:?`"),
            ("{}", "names ``"),
            ("{topic", "has no `}`"),
            ("{to{pic}", "has no `}`"),
            ("topic}", "has no `{`"),
        ] {
            let told = said(template, FIELDS);
            assert!(told.contains(part), "{template}: {told}");
        }
        assert!(said("{topic}", &[]).contains("the agent takes none"));
    }
}
