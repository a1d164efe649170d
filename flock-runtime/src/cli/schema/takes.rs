//! What values a schema lets through: in words, and to read what people type.

use std::fmt;

use serde_json::Value;

use super::node::{DEEPEST, Node};
use crate::{cli::program::nearest, value::media};

/// Types within types are told field by field so deep.
const TOLD: usize = 3;

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
    /// Whether it is an image or a file.
    pub(crate) is_media: bool,
}

impl Takes {
    /// What the value that `node` describes may be.
    pub(super) fn of(node: Node<'_>) -> Self {
        let mut takes = Self::default();
        if !takes.collect(node, 0) {
            takes.types.clear();
            takes.words.clear();
        }
        takes
    }

    /// Adds what `node` lets through; `false` when that is everything.
    fn collect(&mut self, node: Node<'_>, depth: usize) -> bool {
        if depth > DEEPEST {
            return false;
        }
        if let Some(ways) = node.ways() {
            let mut known = true;
            for way in ways {
                known &= self.collect(node.at(way), depth + 1);
            }
            return known;
        }
        if let Some([only]) = node
            .get("allOf")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
        {
            return self.collect(node.at(only), depth + 1);
        }
        let constants = node.constants();
        if !constants.is_empty() {
            for constant in constants {
                self.add(json_type(constant));
                self.words.extend(constant.as_str().map(str::to_owned));
            }
            return true;
        }
        if node.get("type").is_none() {
            return false;
        }
        node.types().for_each(|one| self.add(one));
        let number = |key| node.get(key).and_then(Value::as_f64);
        self.minimum = number("minimum").or(self.minimum);
        self.maximum = number("maximum").or(self.maximum);
        if self.has("object") {
            let is_media = node
                .get("format")
                .is_some_and(|format| format == media::FORMAT);
            self.is_media |= is_media;
            let shape = match is_media {
                true => "image or file".to_owned(),
                false => shape(node, depth),
            };
            if !self.shapes.contains(&shape) {
                self.shapes.push(shape);
            }
        }
        if let Some(items) = node.get("items") {
            let mut inner = Self::default();
            if inner.collect(node.at(items), depth + 1) {
                self.items = Some(inner.to_string());
            }
        }
        true
    }

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
            let near = nearest(text, &words)
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

impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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

/// `{city: string, days?: integer}`.
fn shape(node: Node<'_>, depth: usize) -> String {
    let of = |schema| {
        let mut takes = Takes::default();
        match depth < TOLD && takes.collect(node.at(schema), depth + 1) {
            true => takes.to_string(),
            false => "…".to_owned(),
        }
    };
    let fields = node.declared();
    if fields.is_empty() {
        return match node.get("additionalProperties") {
            Some(values @ Value::Object(_)) => format!("map of {}", of(values)),
            _ => "object".to_owned(),
        };
    }
    let fields = fields.into_iter().map(|(name, schema)| {
        let mark = if node.requires(name) { "" } else { "?" };
        format!("{name}{mark}: {}", of(schema))
    });
    format!("{{{}}}", Vec::from_iter(fields).join(", "))
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
