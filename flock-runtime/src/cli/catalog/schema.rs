//! What a JSON Schema says about the fields of an input or output, as far as text needs it.

use schemars::Schema;
use serde::Serialize;
use serde_json::{Value, json};

/// References are followed this far, so that a type within itself comes to an end.
const DEEPEST: usize = 16;

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

/// What values a schema lets through.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Takes {
    /// The names of the JSON types; empty is every type.
    pub(crate) types: Vec<String>,
    /// The texts that are allowed, where not every text is.
    pub(crate) words: Vec<String>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    /// What the items of a list are.
    items: Option<String>,
    /// The fields of objects, in words, a shape each; one that has none known is `object`.
    shapes: Vec<String>,
}

/// Types within types are told field by field so deep.
const TOLD: usize = 3;

impl Document {
    pub(crate) fn new(schema: Schema) -> Self {
        Self(schema.to_value())
    }

    /// The fields, those that are required first and as they were declared; none when the value has
    /// no fields.
    pub(crate) fn properties(&self) -> Vec<Property> {
        let root = self.resolve(&self.0);
        let Some(properties) = root.get("properties").and_then(Value::as_object) else {
            return Vec::new();
        };
        let required = root.get("required").and_then(Value::as_array);
        let place = |name: &str| required?.iter().position(|one| one == name);
        let property = |(name, schema): (&String, &Value)| {
            let takes = self.takes(schema);
            Property {
                name: name.clone(),
                kind: takes.to_string(),
                description: self.description(schema),
                required: place(name).is_some(),
                default: schema.get("default").cloned(),
                takes,
            }
        };
        let mut properties: Vec<_> = properties.iter().map(property).collect();
        properties.sort_by_key(|property| place(&property.name).unwrap_or(usize::MAX));
        properties
    }

    /// The value when nothing is said: an object without fields, or null where null is all there is.
    pub(crate) fn unsaid(&self) -> Option<Value> {
        let takes = self.takes(&self.0);
        match takes.types.as_slice() {
            [one] if one == "object" => Some(json!({})),
            [one] if one == "null" => Some(Value::Null),
            _ => None,
        }
    }

    /// Whether a value is an object whose fields have any names.
    pub(crate) fn is_open(&self) -> bool {
        let root = self.resolve(&self.0);
        let open = match root.get("additionalProperties") {
            None | Some(Value::Bool(false)) => false,
            Some(_) => true,
        };
        open || root == &Value::Bool(true)
    }

    /// The same for programs: what the whole is, its fields, and the schema itself.
    pub(crate) fn summary(&self) -> Value {
        json!({ "type": self.kind(), "fields": self.properties(), "schema": self.0 })
    }

    /// What the whole value is, in words.
    pub(crate) fn kind(&self) -> String {
        match self.properties().is_empty() {
            true => self.takes(&self.0).to_string(),
            // They are told one by one.
            false => "object".to_owned(),
        }
    }

    /// What the value `schema` describes may be.
    fn takes(&self, schema: &Value) -> Takes {
        let mut takes = Takes::default();
        if !self.collect(schema, &mut takes, 0) {
            takes.types.clear();
            takes.words.clear();
        }
        takes
    }

    /// Adds what `schema` lets through; `false` when that is everything.
    fn collect(&self, schema: &Value, takes: &mut Takes, depth: usize) -> bool {
        let Some(fields) = self.resolve(schema).as_object() else {
            return false;
        };
        if depth > DEEPEST {
            return false;
        }
        for either in ["anyOf", "oneOf"] {
            if let Some(ways) = fields.get(either).and_then(Value::as_array) {
                let mut known = true;
                for way in ways {
                    known &= self.collect(way, takes, depth + 1);
                }
                return known;
            }
        }
        if let Some([only]) = fields
            .get("allOf")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
        {
            return self.collect(only, takes, depth + 1);
        }
        let constants = match (fields.get("const"), fields.get("enum")) {
            (Some(one), _) => std::slice::from_ref(one),
            (None, Some(Value::Array(many))) => many,
            _ => &[],
        };
        if !constants.is_empty() {
            for constant in constants {
                takes.add(json_type(constant));
                if let Some(word) = constant.as_str() {
                    takes.words.push(word.to_owned());
                }
            }
            return true;
        }
        match fields.get("type") {
            Some(Value::String(one)) => takes.add(one),
            Some(Value::Array(many)) => many
                .iter()
                .filter_map(Value::as_str)
                .for_each(|one| takes.add(one)),
            _ => return false,
        }
        takes.minimum = fields
            .get("minimum")
            .and_then(Value::as_f64)
            .or(takes.minimum);
        takes.maximum = fields
            .get("maximum")
            .and_then(Value::as_f64)
            .or(takes.maximum);
        if takes.has("object") {
            let shape = self.shape(schema, depth);
            if !takes.shapes.contains(&shape) {
                takes.shapes.push(shape);
            }
        }
        if let Some(items) = fields.get("items") {
            let mut inner = Takes::default();
            if self.collect(items, &mut inner, depth + 1) {
                takes.items = Some(inner.to_string());
            }
        }
        true
    }

