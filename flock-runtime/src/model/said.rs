//! An answer as it comes, on its way to those who follow the run.

use std::sync::{Arc, Mutex, PoisonError};

use schemars::Schema;

use crate::agent::{context::AgentContext, stream::Saying};

/// Who hears an answer as it comes.
#[derive(Debug, Clone)]
pub(super) struct Listener {
    context: AgentContext,
    shown: Arc<Mutex<Shown>>,
}

impl Listener {
    /// Of an attempt, whose answers have this form.
    pub(super) fn new(context: &AgentContext, schema: &Schema) -> Self {
        Self {
            context: context.clone(),
            shown: Arc::new(Mutex::new(Shown::of(schema))),
        }
    }

    pub(super) fn is_heard(&self) -> bool {
        self.context.is_heard()
    }

    pub(super) fn say(&self, text: &str) {
        let text = self.shown(|shown| shown.next(text));
        self.context.stream(text);
    }

    pub(super) fn begin_call(&self, tool: &str) {
        if !self.is_heard() {
            return;
        }
        self.context.say(Saying::Call(tool));
    }

    /// What was said until now is no part of the answer.
    pub(super) fn begin_anew(&self) {
        self.shown(Shown::begin_anew);
        if self.is_heard() {
            self.context.say(Saying::Anew);
        }
    }

    fn shown<T>(&self, change: impl FnOnce(&mut Shown) -> T) -> T {
        change(&mut self.shown.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What of an answer is shown: where it is an object of one string, that string; else all of it, as it is.
#[derive(Debug)]
struct Shown {
    only: Option<String>,
    at: At,
    /// What has come and cannot be judged yet.
    pending: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Nothing is known of what comes.
    Begin,
    /// In the only field's text.
    Text,
    /// After it.
    End,
    /// In something else.
    Raw,
}

impl Shown {
    fn of(schema: &Schema) -> Self {
        let mut shown = Self {
            only: only_text(schema),
            at: At::Begin,
            pending: String::new(),
        };
        shown.begin_anew();
        shown
    }

    fn begin_anew(&mut self) {
        self.pending.clear();
        self.at = match self.only {
            Some(_) => At::Begin,
            None => At::Raw,
        };
    }

    /// What is shown once `text` has come.
    fn next(&mut self, text: &str) -> String {
        if self.at == At::End {
            return String::new();
        }
        self.pending.push_str(text);
        if self.at == At::Begin {
            match begin(&self.pending, self.only.as_deref().unwrap_or_default()) {
                Some(Ok(begin)) => {
                    self.pending.drain(..begin);
                    self.at = At::Text;
                }
                Some(Err(NotSo)) => self.at = At::Raw,
                None => return String::new(),
            }
        }
        match self.at {
            At::Text => self.text(),
            _ => std::mem::take(&mut self.pending),
        }
    }

    /// What has come of the text, up to its closing quote.
    fn text(&mut self) -> String {
        let mut shown = String::new();
        let mut rest = self.pending.as_str();
        while let Some(at) = rest.find(['"', '\\']) {
            shown.push_str(&rest[..at]);
            rest = &rest[at..];
            if rest.starts_with('"') {
                self.at = At::End;
                rest = "";
                break;
            }
            let Some(length) = escape(rest) else {
                break;
            };
            let (escaped, after) = rest.split_at(length);
            // What is no escape of JSON's the answer will be refused for.
            shown += &serde_json::from_str::<String>(&format!("\"{escaped}\"")).unwrap_or_default();
            rest = after;
        }
        if !rest.starts_with('\\') {
            shown.push_str(rest);
            rest = "";
        }
        self.pending = rest.to_owned();
        shown
    }
}

/// It is not what was expected.
struct NotSo;

/// Where the text of the field `name` begins in `{"name": "text"}`; none as long as that cannot be told.
fn begin(json: &str, name: &str) -> Option<Result<usize, NotSo>> {
    let key = format!("\"{name}\"");
    let mut rest = json;
    for token in ["{", key.as_str(), ":", "\""] {
        rest = rest.trim_start();
        match rest.strip_prefix(token) {
            Some(after) => rest = after,
            None if token.starts_with(rest) => return None,
            None => return Some(Err(NotSo)),
        }
    }
    Some(Ok(json.len() - rest.len()))
}

/// The length of the escape that `text` begins with, once all of it is there: two escapes for what is
/// beyond UTF-16's first plane.
fn escape(text: &str) -> Option<usize> {
    let one = |text: &str| {
        let length = match text.as_bytes().get(1)? {
            b'u' => 6,
            _ => 1 + text[1..].chars().next()?.len_utf8(),
        };
        text.is_char_boundary(length).then_some(length)
    };
    let first = one(text).filter(|length| *length <= text.len())?;
    let is_half = matches!(
        text.as_bytes().get(2..4),
        Some([b'd' | b'D', b'8' | b'9' | b'a' | b'b' | b'A' | b'B'])
    );
    match first == 6 && is_half {
        true => Some(first + one(&text[first..]).filter(|length| first + length <= text.len())?),
        false => Some(first),
    }
}

/// The only field of an object, where it is a string.
fn only_text(schema: &Schema) -> Option<String> {
    let properties = schema.get("properties")?.as_object()?;
    let mut properties = properties.iter();
    let (name, property) = properties.next()?;
    let is_text = property.get("type").is_some_and(|kind| kind == "string");
    (is_text && properties.next().is_none()).then(|| name.clone())
}

#[cfg(test)]
mod tests {
    use schemars::json_schema;

    use super::*;

    fn shown(only: bool, pieces: &[&str]) -> Vec<String> {
        let schema = match only {
            true => json_schema!({ "properties": { "story": { "type": "string" } } }),
            false => json_schema!({ "properties": { "stories": { "type": "array" } } }),
        };
        let mut shown = Shown::of(&schema);
        pieces.iter().map(|piece| shown.next(piece)).collect()
    }

    #[test]
    fn of_an_object_of_one_text_the_text_is_shown() {
        let pieces = [
            "{\"st",
            "ory\" :",
            " \"Once",
            " upon \\\"a",
            "\\",
            "n\\u00",
            "e4\\ud83d\\ude0",
            "0.\"",
            "}",
        ];
        let wanted = ["", "", "Once", " upon \"a", "", "\n", "ä", "😀.", ""];
        assert_eq!(shown(true, &pieces), wanted);
        assert_eq!(shown(true, &["{\"story\": \"\"}", "more"]), ["", ""]);
    }

    #[test]
    fn anything_else_is_shown_as_it_is() {
        let pieces = ["```json\n{\"story\":", " \"x\"}"];
        assert_eq!(shown(true, &pieces), pieces);
        let other = ["{ \"sto", "p\": 1}"];
        assert_eq!(shown(true, &other), ["", "{ \"stop\": 1}"]);
        let pieces = ["{\"sto", "ries\": []}"];
        assert_eq!(shown(false, &pieces), pieces);
    }

    #[test]
    fn what_is_no_json_harms_nobody() {
        let broken = ["{\"story\": \"\\", "ä\\uzzzz\\ud83dx\\u12", "äää"];
        let _ = shown(true, &broken);
        let _ = shown(true, &["{\"story\": \"\\ud83d\\", "u", "de00"]);
    }
}
