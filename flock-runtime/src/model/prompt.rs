//! What a language model is told.

use std::fmt::Write;

use serde_json::Value;

use super::{Fault, ModelRequest};
use crate::agent::template;

impl ModelRequest {
    /// The user's message: by the agent's template, else what the fields mean, then the input as JSON.
    pub fn question(&self) -> String {
        if !self.template.is_empty() || !self.is_own(&self.input) {
            return self.further_question(&self.input);
        }
        let mut text = String::new();
        for field in self
            .inputs
            .iter()
            .filter(|field| !field.description.is_empty())
        {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "- `{}`: {}", field.name, field.description);
        }
        if !text.is_empty() {
            text.insert_str(0, "The input's fields:\n");
            text.push_str("\nThe input:\n");
        }
        let _ = write!(text, "{:#}", self.input);
        text
    }

    /// The user's message for a later input of a chat: by the template, else as JSON.
    pub fn further_question(&self, input: &Value) -> String {
        match self.template.is_empty() || !self.is_own(input) {
            true => format!("{input:#}"),
            false => template::filled(self.template, input, self.inputs.is_empty()),
        }
    }

    /// Whether it has the form that the agent takes: what was said before a hand-off may have another's.
    fn is_own(&self, input: &Value) -> bool {
        let mut needed = self.inputs.iter().filter(|field| !field.optional);
        needed.all(|field| input.get(field.name).is_some())
    }

    /// The system prompt for a model that is not held to the schema by its provider.
    #[cfg(feature = "models")]
    pub(super) fn instructions_with_schema(&self) -> String {
        let mut text = self.instructions.clone();
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let _ = write!(
            text,
            "Answer with one JSON object and nothing else. It must fit this JSON Schema:\n{}",
            self.schema.as_value()
        );
        text
    }
}

impl Fault {
    /// The user's message after an answer that did not fit.
    pub fn reproach(&self) -> String {
        format!(
            "That answer does not fit: {}. Answer again with the whole JSON object and nothing else.",
            self.problem
        )
    }
}
