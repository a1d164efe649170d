//! A place in a schema.

use serde_json::{Map, Value};

/// Types within types are followed this far, so that one within itself comes to an end.
pub(super) const DEEPEST: usize = 16;

/// A place in a schema, which knows the whole: a reference there leads to another place.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    root: &'a Value,
    /// What is said there; where a reference was, what it refers to.
    pub(super) value: &'a Value,
}

impl<'a> Node<'a> {
    pub(super) fn root(root: &'a Value) -> Self {
        Self { root, value: root }.at(root)
    }

    /// Another place in the same schema.
    pub(super) fn at(self, mut value: &'a Value) -> Self {
        for _ in 0..DEEPEST {
            let target = value.get("$ref").and_then(Value::as_str);
            match target.and_then(|target| self.root.pointer(target.strip_prefix('#')?)) {
                Some(found) => value = found,
                None => break,
            }
        }
        Self { value, ..self }
    }

    pub(super) fn get(self, key: &str) -> Option<&'a Value> {
        self.value.get(key)
    }

    /// The schemas of which one is enough.
    pub(super) fn ways(self) -> Option<&'a [Value]> {
        let either = ["anyOf", "oneOf"].into_iter();
        let mut either = either.filter_map(|key| self.get(key)?.as_array());
        either.next().map(Vec::as_slice)
    }

    /// The only values there are; empty where there are others.
    pub(super) fn constants(self) -> &'a [Value] {
        match (self.get("const"), self.get("enum")) {
            (Some(one), _) => std::slice::from_ref(one),
            (None, Some(Value::Array(many))) => many,
            _ => &[],
        }
    }

    /// The names of the JSON types; empty where none is said.
    pub(super) fn types(self) -> impl Iterator<Item = &'a str> {
        let types = match self.get("type") {
            Some(Value::Array(many)) => many.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        types.iter().filter_map(Value::as_str)
    }

    pub(super) fn fields(self) -> Option<&'a Map<String, Value>> {
        self.get("properties")?.as_object()
    }

    /// The fields, those that are required first and as they were declared.
    pub(super) fn declared(self) -> Vec<(&'a String, &'a Value)> {
        let mut fields: Vec<_> = self.fields().into_iter().flatten().collect();
        fields.sort_by_key(|(name, _)| self.place(name).unwrap_or(usize::MAX));
        fields
    }

    pub(super) fn requires(self, name: &str) -> bool {
        self.place(name).is_some()
    }

    fn place(self, name: &str) -> Option<usize> {
        let mut required = self.get("required")?.as_array()?.iter();
        required.position(|one| one == name)
    }
}
