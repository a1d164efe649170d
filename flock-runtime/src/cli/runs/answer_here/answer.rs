//! What a line says in answer to a request, and as whom.

use serde_json::Value;

use crate::flock::approval::request::{Answer, ApprovalRequest};

/// The name of whoever sits here.
pub(super) fn user() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter();
    let mut names = names.filter_map(|name| std::env::var(name).ok());
    names.next().unwrap_or_default()
}

/// As whom a request is answered, where that need not be asked. Lines that are piped are answers, one
/// each, so there the first of those who may is taken, and said.
pub(super) fn known(request: &ApprovalRequest, user: &str, at_terminal: bool) -> Option<String> {
    match request.by.as_slice() {
        [] => None,
        by if by.iter().any(|one| one == user) => Some(user.to_owned()),
        // It is said in the question.
        [only] => Some(only.clone()),
        [first, ..] if !at_terminal => Some(first.clone()),
        _ => None,
    }
}

/// Who a line says it is.
pub(super) fn named(request: &ApprovalRequest, line: &str) -> Option<String> {
    let said = line.trim();
    let is_it = |one: &&String| {
        let role = one.strip_prefix("role:");
        **one == said || role.is_some_and(|role| role == said)
    };
    request.by.iter().find(is_it).cloned()
}

pub(super) fn question(request: &ApprovalRequest, who: Option<&str>) -> String {
    let who = match (who, request.by.as_slice()) {
        (None, []) => String::new(),
        (None, by) => return format!("who answers? one of {}", by.join(", ")),
        (Some(who), _) => format!("as {who}: "),
    };
    let how = match (&request.answer_schema, request.options.as_slice()) {
        (Some(_), _) => "answer, as JSON".to_owned(),
        (None, []) => "approve? y or n, and a comment if you like".to_owned(),
        (None, options) => format!("{} or n, and a comment if you like", options.join(", ")),
    };
    who + &how
}

/// What a line says, or how it is said right.
pub(super) fn read(request: &ApprovalRequest, line: &str) -> Result<Answer, String> {
    let line = line.trim();
    if let Some(schema) = &request.answer_schema {
        let text = || Value::String(line.to_owned());
        let answer = serde_json::from_str(line).unwrap_or_else(|_| text());
        return match line.is_empty() {
            true => Err(format!("an answer of this schema is wanted: {schema}")),
            false => Ok(Answer::value(&answer)),
        };
    }
    let chosen = request
        .options
        .iter()
        .filter_map(|option| Some((option, after(line, option)?)))
        // Of `now` and `now or never`, the one that says more.
        .max_by_key(|(option, _)| option.len());
    let said = |answer: Answer, comment: &str| match comment.trim() {
        "" => answer,
        comment => answer.comment(comment),
    };
    if let Some((option, comment)) = chosen {
        return Ok(said(Answer::approve().option(option), comment));
    }
    let (word, comment) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match word.to_lowercase().as_str() {
        "n" | "no" | "reject" => Ok(said(Answer::reject(), comment)),
        "y" | "yes" | "approve" if request.options.is_empty() => {
            Ok(said(Answer::approve(), comment))
        }
        _ if request.options.is_empty() => Err("begin with y or n".into()),
        _ => Err(format!(
            "begin with one of {}, or with n",
            request.options.join(", ")
        )),
    }
}

/// What follows `word` in `line`.
fn after<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(word)?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(options: &[&str], schema: Option<Value>) -> ApprovalRequest {
        serde_json::from_value(json!({
            "id": "publish-1",
            "name": "publish",
            "payload": null,
            "options": options,
            "opened": 0.0,
            "deadline": null,
            "answer_schema": schema,
        }))
        .unwrap()
    }

    fn said(request: &ApprovalRequest, line: &str) -> Result<Value, String> {
        let message = read(request, line)?.message("publish-1").unwrap();
        Ok(message.answer)
    }

    #[test]
    fn nobody_answers_as_somebody_else_unasked() {
        let mut open = request(&[], None);
        assert_eq!(known(&open, "eve", true), None);
        assert!(question(&open, None).starts_with("approve? "));
        open.by = vec!["lisa".into()];
        assert_eq!(known(&open, "eve", true).as_deref(), Some("lisa"));
        assert!(question(&open, Some("lisa")).starts_with("as lisa: approve? "));
        open.by = vec!["lisa".into(), "bob".into(), "role:editors".into()];
        assert_eq!(known(&open, "bob", true).as_deref(), Some("bob"));
        assert_eq!(known(&open, "eve", true), None);
        let asked = "who answers? one of lisa, bob, role:editors";
        assert_eq!(question(&open, None), asked);
        assert_eq!(named(&open, " bob ").as_deref(), Some("bob"));
        assert_eq!(named(&open, "editors").as_deref(), Some("role:editors"));
        assert_eq!(named(&open, "eve"), None);
        // Each piped line is an answer.
        assert_eq!(known(&open, "eve", false).as_deref(), Some("lisa"));
    }

    #[test]
    fn a_line_says_yes_or_no_and_why() {
        let plain = request(&[], None);
        assert_eq!(said(&plain, " Y "), Ok(json!({"approved": true})));
        assert_eq!(
            said(&plain, "no too long"),
            Ok(json!({"approved": false, "comment": "too long"}))
        );
        for line in ["", "perhaps", "yesterday"] {
            assert_eq!(said(&plain, line), Err("begin with y or n".into()));
        }
    }

    #[test]
    fn a_line_chooses_an_option() {
        let offered = request(&["now", "now or never", "no"], None);
        let chosen = |line| said(&offered, line).map(|answer| answer["option"].clone());
        assert_eq!(chosen("now"), Ok(json!("now")));
        assert_eq!(chosen("now or never, please"), Ok(json!("now")));
        assert_eq!(chosen("now or never please"), Ok(json!("now or never")));
        assert_eq!(chosen("no"), Ok(json!("no")));
        assert_eq!(said(&offered, "reject"), Ok(json!({"approved": false})));
        assert_eq!(
            chosen("y"),
            Err("begin with one of now, now or never, no, or with n".into())
        );
    }

    #[test]
    fn a_line_is_json_where_another_answer_is_wanted() {
        let typed = request(&[], Some(json!({"type": "string"})));
        assert_eq!(said(&typed, "Good"), Ok(json!("Good")));
        assert_eq!(said(&typed, r#"{"stars": 3}"#), Ok(json!({"stars": 3})));
        assert!(said(&typed, "").unwrap_err().contains("string"));
    }
}
