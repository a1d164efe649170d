//! Structs carried by this module beside the same structs by serde's and schemars' derives.

mod carried;
mod derived;

use std::fmt::Debug;

use schemars::{JsonSchema, Schema, generate::SchemaSettings, schema_for};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{
        DeserializeOwned, IntoDeserializer,
        value::{Error, MapDeserializer},
    },
};
use serde_json::json;

use crate::value::{
    flock_type::{FlockType, Shape},
    payload::Payload,
};

/// In a twin's field: what a user's own types are.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Author {
    name: String,
    age: Option<u8>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mood {
    Calm,
    Angry { since: u32 },
}

type Maybe<T> = Option<T>;

/// Is read where an `Option` is, and from nothing where serde's derive asks it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Lenient(Option<u8>);

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self)
    }
}

fn angry() -> Mood {
    Mood::Angry { since: 3 }
}

const TICKETS: &[&str] = &[
    // All there is, in any order.
    r#"{"title":"t","depth":9,"note":"n","author":{"name":"a","age":1},"type":[1,2],"mood":"calm","last":"l"}"#,
    r#"{"last":"l","mood":{"angry":{"since":1}},"type":[],"author":{"name":"a"},"title":"t"}"#,
    // As little as there may be.
    r#"{"title":"t","author":{"name":"a"},"type":[]}"#,
    r#"{"title":"t","author":{"name":"a"},"type":[],"note":null,"last":null}"#,
    // Names that nobody knows.
    r#"{"title":"t","author":{"name":"a"},"type":[],"":0,"r#type":{"a":[null]},"Title":1}"#,
    // Too little.
    "{}",
    r#"{"depth":1}"#,
    r#"{"title":"t"}"#,
    r#"{"title":"t","author":{"name":"a"}}"#,
    r#"{"title":"t","author":{},"type":[]}"#,
    // Too much.
    r#"{"title":"t","title":"t","author":{"name":"a"},"type":[]}"#,
    r#"{"title":"t","note":null,"note":null,"author":{"name":"a"},"type":[]}"#,
    r#"{"title":"t","type":[],"type":7}"#,
    // Not what it should be.
    r#"{"title":null}"#,
    r#"{"title":7}"#,
    r#"{"title":"t","depth":300}"#,
    r#"{"title":"t","depth":null}"#,
    r#"{"title":"t","note":{}}"#,
    r#"{"title":"t","author":{"name":"a","age":-1}}"#,
    r#"{"title":"t","type":[1,"2"]}"#,
    r#"{"mood":"sad"}"#,
    r#"{"mood":{"angry":{}}}"#,
    // In order, without names.
    r#"["t",9,"n",{"name":"a","age":1},[1,2],"calm","l"]"#,
    r#"["t",9,"n",["a",1],[1,2],"calm","l",0]"#,
    r#"["t",9,"n",{"name":"a"},[1,2],"calm"]"#,
    r#"["t",9,"n",{"name":"a"},[1,2]]"#,
    r#"["t",9,"n",{"name":"a"}]"#,
    r#"["t",9]"#,
    r#"["t"]"#,
    "[]",
    "[7]",
    // No fields at all.
    "null",
    "7",
    r#""t""#,
    "true",
    "",
    "{",
    r#"{"title""#,
    r#"{"title":"t"]"#,
    r#"{"title":"t","author":{"name":"a"},"type":[]} 7"#,
    "{7:7}",
];

const ONES: &[&str] = &[
    r#"{"text":"t"}"#,
    r#"["t"]"#,
    r#"{"text":7}"#,
    "{}",
    "[]",
    "[7]",
    r#"["t","t"]"#,
    "null",
    r#""t""#,
];

