//! Whether an answer, or a call's arguments, fit their schema.

use schemars::Schema;
use serde_json::{Map, Value};

use crate::error::Result;

/// What is wrong with `answer`, which is told as `whole`, if anything.
///
/// # Errors
/// When the schema itself is of no use.
#[cfg(feature = "models")]
pub(super) fn check(
    schema: &Schema,
    answer: &Map<String, Value>,
    whole: &str,
) -> Result<Option<String>> {
    use crate::error::Error;

    /// Faults named at once: enough to mend an answer, few enough to read.
    const MOST: usize = 5;

    let validator = jsonschema::validator_for(schema.as_value()).map_err(|fault| {
        Error::permanent(format!("the JSON Schema of {whole} is wrong: {fault}"))
            .with_type("BadSchema")
    })?;
    let answer = Value::Object(answer.clone());
    let problems: Vec<String> = validator
        .iter_errors(&answer)
        .take(MOST)
        .map(
            |fault| match fault.instance_path().as_str().trim_start_matches('/') {
                "" => fault.masked_with(whole).to_string(),
                path => format!(
                    "field `{}`: {}",
                    path.replace('/', "."),
                    fault.masked_with("the value")
                ),
            },
        )
        .collect();
    Ok((!problems.is_empty()).then(|| problems.join("; ")))
}

/// Without the validator, an answer is only decoded.
#[cfg(not(feature = "models"))]
#[allow(clippy::unnecessary_wraps, reason = "as with the validator")]
pub(super) fn check(_: &Schema, _: &Map<String, Value>, _: &str) -> Result<Option<String>> {
    Ok(None)
}
