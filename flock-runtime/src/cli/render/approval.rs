//! A request to a person, as people read it.

use std::time::SystemTime;

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
    text += &show::indented(&show::named(&request.payload));
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::value::media::Media;

    #[test]
    fn a_payload_is_shown_without_the_bytes_of_images() {
        let photo = Media::new("image/png", [7; 5_000]);
        for (payload, shown) in [
            (json!(photo), "  [image/png, 5 KB]\n"),
            (json!({ "it": photo }), "  it: [image/png, 5 KB]\n"),
            (json!({ "title": "Owls" }), "  title: Owls\n"),
            (json!("Owls"), "  Owls\n"),
        ] {
            let request = json!({ "id": "a-1", "name": "a", "payload": payload, "opened": 0.0, "deadline": null });
            let request: ApprovalRequest = serde_json::from_value(request).unwrap();
            assert_eq!(described(&request, []), shown);
        }
    }
}