    /// `{city: string, days?: integer}`.
    fn shape(&self, schema: &Value, depth: usize) -> String {
        let schema = self.resolve(schema);
        let of = |schema: &Value| {
            let mut takes = Takes::default();
            match depth < TOLD && self.collect(schema, &mut takes, depth + 1) {
                true => takes.to_string(),
                false => "…".to_owned(),
            }
        };
        let fields = schema.get("properties").and_then(Value::as_object);
        let fields = fields.filter(|fields| !fields.is_empty());
        let Some(fields) = fields else {
            return match schema.get("additionalProperties") {
                Some(values @ Value::Object(_)) => format!("map of {}", of(values)),
                _ => "object".to_owned(),
            };
        };
        let required = schema.get("required").and_then(Value::as_array);
        let place = |name: &str| required?.iter().position(|one| one == name);
        let mut fields: Vec<_> = fields.iter().collect();
        fields.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
        let fields = fields.into_iter().map(|(name, schema)| {
            let mark = if place(name).is_some() { "" } else { "?" };
            format!("{name}{mark}: {}", of(schema))
        });
        format!("{{{}}}", Vec::from_iter(fields).join(", "))
    }

    /// The schema itself, or the one it refers to.
    fn resolve<'a>(&'a self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..DEEPEST {
            let target = schema.get("$ref").and_then(Value::as_str);
            match target.and_then(|target| self.0.pointer(target.strip_prefix('#')?)) {
                Some(found) => schema = found,
                None => break,
            }
        }
        schema
    }

    fn description(&self, schema: &Value) -> String {
        let own = |schema: &Value| Some(schema.get("description")?.as_str()?.to_owned());
        own(schema)
            .or_else(|| own(self.resolve(schema)))
            .unwrap_or_default()
    }
}

impl Takes {
    fn add(&mut self, kind: &str) {
        if !self.types.iter().any(|known| known == kind) {
            self.types.push(kind.to_owned());
        }
    }

    fn has(&self, kind: &str) -> bool {
        self.types.iter().any(|known| known == kind)
    }

    /// The value that `text` means here.
    ///
    /// Where a text is taken it stays one, unless other types are too and it reads as one of them.
    pub(crate) fn read(&self, text: &str) -> Result<Value, String> {
        let any = self.types.is_empty();
        let takes_text = any || self.has("string");
        let takes_more = any
            || self
                .types
                .iter()
                .any(|kind| kind != "string" && kind != "null");
        if takes_more
            && let Ok(value) = serde_json::from_str::<Value>(text)
            && (any || self.fits(&value))
        {
            return Ok(value);
        }
        if !takes_text {
            return Err(format!("takes {self}, not `{text}`"));
        }
        if !self.words.is_empty() && !self.words.iter().any(|word| word == text) {
            let words: Vec<_> = self.words.iter().map(String::as_str).collect();
            let near = crate::cli::program::nearest(text, &words)
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(format!("takes {self}, not `{text}`{near}"));
        }
        Ok(Value::String(text.to_owned()))
    }

    fn fits(&self, value: &Value) -> bool {
        let kind = json_type(value);
        let in_range = value.as_f64().is_none_or(|number| {
            self.minimum.is_none_or(|least| number >= least)
                && self.maximum.is_none_or(|most| number <= most)
        });
        // JSON Schema's `number` takes integers too.
        in_range && (self.has(kind) || kind == "integer" && self.has("number"))
    }
}

impl std::fmt::Display for Takes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.types.is_empty() {
            return f.write_str("any JSON");
        }
        let mut kinds: Vec<String> = Vec::new();
        for kind in self.types.iter().filter(|kind| *kind != "null") {
            kinds.push(match kind.as_str() {
                "string" if !self.words.is_empty() => format!("one of {}", self.words.join(", ")),
                "array" => match &self.items {
                    Some(items) => format!("list of {items}"),
                    None => "list".into(),
                },
                "object" if !self.shapes.is_empty() => self.shapes.join(" or "),
                "boolean" => "true or false".into(),
                "integer" => match (self.minimum, self.maximum) {
                    (Some(least), Some(most)) => format!("integer from {least} to {most}"),
                    (Some(least), None) => format!("integer from {least}"),
                    _ => "integer".into(),
                },
                other => other.to_owned(),
            });
        }
        if kinds.is_empty() {
            return f.write_str("nothing");
        }
        f.write_str(&kinds.join(" or "))
    }
}

fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
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
