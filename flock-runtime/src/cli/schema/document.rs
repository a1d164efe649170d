//! What a JSON Schema says about the fields of an input or output, as far as text needs it.

use schemars::Schema;
use serde::Serialize;
use serde_json::{Value, json};

use super::{node::Node, takes::Takes};

/// A flock's input or output.
pub(crate) struct Document(Value);

/// A named value in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Property {
    pub(crate) name: String,
    /// What it takes, in words: `string`, `integer`, `list of string`, `one of low, high`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
    pub(crate) required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default: Option<Value>,
    #[serde(skip)]
    pub(crate) takes: Takes,
}

impl Document {
    pub(crate) fn new(schema: Schema) -> Self {
        Self(schema.to_value())
    }

    /// The fields, those that are required first and as they were declared; none when the value has
    /// no fields.
    pub(crate) fn properties(&self) -> Vec<Property> {
        let root = self.root();
        let fields = root.declared().into_iter();
        fields
            .map(|(name, schema)| {
                let takes = Takes::of(root.at(schema));
                Property {
                    name: name.clone(),
                    kind: takes.to_string(),
                    description: description(schema)
                        .or_else(|| description(root.at(schema).value))
                        .unwrap_or_default(),
                    required: root.requires(name),
                    default: schema.get("default").cloned(),
                    takes,
                }
            })
            .collect()
    }

    /// The value when nothing is said: an object without fields, or null where null is all there is.
    pub(crate) fn unsaid(&self) -> Option<Value> {
        match Takes::of(self.root()).types.as_slice() {
            [one] if one == "object" => Some(json!({})),
            [one] if one == "null" => Some(Value::Null),
            _ => None,
        }
    }

    /// Whether a value is an object whose fields have any names.
    pub(crate) fn is_open(&self) -> bool {
        let root = self.root();
        let open = match root.get("additionalProperties") {
            None | Some(Value::Bool(false)) => false,
            Some(_) => true,
        };
        open || root.value == &Value::Bool(true)
    }

    /// The same for programs: what the whole is, its fields, and the schema itself.
    pub(crate) fn summary(&self) -> Value {
        json!({ "type": self.kind(), "fields": self.properties(), "schema": self.0 })
    }

    /// What the whole value is, in words.
    pub(crate) fn kind(&self) -> String {
        match self.root().declared().is_empty() {
            true => Takes::of(self.root()).to_string(),
            // They are told one by one.
            false => "object".to_owned(),
        }
    }

    fn root(&self) -> Node<'_> {
        Node::root(&self.0)
    }
}

fn description(schema: &Value) -> Option<String> {
    Some(schema.get("description")?.as_str()?.to_owned())
}

/// The names and types of a map's entries, for lists of inputs: `topic: string, depth?: integer`.
pub(crate) fn signature(properties: &[Property], whole: &str) -> String {
    if properties.is_empty() {
        return whole.to_owned();
    }
    let field = |property: &Property| {
        let mark = if property.required { "" } else { "?" };
        format!("{}{mark}: {}", property.name, property.kind)
    };
    properties.iter().map(field).collect::<Vec<_>>().join(", ")
}
