//! Whether values of one JSON Schema can be read by code that has another.
//!
//! Both ways matter: new code reads what histories hold and what waits on queues; and while builds
//! change, workers of the old one read what the new one writes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::node::{DEEPEST, Node};

/// A difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) breaking: bool,
    pub(crate) said: String,
}

/// What differs from `old` to `new`.
pub(crate) fn compare(old: &Value, new: &Value) -> Vec<Change> {
    let mut comparison = Comparison {
        roots: (Node::root(old), Node::root(new)),
        seen: Vec::new(),
        changes: Vec::new(),
    };
    comparison.values("", old, new, 0);
    comparison.changes
}

type Fields<'a> = BTreeMap<&'a str, &'a Value>;

struct Comparison<'a> {
    roots: (Node<'a>, Node<'a>),
    /// Types that were compared: what changed in them is said once.
    seen: Vec<(&'a Value, &'a Value)>,
    changes: Vec<Change>,
}

impl<'a> Comparison<'a> {
    fn values(&mut self, path: &str, old: &'a Value, new: &'a Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        if let (Some(was), Some(is)) = (old.get("$ref"), new.get("$ref")) {
            if self.seen.contains(&(was, is)) {
                return;
            }
            self.seen.push((was, is));
        }
        let (was, is) = (self.roots.0.at(old), self.roots.1.at(new));
        let (was, is) = (Form::of(was), Form::of(is));
        if !self.forms(path, &was, &is) {
            return;
        }
        let (was, is) = (was.node, is.node);
        if let (Some(before), Some(after)) = (properties(was), properties(is)) {
            self.fields(path, (was, &before), (is, &after), depth);
        }
        let entry = |node: Node<'a>, key| node.get(key).filter(|one| one.is_object());
        if let (Some(was), Some(is)) = (entry(was, "items"), entry(is, "items")) {
            self.values(&format!("{path}[]"), was, is, depth + 1);
        }
        let key = "additionalProperties";
        if let (Some(was), Some(is)) = (entry(was, key), entry(is, key)) {
            self.values(&format!("{path}.*"), was, is, depth + 1);
        }
    }

    /// The kinds of value; `false` when there is no use in looking further.
    fn forms(&mut self, path: &str, was: &Form<'_>, is: &Form<'_>) -> bool {
        let what = named(path);
        if !was.kinds.is_subset(&is.kinds) && !is.kinds.is_empty() {
            self.note(true, format!("{what} was {was} and is {is}"));
            return false;
        }
        if was.kinds != is.kinds {
            self.note(false, format!("{what} was {was} and is {is}"));
        }
        for word in was.words.difference(&is.words) {
            if !is.words.is_empty() {
                self.note(true, format!("{what} is never `{word}` any more"));
            }
        }
        if !was.words.is_empty() {
            for word in is.words.difference(&was.words) {
                self.note(false, format!("{what} may be `{word}` too"));
            }
        } else if !is.words.is_empty() && was.kinds.contains("string") {
            self.note(true, format!("{what} was any text and is one of a few"));
        }
        for shape in &was.shapes {
            if !is.shapes.is_empty() && !is.shapes.contains(shape) {
                self.note(true, format!("{what} has a form that changed or is gone"));
                return false;
            }
        }
        if let (Some(before), Some(after)) = (was.format, is.format)
            && before != after
            && !widens(before, after)
        {
            self.note(true, format!("{what} was {before} and is {after}"));
        }
        true
    }

    fn fields(
        &mut self,
        path: &str,
        (was, before): (Node<'a>, &Fields<'a>),
        (is, after): (Node<'a>, &Fields<'a>),
        depth: usize,
    ) {
        let inner = |name: &str| match path {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        let gone = before.keys().filter(|name| !after.contains_key(*name));
        for &name in gone {
            let needed = was.requires(name);
            let mut said = format!("field `{}` is gone", inner(name));
            if needed {
                said += ", which workers of the old build need";
            }
            self.note(needed, said);
        }
        for (&name, &new) in after {
            match before.get(name) {
                Some(old) => {
                    let path = inner(name);
                    self.values(&path, old, new, depth + 1);
                    if is.requires(name) && !was.requires(name) {
                        self.note(true, format!("field `{path}` was optional and is required"));
                    }
                }
                None if is.requires(name) => {
                    let old = before.iter();
                    let renamed = old
                        .filter(|(name, _)| !after.contains_key(*name))
                        .find(|(_, old)| bare(old) == bare(new))
                        .map(|(name, _)| format!(" (was it `{name}`?)"))
                        .unwrap_or_default();
                    let path = inner(name);
                    self.note(true, format!("field `{path}` is new and required{renamed}"));
                }
                None => {}
            }
        }
    }

    fn note(&mut self, breaking: bool, said: String) {
        let change = Change { breaking, said };
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }
}

/// What kinds of value a schema lets through; none is every kind.
struct Form<'a> {
    kinds: BTreeSet<&'a str>,
    words: BTreeSet<&'a str>,
    format: Option<&'a str>,
    /// The forms of an enum whose variants carry values.
    shapes: Vec<Value>,
    /// The schema beside null.
    node: Node<'a>,
}

impl<'a> Form<'a> {
    fn of(node: Node<'a>) -> Self {
        let mut form = Self {
            kinds: BTreeSet::new(),
            words: BTreeSet::new(),
            format: None,
            shapes: Vec::new(),
            node,
        };
        form.add(node, 0);
        if form.shapes.len() == 1 {
            // An optional value, not an enum.
            form.shapes.clear();
        }
        form
    }

