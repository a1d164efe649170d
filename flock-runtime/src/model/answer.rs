//! The form an answer must have, and reading one.

use schemars::{Schema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::check::check;
use crate::{
    agent::{
        hand_off::{CHOICE, HandOffDescriptor, HandOffRule},
        tool::VALUE,
    },
    error::Result,
    value::{
        flock_type::{FlockType, Shape},
        payload::Payload,
    },
};

/// The form of an agent's answers.
pub(super) struct AnswerForm {
    pub(super) schema: Schema,
    pub(super) wrapped: bool,
    chooses: bool,
}

/// What an answer says.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) output: Payload,
    pub(super) hand_off: Option<String>,
}

impl AnswerForm {
    pub(super) fn of<O: FlockType>(hand_off: &HandOffDescriptor) -> Self {
        let wrapped = O::SHAPE == Shape::Value;
        let generator = SchemaSettings::default()
            .with(|settings| settings.meta_schema = None)
            .into_generator();
        let mut schema = generator.into_root_schema_for::<O>();
        if wrapped {
            schema.remove("title");
            schema = wrapping(schema);
        }
        let chooses = hand_off.rule == HandOffRule::Model;
        if chooses {
            add_choice(&mut schema, hand_off);
        }
        Self {
            schema,
            wrapped,
            chooses,
        }
    }

    /// Reads an answer, whose output is one that `read` takes, and as it writes it; the inner `Err` says what is wrong with it.
    ///
    /// # Errors
    /// When the schema itself is of no use.
    pub(super) fn read(
        &self,
        text: &str,
        read: fn(&Payload) -> Result<Payload>,
    ) -> Result<Result<Said, String>> {
        let mut answer = match parse(text) {
            Ok(answer) => answer,
            Err(problem) => return Ok(Err(problem)),
        };
        if let Some(problem) = check(&self.schema, &answer, "the answer")? {
            return Ok(Err(problem));
        }
        let mut hand_off = None;
        if self.chooses {
            match answer.remove(CHOICE) {
                Some(Value::String(name)) => hand_off = Some(name),
                _ => return Ok(Err(format!("field `{CHOICE}` must name who is next"))),
            }
        }
        let output = if self.wrapped {
            answer.remove(VALUE).unwrap_or_default()
        } else {
            Value::Object(answer)
        };
        // By way of text, as on any journey: what decodes here decodes in the flock.
        let output = Payload::encode(&output).and_then(|output| read(&output));
        Ok(match output {
            Ok(output) => Ok(Said { output, hand_off }),
            Err(fault) => Err(fault.message().to_owned()),
        })
    }
}

/// The schema of an object with one field, `value`, that has this one: of a value without field names.
pub(super) fn wrapping(mut value: Schema) -> Schema {
    let definitions = value.remove("$defs");
    let mut object = object_of(VALUE, value.to_value());
    if let Some(definitions) = definitions {
        object.insert("$defs".to_owned(), definitions);
    }
    object
}

fn object_of(name: &str, schema: Value) -> Schema {
    schemars::json_schema!({
        "type": "object",
        "properties": { name: schema },
        "required": [name],
        "additionalProperties": false,
    })
}

fn add_choice(schema: &mut Schema, hand_off: &HandOffDescriptor) {
    let mut description = "Who continues".to_owned();
    let mut names = hand_off.among.to_vec();
    if let Some(way) = hand_off.way_back {
        names.push(way.to);
        description = format!(
            "{description}; `{}` sends the work back for another round",
            way.to
        );
    }
    let schema = schema.ensure_object();
    if let Value::Object(properties) = schema.entry("properties").or_insert_with(|| json!({})) {
        let choice = json!({ "type": "string", "enum": names, "description": description });
        properties.insert(CHOICE.to_owned(), choice);
    }
    if let Value::Array(required) = schema.entry("required").or_insert_with(|| json!([])) {
        required.push(json!(CHOICE));
    }
}

/// The object in `text`, which may be fenced as Markdown.
fn parse(text: &str) -> Result<Map<String, Value>, String> {
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    let bare = fenced(text).unwrap_or(text).trim();
    match serde_json::from_str(bare) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => Err(format!("it is {}, not a JSON object", kind_of(&other))),
        Err(fault) => Err(format!("it is not JSON: {fault}")),
    }
}

/// The inside of the Markdown fence that `text` begins with.
fn fenced(text: &str) -> Option<&str> {
    let (_language, inside) = text.trim().strip_prefix("```")?.split_once('\n')?;
    inside.rsplit_once("```").map(|(inside, _)| inside)
}

pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
