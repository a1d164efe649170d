//! A request to a person, as people read it.

use std::time::SystemTime;

use serde_json::Value;

use super::show;
use crate::flock::approval::request::ApprovalRequest;

/// What a request says, for people; `more` goes to its end.
pub(crate) fn described(
    request: &ApprovalRequest,
    more: impl IntoIterator<Item = [String; 2]>,
) -> String {
    let mut text = String::new();
    if !request.description.is_empty() {
        text += &format!("{}\n", request.description);
    }
    text += &match &request.payload {
        Value::Object(fields) => show::indented(&show::fields(fields)),
        other => show::indented(&show::result(other)),
    };
    let mut rows = Vec::new();
    let mut row = |name: &str, value: String| rows.push([name.to_owned(), value]);
    if !request.options.is_empty() {
        row("options", request.options.join(", "));
    }
    if !request.by.is_empty() {
        row("who", request.by.join(", "));
    }
    if let Some(deadline) = request.deadline {
        let left = deadline.duration_since(SystemTime::now());
        let left = left.map_or("now".into(), |left| format!("in {}", show::span(left)));
        let then = match &request.on_timeout {
            Some(answer) => format!("the answer is {answer}"),
            None => "it fails with a timeout".into(),
        };
        row("deadline", format!("{left}; then {then}"));
    }
    rows.extend(more);
    text + &show::rows(&rows)
}
