//! What a run asks of people, as a question of the protocol, and its answer.

use rmcp::model::{ElicitRequest, ElicitRequestParams, ElicitationSchema, InputRequest};
use serde_json::{Map, Value, json};

use crate::flock::approval::{Answer, ApprovalRequest, RESOLVE, Resolution};

/// The question; none for what only certain people may answer, of whom this server knows nothing, or what has
/// no form that the protocol can ask.
pub(super) fn question(request: &ApprovalRequest) -> Option<InputRequest> {
    if !request.by.is_empty() {
        return None;
    }
    let schema: ElicitationSchema = serde_json::from_value(form(request)?).ok()?;
    let params = ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: message(request),
        requested_schema: schema,
    };
    Some(InputRequest::Elicitation(ElicitRequest::new(params)))
}

fn message(request: &ApprovalRequest) -> String {
    let what = match request.description.as_str() {
        "" => request.name.clone(),
        said => said.to_owned(),
    };
    match &request.payload {
        Value::Null => what,
        Value::String(text) => format!("{what}\n\n{text}"),
        other => format!("{what}\n\n{other:#}"),
    }
}

fn form(request: &ApprovalRequest) -> Option<Value> {
    let about = |text: &str| json!({ "type": "string", "description": text });
    if request.name.starts_with(RESOLVE) {
        return Some(json!({
            "type": "object",
            "properties": {
                "outcome": { "type": "string", "enum": ["done", "run", "give_up"] },
                "result": about("Where it was done: what it gave, as JSON"),
            },
            "required": ["outcome"],
        }));
    }
    let Some(schema) = &request.answer_schema else {
        let mut properties = json!({
            "approved": { "type": "boolean" },
            "comment": about("What there is to say about it"),
        });
        if !request.options.is_empty() {
            properties["option"] = json!({ "type": "string", "enum": request.options });
        }
        return Some(
            json!({ "type": "object", "properties": properties, "required": ["approved"] }),
        );
    };
    let is_plain = |property: &Value| {
        let plain = ["string", "number", "integer", "boolean"];
        property
            .get("type")
            .and_then(Value::as_str)
            .is_some_and(|ty| plain.contains(&ty))
    };
    let properties = schema.get("properties")?.as_object()?;
    properties.values().all(is_plain).then(|| {
        let required = schema.get("required").cloned().unwrap_or_else(|| json!([]));
        json!({ "type": "object", "properties": properties, "required": required })
    })
}

/// The answer that a client's response is; none where it leaves the question open.
///
/// # Errors
/// What is wrong with it.
pub(super) fn answer(
    request: &ApprovalRequest,
    response: &Value,
) -> Result<Option<Answer>, String> {
    let content = response
        .get("content")
        .cloned()
        .unwrap_or_else(|| json!({}));
    let is_decision = request.answer_schema.is_none();
    match response.get("action").and_then(Value::as_str) {
        Some("accept") => {}
        Some("decline") if is_decision => return Ok(Some(Answer::reject())),
        Some("decline" | "cancel") => return Ok(None),
        _ => return Err("its `action` is none of `accept`, `decline` and `cancel`".to_owned()),
    }
    let text = |key: &str| content.get(key).and_then(Value::as_str);
    if request.name.starts_with(RESOLVE) {
        return Ok(Some(Answer::resolve(match text("outcome") {
            Some("done") => {
                let result = text("result").unwrap_or("null");
                let result = serde_json::from_str(result);
                Resolution::Done(result.map_err(|fault| format!("`result` is not JSON: {fault}"))?)
            }
            Some("run") => Resolution::Run,
            Some("give_up") => Resolution::GiveUp,
            _ => return Err("`outcome` is none of `done`, `run` and `give_up`".to_owned()),
        })));
    }
    if !is_decision {
        return Ok(Some(Answer::value(&content)));
    }
    let mut answer = match content.get("approved").and_then(Value::as_bool) {
        Some(true) => Answer::approve(),
        Some(false) => Answer::reject(),
        None => return Err("`approved` is neither true nor false".to_owned()),
    };
    if let Some(comment) = text("comment") {
        answer = answer.comment(comment);
    }
    if let Some(option) = text("option") {
        answer = answer.option(option);
    }
    Ok(Some(answer))
}

/// As part of the status of a run, for clients that know no tasks.
pub(super) fn told(requests: &[ApprovalRequest]) -> Value {
    let one = |request: &ApprovalRequest| {
        let fields = [
            ("id".to_owned(), json!(request.id)),
            ("asks".to_owned(), json!(message(request))),
        ];
        Value::Object(Map::from_iter(fields))
    };
    requests.iter().map(one).collect()
}
