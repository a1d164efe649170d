//! Describing a struct, as schemars' derive does.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::{Carried, Structure, Visit, list::Carriers};
use crate::{
    flock_type::{Field, FlockType},
    private::fields,
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
        structure(&it, fields(S::SHAPE, &[]), self.0)
    }
}

fn structure<S, L: Carriers>(
    it: &Structure<'_, S, L>,
    fields: &[Field],
    generator: &mut SchemaGenerator,
) -> Schema {
    let is_read = generator.contract().is_deserialize();
    let mut described = Vec::new();
    it.list.describe(fields, generator, &mut described);
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for property in described {
        let Field {
            name,
            description,
            optional,
            ..
        } = property.field;
        let description = match description {
            "" => format!("The {} `{name}`.", it.outline.role),
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
    schema.insert("description".to_owned(), it.outline.doc.into());
    schema
}
