//! What is known of a type's fields is what serde reads and writes.
#![deny(warnings)]

use flock::{FlockType, Shape, prelude::*};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

type Maybe<T> = Option<T>;

/// A type with fields, each a text or a number, all of them given.
macro_rules! types {
    ($($(#[$meta:meta])* $name:ident { $($(#[$on:meta])* $field:ident: $ty:ty = $value:expr,)* })*) => {
        $(
            #[flock_type]
            #[derive(Debug, Clone)]
            $(#[$meta])*
            struct $name {
                $($(#[$on])* $field: $ty,)*
            }

            impl Default for $name {
                fn default() -> Self {
                    Self { $($field: $value,)* }
                }
            }
        )*

        fn all() {
            $(agrees::<$name>(stringify!($name));)*
        }
    };
}

fn text() -> String {
    String::from("x")
}

fn read<'de, D: flock::__private::serde::Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<String>, D::Error> {
    flock::__private::serde::Deserialize::deserialize(deserializer).map(Some)
}

types! {
    Plain { plain_word: String = text(), type_: String = text(), _id: u8 = 1, r#fn: u8 = 1, }

    #[serde(rename_all = "lowercase")]
    Lower { plain_word: String = text(), type_: String = text(), _id: u8 = 1, r#fn: u8 = 1, }
    #[serde(rename_all = "UPPERCASE")]
    Upper { plain_word: String = text(), type_: String = text(), _id: u8 = 1, r#fn: u8 = 1, }
    #[serde(rename_all = "PascalCase")]
    Pascal { plain_word: String = text(), type_: String = text(), _id: u8 = 1, r#fn: u8 = 1, }
    #[serde(rename_all = "camelCase")]
    Camel { plain_word: String = text(), type_: String = text(), _id: u8 = 1, r#fn: u8 = 1, }
    #[serde(rename_all = "snake_case")]
    Snake { plain_word: String = text(), type_: String = text(), _id: u8 = 1, r#fn: u8 = 1, }
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    Shouting { plain_word: String = text(), type_: String = text(), _id: u8 = 1, r#fn: u8 = 1, }
    #[serde(rename_all = "kebab-case")]
    Kebab { plain_word: String = text(), type_: String = text(), _id: u8 = 1, x2_y: u8 = 1, }
    #[serde(rename_all = "SCREAMING-KEBAB-CASE")]
    ShoutingKebab { plain_word: String = text(), type_: String = text(), _id: u8 = 1, x2_y: u8 = 1, }
    #[serde(rename_all(serialize = "camelCase", deserialize = "camelCase"))]
    Both { plain_word: String = text(), #[serde(rename = "as is")] other_word: u8 = 1, }

    Renamed {
        #[serde(rename = "first")]
        one: String = text(),
        #[serde(rename(serialize = "second", deserialize = "second"))]
        two: String = text(),
        #[serde(rename(serialize = "third"), alias = "third")]
        three: String = text(),
        #[serde(rename(deserialize = "fourth"), alias = "four")]
        four: String = text(),
    }

    Configured {
        #[cfg_attr(all(), serde(rename = "first"))]
        one: String = text(),
        #[cfg_attr(any(), serde(rename = "second"))]
        two: String = text(),
        #[cfg_attr(all(), serde(skip))]
        three: String = text(),
        #[cfg_attr(all(), cfg_attr(all(), serde(default)), doc = "Four.")]
        four: String = text(),
    }

    OneSided {
        both: String = text(),
        #[serde(skip)]
        neither: String = text(),
        #[serde(skip_serializing, default)]
        read: String = text(),
        #[serde(skip_serializing)]
        maybe: Maybe<String> = Some(text()),
        #[serde(skip_deserializing)]
        written: String = text(),
    }

    Optional {
        required: String = text(),
        option: Option<String> = Some(text()),
        maybe: Maybe<String> = Some(text()),
        list: Maybe<Maybe<u8>> = Some(Some(1)),
        #[serde(default)]
        default: u8 = 1,
        #[serde(default = "text")]
        path: String = text(),
        #[serde(skip_serializing_if = "Option::is_none")]
        left_out: Maybe<String> = Some(text()),
        // Serde asks the function for what is there only.
        #[serde(deserialize_with = "read")]
        by_function: Option<String> = Some(text()),
        #[serde(deserialize_with = "read", default)]
        by_function_or_default: Option<String> = Some(text()),
    }

    #[serde(default)]
    AllOptional { one: String = text(), two: u8 = 1, }
}

#[track_caller]
fn agrees<T: FlockType + Default>(name: &str) {
    let Shape::Fields(read) = T::SHAPE else {
        panic!("{name} has fields")
    };
    let Shape::Fields(written) = T::WRITTEN else {
        panic!("{name} has fields")
    };
    let names = |fields: &[flock::Field]| -> BTreeSet<String> {
        fields.iter().map(|field| field.name.to_owned()).collect()
    };

    let Ok(Value::Object(json)) = serde_json::to_value(T::default()) else {
        panic!("{name}")
    };
    assert_eq!(
        names(written),
        json.keys().cloned().collect(),
        "what {name} writes"
    );

    let all: Map<String, Value> = read
        .iter()
        .map(|field| {
            let value = if field.ty.contains("String") {
                json!("x")
            } else {
                json!(1)
            };
            (field.name.to_owned(), value)
        })
        .collect();
    let fits = |json: Map<String, Value>| serde_json::from_value::<T>(json.into()).is_ok();
    assert!(fits(all.clone()), "{name} is read from {all:?}");
    for field in read {
        let mut without = all.clone();
        without.remove(field.name);
        assert_eq!(
            fits(without),
            field.optional,
            "`{}` of {name} is optional",
            field.name
        );
        let mut wrong = all.clone();
        wrong.insert(field.name.to_owned(), json!({ "no": "such" }));
        assert!(!fits(wrong), "`{}` of {name} is read", field.name);
    }
    for field in written.iter().filter(|field| !all.contains_key(field.name)) {
        let mut wrong = all.clone();
        wrong.insert(field.name.to_owned(), json!({ "no": "such" }));
        assert!(fits(wrong), "`{}` of {name} is not read", field.name);
    }
}

/// What is no object of its fields has none.
mod whole {
    use flock::prelude::*;

    #[flock_type]
    #[derive(Debug, Clone)]
    pub(crate) struct Inner {
        pub(crate) text: String,
    }

    #[flock_type]
    pub(crate) struct Flat {
        id: u8,
        #[serde(flatten)]
        inner: Inner,
    }

    #[flock_type]
    #[serde(tag = "kind")]
    pub(crate) struct Tagged {
        id: u8,
    }

    #[flock_type]
    #[serde(transparent)]
    pub(crate) struct Transparent {
        id: u8,
    }

    #[flock_type]
    #[serde(from = "Inner", into = "Inner")]
    #[derive(Clone)]
    pub(crate) struct Converted {
        words: Vec<String>,
    }

    impl From<Inner> for Converted {
        fn from(inner: Inner) -> Self {
            Self {
                words: vec![inner.text],
            }
        }
    }

    impl From<Converted> for Inner {
        fn from(converted: Converted) -> Self {
            Self {
                text: converted.words.concat(),
            }
        }
    }
}

pub(crate) fn main() {
    all();
    for shape in [
        whole::Flat::SHAPE,
        whole::Tagged::SHAPE,
        whole::Transparent::SHAPE,
        whole::Converted::SHAPE,
        whole::Converted::WRITTEN,
    ] {
        assert_eq!(shape, Shape::Value);
    }
    // What is written only is given to the next agent, and asked of nobody.
    let names =
        |fields: &[flock::Field]| -> Vec<&str> { fields.iter().map(|field| field.name).collect() };
    let desk = <desk as flock::Agent>::DESCRIPTOR;
    assert_eq!(names(desk.inputs), ["both", "read", "maybe"]);
    assert_eq!(names(desk.outputs), ["both", "written"]);
}

#[agent(input = OneSided)]
async fn desk(input: OneSided) -> Result<OneSided> {
    Ok(input)
}
