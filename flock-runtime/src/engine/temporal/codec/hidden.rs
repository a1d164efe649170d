//! What a failure says, in whose place the server sees nothing where values are encrypted.

use std::borrow::Cow;

use temporalio_common::protos::temporal::api::failure::v1::Failure;

use super::Fault;
use crate::{engine::temporal::wire, value::payload::Payload};

/// Stands for the text of a failure that is encrypted, as in all of Temporal's SDKs.
pub(in crate::engine::temporal) const HIDDEN: &str = "Encoded failure";

/// Puts what a failure says where it is encrypted.
pub(in crate::engine::temporal) fn hide(failure: &mut Failure) {
    let said = serde_json::json!({
        "message": std::mem::replace(&mut failure.message, HIDDEN.to_owned()),
        "stack_trace": std::mem::take(&mut failure.stack_trace),
    });
    failure.encoded_attributes = Some(wire::write(&Payload::from_json(said.to_string())));
    if let Some(cause) = &mut failure.cause {
        hide(cause);
    }
}

/// A failure with what it says where it was, once its values are open; or what keeps it from being read.
pub(in crate::engine::temporal) fn shown(failure: &Failure) -> Result<Cow<'_, Failure>, Fault> {
    let is_hidden = |mut failure: &Failure| {
        loop {
            if failure.encoded_attributes.is_some() {
                return true;
            }
            match &failure.cause {
                Some(cause) => failure = cause,
                None => return false,
            }
        }
    };
    if !is_hidden(failure) {
        return Ok(Cow::Borrowed(failure));
    }
    let mut failure = failure.clone();
    show(&mut failure)?;
    Ok(Cow::Owned(failure))
}

fn show(failure: &mut Failure) -> Result<(), Fault> {
    if let Some(attributes) = failure.encoded_attributes.take() {
        if let Some(fault) = Fault::of(&attributes) {
            return Err(fault);
        }
        let said: Option<serde_json::Value> = serde_json::from_slice(&attributes.data).ok();
        let mut said = said.unwrap_or_default();
        let mut text = |key: &str| match said[key].take() {
            serde_json::Value::String(text) => Some(text),
            _ => None,
        };
        if let Some(message) = text("message") {
            failure.message = message;
            failure.stack_trace = text("stack_trace").unwrap_or_default();
        }
    }
    failure.cause.as_deref_mut().map_or(Ok(()), show)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_hidden_and_shown_with_all_beneath_it() {
        let failure = Failure {
            message: "outer".to_owned(),
            stack_trace: "at".to_owned(),
            cause: Some(Box::new(Failure {
                message: "inner".to_owned(),
                ..Failure::default()
            })),
            ..Failure::default()
        };
        let mut hidden = failure.clone();
        hide(&mut hidden);
        assert_eq!(hidden.message, "Encoded failure");
        assert_eq!(shown(&hidden).unwrap().into_owned(), failure);
        assert!(matches!(shown(&failure), Ok(Cow::Borrowed(_))));
    }
}
