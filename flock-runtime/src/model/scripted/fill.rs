//! Placeholders: `{{field}}` in an answer becomes that field of the input.

use serde_json::Value;

/// Fills every string in `answer`.
///
/// # Errors
/// The placeholder that is no field of `input`.
pub(super) fn fill(answer: Value, input: &Value) -> Result<Value, String> {
    Ok(match answer {
        Value::String(text) => Value::String(fill_text(&text, input)?),
        Value::Array(items) => {
            let items = items.into_iter().map(|item| fill(item, input));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => {
            let fields = fields
                .into_iter()
                .map(|(name, value)| Ok((name, fill(value, input)?)));
            Value::Object(fields.collect::<Result<_, String>>()?)
        }
        other => other,
    })
}

fn fill_text(text: &str, input: &Value) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else {
            break;
        };
        filled.push_str(before);
        match input.get(name.trim()) {
            Some(Value::String(text)) => filled.push_str(text),
            Some(other) => filled.push_str(&other.to_string()),
            None => return Err(name.trim().to_owned()),
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}
