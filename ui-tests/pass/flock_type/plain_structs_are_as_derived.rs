//! A plain struct needs no derives of serde and schemars, and is what they would make of it.

use std::{collections::BTreeMap, fmt::Debug};

use flock::{
    __private::{
        schemars::{JsonSchema, generate::SchemaSettings},
        serde::{Serialize, de::DeserializeOwned},
    },
    prelude::*,
};
use serde_json::{Value, json};

/// The same struct twice: as a user writes it, and with the derives written out.
macro_rules! twins {
    ($($(#[$on:meta])* struct $name:ident {
        $($(#[$field_on:meta])* $field:ident: $ty:ty,)*
    })*) => {
        mod plain {
            use super::*;
            $(
                $(#[$on])*
                #[flock_type]
                #[derive(Debug)]
                pub(super) struct $name {
                    $($(#[$field_on])* pub(super) $field: $ty,)*
                }
            )*
        }
        mod derived {
            use super::*;
            $(
                $(#[$on])*
                #[flock_type]
                #[derive(Debug)]
                // To do nothing, and to be seen.
                #[serde(rename_all = "snake_case")]
                pub(super) struct $name {
                    $($(#[$field_on])* pub(super) $field: $ty,)*
                }
            )*
        }
    };
}

type Maybe<T> = Option<T>;

/// Is read from nothing where serde's derive asks it.
#[flock_type]
#[derive(Debug)]
#[serde(transparent)]
struct Lenient(Option<u8>);

#[flock_type]
#[derive(Debug)]
enum Mood {
    Calm,
    Angry { since: u32 },
}

twins! {
    /// A branch, and what grows on it.
    ///
    /// Whole:
    ///   it is a tree.
    struct Tree {
        /// What it is called.
        name: String,
        age: Option<u8>,
        /// In two
        /// lines.
        ///
        /// And more.
        moods: Vec<Mood>,
        branches: Vec<Tree>,
        left: Option<Box<Tree>>,
    }

    struct Leaf {
        r#type: u8,
        maybe: Maybe<String>,
        lenient: Lenient,
        tree: Option<Tree>,
        by_name: BTreeMap<String, (u8, char)>,
        any: Value,
        #[allow(unused)]
        one: (),
    }

    struct Nothing {}

    #[doc = "One field."]
    #[non_exhaustive]
    struct One {
        one: f64,
    }
}

/// What is read, written and described.
fn seen<T: Serialize + DeserializeOwned + JsonSchema + Debug>(texts: &[Value]) -> Vec<String> {
    let mut seen: Vec<String> = texts
        .iter()
        .map(|text| {
            let read = serde_json::from_value::<T>(text.clone());
            let written = read.as_ref().ok().map(|read| serde_json::to_string(read));
            format!("{read:?} {written:?}")
        })
        .collect();
    let settings = SchemaSettings::draft2020_12();
    for settings in [
        settings.clone().for_serialize(),
        settings.clone().for_deserialize(),
    ] {
        let schema = settings.into_generator().into_root_schema_for::<T>();
        seen.push(schema.to_value().to_string());
    }
    seen.push(T::schema_name().into_owned());
    seen
}

pub(crate) fn main() {
    let branch = json!({
        "name": "b", "age": null, "moods": ["Calm", { "Angry": { "since": 3 } }],
        "branches": [], "left": null,
    });
    let tree = json!({
        "name": "t", "age": 3, "moods": [], "branches": [branch], "left": branch,
    });
    let leaf = json!({
        "type": 1, "maybe": "m", "lenient": 2, "tree": branch,
        "by_name": { "a": [1, "c"] }, "any": { "x": [null] }, "one": null,
    });
    let without = |from: &Value, key: &str| {
        let mut from = from.clone();
        from.as_object_mut().expect("an object").remove(key);
        from
    };
    let odd = [
        json!({}),
        json!([]),
        json!(null),
        json!("x"),
        json!({ "one": "1", "else": 1 }),
    ];
    let trees = ["name", "age", "moods", "branches", "left"].map(|key| without(&tree, key));
    let leaves = ["type", "maybe", "lenient", "tree", "by_name", "any", "one"];
    let leaves = leaves.map(|key| without(&leaf, key));
    let ones = [
        json!({ "one": 1.5 }),
        json!({ "one": 1 }),
        json!([2.5]),
        json!([1, 2]),
    ];
    let sequence = json!(["t", null, [], [], null]);
    let all: Vec<Value> = [tree, leaf, branch, sequence]
        .into_iter()
        .chain(odd)
        .chain(trees)
        .chain(leaves)
        .chain(ones)
        .collect();
    assert_eq!(seen::<plain::Tree>(&all), seen::<derived::Tree>(&all));
    assert_eq!(seen::<plain::Leaf>(&all), seen::<derived::Leaf>(&all));
    assert_eq!(seen::<plain::Nothing>(&all), seen::<derived::Nothing>(&all));
    assert_eq!(seen::<plain::One>(&all), seen::<derived::One>(&all));
    let read = seen::<plain::Tree>(&all);
    let ok = read.iter().filter(|text| text.starts_with("Ok")).count();
    // Whole, without `age` and without `left`, the branch, the sequence; the rest is refused.
    assert_eq!(ok, 5, "{read:#?}");
}