    fn add(&mut self, node: Node<'a>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        if let Some(ways) = node.ways() {
            ways.iter()
                .for_each(|way| self.add(node.at(way), depth + 1));
            return;
        }
        self.words
            .extend(node.constants().iter().filter_map(Value::as_str));
        self.kinds.extend(node.types());
        let format = node.get("format").and_then(Value::as_str);
        self.format = format.or(self.format);
        if node.get("type").is_none_or(|kind| kind != "null") {
            self.node = node;
        }
        if depth > 0 && node.get("properties").is_some() {
            self.shapes.push(bare(node.value));
        }
    }
}

impl std::fmt::Display for Form<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kinds: Vec<_> = self.kinds.iter().copied().collect();
        match kinds.as_slice() {
            [] => f.write_str("anything"),
            kinds => f.write_str(&kinds.join(" or ")),
        }
    }
}

fn named(path: &str) -> String {
    match path {
        "" => "it".to_owned(),
        path => format!("field `{path}`"),
    }
}

/// The fields of a struct; a struct without fields says nothing of them, as a map does, which says
/// what it holds.
fn properties(node: Node<'_>) -> Option<Fields<'_>> {
    match node.fields() {
        Some(fields) => {
            let fields = fields.iter();
            Some(fields.map(|(name, one)| (name.as_str(), one)).collect())
        }
        None => (node.get("type")? == "object" && node.get("additionalProperties").is_none())
            .then(Fields::new),
    }
}

/// Without what only people read.
fn bare(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let told = |key: &str| matches!(key, "description" | "title" | "default");
            let fields = fields.iter().filter(|(key, _)| !told(key));
            fields
                .map(|(key, value)| (key.clone(), bare(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(bare).collect(),
        other => other.clone(),
    }
}

/// Whether every number of one format is one of the other.
fn widens(old: &str, new: &str) -> bool {
    let size = |format: &str| {
        let (signed, bits) = match format.strip_prefix("uint") {
            Some(bits) => (false, bits),
            None => (true, format.strip_prefix("int")?),
        };
        let bits = if bits.is_empty() { "64" } else { bits };
        Some((signed, bits.parse::<u32>().ok()?))
    };
    match (size(old), size(new)) {
        (Some((false, old)), Some((true, new))) => old < new,
        (Some((was, old)), Some((is, new))) => was == is && old <= new,
        _ => (old, new) == ("float", "double"),
    }
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;

    use super::*;

    /// Types beside what they became, and what is said of that.
    macro_rules! table {
        ($($was:item => $is:item : [$($said:expr),*];)*) => {
            [$({
                let was = { #[derive(JsonSchema)] #[allow(dead_code)] $was schemars::schema_for!(T) };
                let is = { #[derive(JsonSchema)] #[allow(dead_code)] $is schemars::schema_for!(T) };
                let wanted: Vec<(bool, &str)> = vec![$($said),*];
                (was.to_value(), is.to_value(), wanted)
            }),*]
        };
    }

    #[test]
    fn what_running_flocks_trip_over() {
        let table = table! {
            struct T { a: String } => struct T { a: String }: [];
            struct T { a: String } => struct T { a: String, b: Option<u8> }: [];
            struct T { a: String } => struct T { a: String, b: u8 }:
                [(true, "field `b` is new and required")];
            struct T { a: String } => struct T { b: String }: [
                (true, "field `a` is gone, which workers of the old build need"),
                (true, "field `b` is new and required (was it `a`?)")
            ];
            struct T { a: Option<String> } => struct T { }: [(false, "field `a` is gone")];
            struct T { a: String } => struct T { a: u32 }:
                [(true, "field `a` was string and is integer")];
            struct T { a: Option<String> } => struct T { a: String }: [
                (true, "field `a` was null or string and is string"),
                (true, "field `a` was optional and is required")
            ];
            struct T { a: String } => struct T { a: Option<String> }:
                [(false, "field `a` was string and is null or string")];
            struct T { a: u8 } => struct T { a: u64 }: [];
            struct T { a: i64 } => struct T { a: u8 }:
                [(true, "field `a` was int64 and is uint8")];
            struct T { a: Vec<String> } => struct T { a: Vec<u8> }:
                [(true, "field `a[]` was string and is integer")];
            enum T { Low, High } => enum T { Low, High, Top }: [(false, "it may be `Top` too")];
            enum T { Low, High } => enum T { Low }: [(true, "it is never `High` any more")];
            enum T { A { x: u8 }, B { y: u8 } } => enum T { A { x: u8 }, B { z: u8 } }:
                [(true, "it has a form that changed or is gone")];
        };
        for (was, is, wanted) in table {
            let changes = compare(&was, &is);
            let said: Vec<_> = changes
                .iter()
                .map(|change| (change.breaking, change.said.as_str()))
                .collect();
            assert_eq!(said, wanted, "{was} became {is}");
        }
    }

    #[test]
    fn types_within_types() {
        #[derive(JsonSchema)]
        #[allow(dead_code)]
        struct Tree {
            children: Vec<Tree>,
            leaf: Leaf,
        }
        #[derive(JsonSchema)]
        #[allow(dead_code)]
        struct Leaf {
            size: u8,
        }
        let old = schemars::schema_for!(Tree).to_value();
        let mut new = old.clone();
        assert_eq!(compare(&old, &new), []);
        new["$defs"]["Leaf"]["properties"]["size"]["type"] = "string".into();
        let said = compare(&old, &new);
        assert_eq!(
            said[0].said, "field `children[].leaf.size` was integer and is string",
            "{said:?}"
        );
    }
}
