//! Describing a struct, as schemars' derive does.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::{
    Carried, Outline, Structure, Visit,
    list::{Carriers, Property},
};
use crate::{
    private::fields,
    value::flock_type::{Field, FlockType},
};

/// Schemars' `schema_name`.
pub fn name<T: Carried>() -> &'static str {
    T::carried(Name)
}

struct Name;

impl<S> Visit<S> for Name {
    type Output = &'static str;

    fn visit<L: Carriers>(self, it: Structure<'_, S, L>) -> &'static str {
        it.outline.name
    }
}

/// Schemars' `json_schema`.
pub fn schema<T: Carried>(generator: &mut SchemaGenerator) -> Schema {
    T::carried(Describe(generator))
}

struct Describe<'g>(&'g mut SchemaGenerator);

impl<S: FlockType> Visit<S> for Describe<'_> {
    type Output = Schema;

    fn visit<L: Carriers>(self, it: Structure<'_, S, L>) -> Schema {
        let mut described = Vec::new();
        it.list
            .describe(fields(S::SHAPE, &[]), self.0, &mut described);
        structure(&it.outline, described, self.0.contract().is_deserialize())
    }
}

/// Generic in nothing: it would be compiled for each struct.
fn structure(outline: &Outline, described: Vec<Property>, is_read: bool) -> Schema {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for property in described {
        let Field {
            name,
            description,
            optional,
            ..
        } = property.field;
        let description = match description {
            "" => format!("The {} `{name}`.", outline.role),
            said => said.to_owned(),
        };
        let mut schema = property.schema;
        schema.insert("description".to_owned(), description.into());
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
    schema.insert("description".to_owned(), outline.doc.into());
    schema
}
