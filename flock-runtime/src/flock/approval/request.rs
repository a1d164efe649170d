//! Requests to people: what is asked, and how it is answered.

use std::time::SystemTime;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Extension, Resolution};
use crate::{
    error::Result,
    text::time,
    value::{
        flock_type::{Field, FlockType, Shape},
        payload::to_value,
    },
};

/// What a person decided about a request of [`FlockContext::approval`](crate::FlockContext::approval).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Decision {
    /// Whether it was approved.
    pub approved: bool,
    /// What was said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Who answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Which of the options that were offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
}

impl Decision {
    /// An approval: yes.
    pub fn approve() -> Self {
        Self {
            approved: true,
            ..Self::default()
        }
    }

    /// A rejection: no.
    pub fn reject() -> Self {
        Self::default()
    }

    /// Adds what there is to say about it.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// Chooses one of the options that were offered.
    #[must_use]
    pub fn option(mut self, option: impl Into<String>) -> Self {
        self.option = Some(option.into());
        self
    }
}

impl FlockType for Decision {
    const SHAPE: Shape = Shape::Fields(&[
        Field::new("approved", "bool").description("Whether it was approved."),
        Field::new("comment", "Option<String>")
            .description("What was said about it.")
            .optional(true),
        Field::new("by", "Option<String>")
            .description("Who answered.")
            .optional(true),
        Field::new("option", "Option<String>")
            .description("Which of the options that were offered.")
            .optional(true),
    ]);
}

/// An answer on its way to a flock: what was decided, and who did.
///
/// Who it was is taken on trust from the program that sends the answer: whoever may send updates to
/// the Temporal namespace may say any name. A program that serves several people checks who they
/// are before it says so here.
///
/// ```
/// use flock::Answer;
///
/// let answer = Answer::approve().comment("well written").by("ann").role("editors");
/// ```
#[derive(Debug, Clone)]
#[must_use = "an answer does nothing until it is sent"]
pub struct Answer {
    by: Option<String>,
    roles: Vec<String>,
    answer: Result<Value>,
}

impl Answer {
    /// An approval: yes.
    pub fn approve() -> Self {
        Self::value(&Decision::approve())
    }

    /// A rejection: no.
    pub fn reject() -> Self {
        Self::value(&Decision::reject())
    }

    /// An answer of the type that was asked for: a [`Decision`], or that of
    /// [`Approval::typed`](crate::context::Approval::typed).
    pub fn value(answer: &impl Serialize) -> Self {
        Self {
            by: None,
            roles: Vec::new(),
            answer: to_value(answer),
        }
    }

    /// What has become of a step that was begun and never ended.
    pub fn resolve(resolution: Resolution) -> Self {
        Self::value(&resolution)
    }

    /// By how much a budget is extended that is used up.
    pub fn extend(extension: Extension) -> Self {
        Self::value(&extension)
    }

    /// Who answers.
    pub fn by(mut self, name: impl Into<String>) -> Self {
        self.by = Some(name.into());
        self
    }

    /// A role of whoever answers; there may be several.
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.roles.push(role.into());
        self
    }

    /// Adds what there is to say about it, where the answer is a [`Decision`].
    pub fn comment(self, comment: impl Into<String>) -> Self {
        self.set("comment", comment.into())
    }

    /// Chooses one of the options that were offered, where the answer is a [`Decision`].
    pub fn option(self, option: impl Into<String>) -> Self {
        self.set("option", option.into())
    }

    fn set(mut self, field: &str, text: String) -> Self {
        if let Ok(Value::Object(fields)) = &mut self.answer {
            fields.insert(field.to_owned(), json!(text));
        }
        self
    }

    /// As the `answer` update takes it.
    pub(crate) fn message(self, id: &str) -> Result<AnswerMessage> {
        Ok(AnswerMessage {
            id: id.to_owned(),
            by: self.by,
            roles: self.roles,
            answer: self.answer?,
        })
    }
}

/// The built-in update `answer`: resolves an open request.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerMessage {
    /// The request's id, such as `publish-1`
    pub(crate) id: String,
    /// Who answers
    #[serde(default)]
    pub(crate) by: Option<String>,
    /// The roles of whoever answers
    #[serde(default)]
    pub(crate) roles: Vec<String>,
    /// The answer, of the type that was asked for
    pub(crate) answer: Value,
}

/// An open approval: a request that waits for a person's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApprovalRequest {
    /// Its id, unique in the run: the name and a number, such as `publish-1`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is asked, in words. Empty when nothing was said.
    #[serde(default)]
    pub description: String,
    /// Exactly what is to be approved.
    pub payload: Value,
    /// What an approval chooses among; empty when it is yes or no.
    #[serde(default)]
    pub options: Vec<String>,
    /// Who may answer: names, and roles as `role:editors`. Everybody when empty.
    #[serde(default)]
    pub by: Vec<String>,
    /// When it was opened. In JSON: seconds since the Unix epoch.
    #[serde(with = "time::moment")]
    pub opened: SystemTime,
    /// Until when an answer is taken. In JSON: seconds since the Unix epoch.
    #[serde(with = "time::optional_moment")]
    pub deadline: Option<SystemTime>,
    /// What is taken for the answer after the deadline; without it, the wait ends in a timeout.
    #[serde(default)]
    pub on_timeout: Option<Value>,
    /// The JSON Schema of the answer, where it is not a [`Decision`].
    #[serde(default)]
    pub answer_schema: Option<Value>,
}