const NONES: &[&str] = &["{}", r#"{"a":{"b":[]}}"#, "[]", "[1]", "null", "1"];

#[test]
fn values_are_read_written_shown_and_copied_as_by_derives() {
    alike::<carried::Ticket, derived::Ticket>(TICKETS);
    alike::<carried::One, derived::One>(ONES);
    alike::<carried::None, derived::None>(NONES);
}

/// What becomes of the documents, and what is said of those that do not fit.
fn alike<A: Twin, B: Twin>(documents: &[&str]) {
    let read = documents.iter().filter(|document| {
        let (a, b) = (outcome::<A>(document), outcome::<B>(document));
        assert_eq!(a, b, "{document}");
        a.is_ok()
    });
    let read = read.count();
    assert!(
        read > 0 && read < documents.len(),
        "{read} of {} are read",
        documents.len()
    );
}

trait Twin: Serialize + DeserializeOwned + Debug + Clone {}

impl<T: Serialize + DeserializeOwned + Debug + Clone> Twin for T {}

fn outcome<T: Twin>(document: &str) -> Result<[String; 4], [String; 2]> {
    match serde_json::from_str::<T>(document) {
        Ok(value) => {
            let copy = value.clone();
            let json = serde_json::to_string(&value).expect("it is written");
            drop(value);
            Ok([
                json,
                serde_json::to_string(&copy).expect("it is written"),
                format!("{copy:?}"),
                format!("{copy:#?}"),
            ])
        }
        Err(fault) => {
            let decoded = Payload::from_json(document).decode::<T>();
            let told = decoded.expect_err("it is not read").to_string();
            Err([fault.to_string(), told])
        }
    }
}

#[test]
fn schemas_are_those_of_derives() {
    same(schema_for!(carried::Ticket), &schema_for!(derived::Ticket));
    same(schema_for!(carried::One), &schema_for!(derived::One));
    same(schema_for!(carried::None), &schema_for!(derived::None));
    // Two of one name, and one within the other.
    same(
        schema_for!((carried::Ticket, Vec<carried::One>, derived::One)),
        &schema_for!((derived::Ticket, Vec<derived::One>, carried::One)),
    );
    let written = || {
        SchemaSettings::draft2020_12()
            .for_serialize()
            .into_generator()
    };
    same(
        written().into_root_schema_for::<carried::Ticket>(),
        &written().into_root_schema_for::<derived::Ticket>(),
    );
}

/// To the letter: the order of the keys too.
#[track_caller]
fn same(carried: Schema, derived: &Schema) {
    let text = |schema: &Schema| serde_json::to_string_pretty(schema).expect("it is JSON");
    assert_eq!(text(&carried), text(derived));
}

#[test]
fn a_default_of_a_users_type_is_in_the_schema() {
    let schema = schema_for!(carried::Ticket);
    let default = schema.pointer("/properties/mood/default");
    assert_eq!(default, Some(&json!({ "angry": { "since": 3 } })));
}

/// Known from outside, read and described alike: an `Option` by whatever name may be left out, and
/// nothing else without a default.
#[test]
fn whether_a_field_may_be_left_out_has_one_answer() {
    let Shape::Fields(fields) = carried::Notes::SHAPE else {
        panic!("it has fields");
    };
    let optional = fields.iter().filter(|field| field.optional);
    let optional: Vec<_> = optional.map(|field| field.name).collect();
    assert_eq!(optional, ["option", "maybe"]);
    let schema = schema_for!(carried::Notes);
    assert_eq!(schema.get("required"), Some(&json!(["lenient", "list"])));
    for field in fields {
        let mut document = json!({ "option": "o", "maybe": "m", "lenient": 1, "list": [] });
        document
            .as_object_mut()
            .expect("an object")
            .remove(field.name);
        let read = serde_json::from_value::<carried::Notes>(document);
        let fault = read.err().map(|fault| fault.to_string());
        let missing = format!("missing field `{}`", field.name);
        assert_eq!(fault, (!field.optional).then_some(missing));
    }
}

#[test]
fn a_description_stays_whole() {
    let schema = schema_for!(carried::Pages);
    let pages = schema.pointer("/properties/pages");
    let pages = pages.and_then(|pages| pages.get("description"));
    assert_eq!(pages, Some(&"# of pages".into()));
}

#[test]
fn formats_other_than_json_are_read_alike() {
    let toml = "title = 't'\ntype = [1]\nother = 1\n[author]\nname = 'a'\n";
    let carried: carried::Ticket = toml::from_str(toml).expect("it is read");
    let derived: derived::Ticket = toml::from_str(toml).expect("it is read");
    assert_eq!(format!("{carried:?}"), format!("{derived:?}"));
    assert_eq!(numbered::<carried::One>(), numbered::<derived::One>());
    assert_eq!(spelled::<carried::One>(), spelled::<derived::One>());
}

/// Where a field is known by its place.
fn numbered<T: Twin>() -> [String; 2] {
    let read = |at: u64| T::deserialize(MapDeserializer::<_, Error>::new([(at, "t")].into_iter()));
    [0, 1].map(|at| format!("{:?}", read(at)))
}

/// Where a name is bytes.
fn spelled<T: Twin>() -> [String; 2] {
    let read = |name: &'static [u8]| {
        T::deserialize(MapDeserializer::<_, Error>::new(
            [(Bytes(name), "t")].into_iter(),
        ))
    };
    [b"text".as_slice(), b"Text"].map(|name| format!("{:?}", read(name)))
}

struct Bytes(&'static [u8]);

impl<'de> IntoDeserializer<'de> for Bytes {
    type Deserializer = serde::de::value::BytesDeserializer<'de, Error>;

    fn into_deserializer(self) -> Self::Deserializer {
        serde::de::value::BytesDeserializer::new(self.0)
    }
}
