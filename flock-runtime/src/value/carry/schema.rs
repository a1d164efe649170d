//! Describing a struct, as schemars' derive does.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::{
    Outline, Structure, Visit, Written,
    list::{Carriers, Property},
};
use crate::value::flock_type::{Field, FlockType, fields};

/// Schemars' `json_schema`.
pub fn schema<T: Written>(generator: &mut SchemaGenerator) -> Schema {
    T::written(Describe(generator))
}

struct Describe<'g>(&'g mut SchemaGenerator);

impl<S: FlockType> Visit<S> for Describe<'_> {
    type Output = Schema;

    fn visit<L, V, B>(self, it: Structure<L, V, B>) -> Schema
    where
        L: Carriers,
        V: for<'a> Fn(&'a S) -> L::Refs<'a>,
        B: Fn(L::Values) -> S,
    {
        let mut described = Vec::new();
        it.list
            .describe(fields(S::SHAPE, &[]), self.0, &mut described);
        structure(&it.outline, described, self.0.contract().is_deserialize())
    }
}

/// Generic in nothing: it would be compiled for each struct.
fn structure(outline: &Outline, described: Vec<Property>, is_read: bool) -> Schema {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (at, property) in described.into_iter().enumerate() {
        let Field {
            name,
            description,
            optional,
            ..
        } = property.field;
        let description = match outline.docs.get(at).copied().unwrap_or(description) {
            "" if outline.role.is_empty() => None,
            "" => Some(format!("The {} `{name}`.", outline.role)),
            said => Some(said.to_owned()),
        };
        let mut schema = property.schema;
        if let Some(description) = description {
            schema.insert("description".to_owned(), description.into());
        }
        if let Some(default) = property.default {
            schema.insert("default".to_owned(), default);
        }
        properties.insert(name.to_owned(), schema.to_value());
        // What is written is always there.
        if !(is_read && optional) {
            required.push(Value::from(name));
        }
    }
    let mut schema = json_schema!({ "type": "object" });
    if !properties.is_empty() {
        schema.insert("properties".to_owned(), properties.into());
    }
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    if !outline.doc.is_empty() {
        schema.insert("description".to_owned(), outline.doc.into());
    }
    schema
}
