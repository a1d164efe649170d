//! A flock's input from the command line: `--input key=value` and `--input-json`, typed by the
//! flock's JSON Schema.

use std::{io::Read, path::Path};

use clap::Args;
use schemars::Schema;
use serde_json::{Map, Value};

use crate::{
    cli::{
        catalog::schema::{Document, Property},
        exit::Fault,
        program::nearest,
        render::show,
    },
    flock::entry::FlockEntry,
    value::payload::Payload,
};

#[derive(Debug, Default, Args)]
pub(crate) struct InputArgs {
    /// One input; may be repeated. Texts are taken as they are, everything else as JSON.
    /// `key=@FILE` reads the text from a file; a text that begins with `@` is written `@@…`
    #[arg(long = "input", short = 'i', value_name = "KEY=VALUE")]
    pub(crate) fields: Vec<String>,

    /// The whole input: JSON, a file that holds it, or `-` for stdin; `--input` goes above it
    #[arg(long, value_name = "JSON|FILE")]
    pub(crate) input_json: Option<String>,
}

/// The input of `flock`, put together and checked for unknown and missing fields.
pub(crate) fn read(flock: &FlockEntry, args: &InputArgs) -> Result<Payload, Fault> {
    let of = format!("flock `{}`", flock.descriptor.name);
    message(&of, Some((flock.input_schema)()), args)
}

/// What is sent to `of`, as [`read`]; without a schema, every field is taken as JSON or text.
pub(crate) fn message(
    of: &str,
    schema: Option<Schema>,
    args: &InputArgs,
) -> Result<Payload, Fault> {
    let schema = Document::new(schema.unwrap_or_else(|| true.into()));
    let base = match &args.input_json {
        Some(source) => Some(read_json(source)?),
        None => None,
    };
    let value = assemble(of, &schema, base, &args.fields)?;
    Payload::encode(&value).map_err(Fault::from)
}

fn assemble(
    of: &str,
    schema: &Document,
    base: Option<Value>,
    given: &[String],
) -> Result<Value, Fault> {
    let properties = schema.properties();
    if properties.is_empty() && !schema.is_open() {
        return whole(of, schema, base, given);
    }
    let mut fields = match base {
        None => Map::new(),
        Some(Value::Object(fields)) => fields,
        Some(_) => {
            return Err(Fault::usage(format!(
                "the input of {of} is a JSON object, with the fields {}",
                names(&properties)
            )));
        }
    };
    for name in fields.keys() {
        known(of, schema, &properties, name)?;
    }
    let mut seen = Vec::new();
    for one in given {
        let (name, text) = one.split_once('=').ok_or_else(|| {
            Fault::usage(format!(
                "`--input {one}` has no value: write `--input {one}=…`"
            ))
        })?;
        if seen.contains(&name) {
            return Err(Fault::usage(format!("input `{name}` is given twice")));
        }
        seen.push(name);
        let text = text_of(name, text)?;
        let value = match known(of, schema, &properties, name)? {
            Some(property) => property
                .takes
                .read(&text)
                .map_err(|fault| Fault::usage(format!("input `{name}` {fault}")))?,
            None => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        };
        fields.insert(name.to_owned(), value);
    }
    let lacking: Vec<_> = properties
        .iter()
        .filter(|property| property.required && !fields.contains_key(&property.name))
        .collect();
    if lacking.is_empty() {
        return Ok(Value::Object(fields));
    }
    Err(Fault::usage(missing(of, &lacking)))
}

/// The input of a flock that takes one value without fields.
fn whole(
    of: &str,
    schema: &Document,
    base: Option<Value>,
    given: &[String],
) -> Result<Value, Fault> {
    let kind = schema.kind();
    match (base.or_else(|| schema.unsaid()), given) {
        (Some(value), []) => Ok(value),
        (_, [one, ..]) => Err(Fault::usage(format!(
            "{of} takes {kind} without fields, so there is no `--input {one}`: give it with `--input-json`"
        ))),
        (None, []) => Err(Fault::usage(format!(
            "{of} takes {kind}: give it with `--input-json FILE`, or `--input-json -` for stdin"
        ))),
    }
}

/// The property `name`; none where any name will do.
fn known<'a>(
    of: &str,
    schema: &Document,
    properties: &'a [Property],
    name: &str,
) -> Result<Option<&'a Property>, Fault> {
    let found = properties.iter().find(|property| property.name == name);
    if found.is_some() || schema.is_open() {
        return Ok(found);
    }
    let known: Vec<_> = properties
        .iter()
        .map(|property| property.name.as_str())
        .collect();
    let near =
        nearest(name, &known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(Fault::usage(format!(
        "{of} has no input `{name}`{near}\ninputs: {}",
        known.join(", ")
    )))
}

fn missing(of: &str, lacking: &[&Property]) -> String {
    let rows: Vec<_> = lacking
        .iter()
        .map(|property| {
            [
                format!("  --input {}=…", property.name),
                property.kind.clone(),
                property.description.clone(),
            ]
        })
        .collect();
    let plural = if lacking.len() == 1 {
        "an input"
    } else {
        "inputs"
    };
    format!("{of} needs {plural}:\n{}", show::rows(&rows).trim_end())
}

fn names(properties: &[Property]) -> String {
    let names: Vec<_> = properties
        .iter()
        .map(|property| format!("`{}`", property.name))
        .collect();
    names.join(", ")
}

/// The text itself, or that of the file it names.
fn text_of(name: &str, text: &str) -> Result<String, Fault> {
    match text.strip_prefix('@') {
        None => Ok(text.to_owned()),
        Some(escaped) if escaped.starts_with('@') => Ok(escaped.to_owned()),
        Some(path) => std::fs::read_to_string(Path::new(path)).map_err(|error| {
            Fault::usage(format!(
                "input `{name}`: cannot read {path}: {error} (a text that begins with `@` is written `@@…`)"
            ))
        }),
    }
}

/// JSON as it is given, or from a file or stdin.
fn read_json(source: &str) -> Result<Value, Fault> {
    let json = source.trim_start();
    if json.starts_with(['{', '[', '"']) {
        return serde_json::from_str(json).map_err(|error| {
            Fault::usage(format!(
                "`--input-json` is not JSON: {error} (a file whose name begins so is written `./…`)"
            ))
        });
    }
    let text = if source == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(source)
    };
    let named = if source == "-" { "stdin" } else { source };
    let text = match (text, serde_json::from_str(json)) {
        (Ok(text), _) => text,
        // A number, `true`, `false` or `null`.
        (Err(_), Ok(value)) => return Ok(value),
        (Err(error), Err(_)) => {
            return Err(Fault::usage(format!("cannot read {named}: {error}")));
        }
    };
    serde_json::from_str(&text)
        .map_err(|error| Fault::usage(format!("{named} is not JSON: {error}")))
}

/// Reads `KEY=VALUE`; the value is JSON where it reads as JSON, else a text.
pub(crate) fn pair(text: &str) -> Result<(String, Value), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    if key.is_empty() {
        return Err("the key is empty".into());
    }
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    Ok((key.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schemars::{JsonSchema, schema_for};
    use serde_json::json;

    use super::*;

    #[derive(JsonSchema)]
    #[allow(dead_code, reason = "only its schema is used")]
    struct Ticket {
        /// What is wrong
        subject: String,
        depth: u8,
        ratio: f64,
        urgent: bool,
        tags: Vec<String>,
        place: Place,
        level: Level,
        note: Option<String>,
        owner: Option<Place>,
        free: Value,
        either: Either,
        #[schemars(default)]
        rounds: i64,
    }

    #[derive(JsonSchema)]
    #[allow(dead_code, reason = "only its schema is used")]
    struct Place {
        city: String,
    }

    #[derive(JsonSchema)]
    #[schemars(rename_all = "snake_case")]
    #[allow(dead_code, reason = "only its schema is used")]
    enum Level {
        /// Can wait
        Low,
        High,
    }

    #[derive(JsonSchema)]
    #[schemars(untagged)]
    #[allow(dead_code, reason = "only its schema is used")]
    enum Either {
        Number(i64),
        Text(String),
    }

    fn given(pairs: &[&str]) -> Vec<String> {
        pairs.iter().map(ToString::to_string).collect()
    }

    fn complete() -> Value {
        json!({
            "subject": "s", "depth": 1, "ratio": 1.0, "urgent": false, "tags": [],
            "place": { "city": "c" }, "level": "low", "free": null, "either": 1,
        })
    }

    fn with(pairs: &[&str]) -> Result<Value, String> {
        let schema = Document::new(schema_for!(Ticket));
        assemble("flock `triage`", &schema, Some(complete()), &given(pairs))
            .map_err(|fault| fault.message().to_owned())
    }

    #[test]
    fn each_field_is_read_by_its_type() {
        for (pair, value) in [
            // A text stays a text, whatever it looks like.
            ("subject=42", json!("42")),
            ("subject=a=b", json!("a=b")),
            ("subject=@@home", json!("@home")),
            ("subject=", json!("")),
            ("note=null", json!("null")),
            ("depth=255", json!(255)),
            ("ratio=2", json!(2)),
            ("ratio=-0.5", json!(-0.5)),
            ("urgent=true", json!(true)),
            (r#"tags=["a","b"]"#, json!(["a", "b"])),
            (r#"place={"city":"Bern"}"#, json!({ "city": "Bern" })),
            (r#"owner={"city":"Bern"}"#, json!({ "city": "Bern" })),
            ("owner=null", json!(null)),
            ("level=high", json!("high")),
            ("free=[1]", json!([1])),
            ("free=words", json!("words")),
            ("either=7", json!(7)),
            ("either=seven", json!("seven")),
            ("rounds=-3", json!(-3)),
        ] {
            let name = pair.split('=').next().unwrap();
            assert_eq!(
                with(&[pair]).map(|input| input[name].clone()),
                Ok(value),
                "{pair}"
            );
        }
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        for (pair, said) in [
            (
                "depth=deep",
                "input `depth` takes integer from 0 to 255, not `deep`",
            ),
            (
                "depth=256",
                "input `depth` takes integer from 0 to 255, not `256`",
            ),
            (
                "depth=1.5",
                "input `depth` takes integer from 0 to 255, not `1.5`",
            ),
            (
                "urgent=yes",
                "input `urgent` takes true or false, not `yes`",
            ),
            ("tags=a", "input `tags` takes list of string, not `a`"),
            (
                "place=Bern",
                "input `place` takes {city: string}, not `Bern`",
            ),
            ("level=hihg", "not `hihg`; did you mean `high`?"),
            ("subject", "`--input subject` has no value"),
            ("subject=@/no/such/file", "cannot read /no/such/file"),
        ] {
            let fault = with(&[pair]).unwrap_err();
            assert!(fault.contains(said), "{pair}: {fault}");
        }
        assert_eq!(
            with(&["depth=1", "depth=2"]).unwrap_err(),
            "input `depth` is given twice"
        );
    }

    #[test]
    fn an_unknown_field_is_refused_with_the_nearest_name() {
        let fault = with(&["sujbect=x"]).unwrap_err();
        assert!(fault.starts_with(
            "flock `triage` has no input `sujbect`; did you mean `subject`?\ninputs: "
        ));
        let schema = Document::new(schema_for!(Ticket));
        let base = Some(json!({ "Depth": 3 }));
        let fault = assemble("flock `triage`", &schema, base, &[]).unwrap_err();
        assert!(
            fault
                .message()
                .contains("no input `Depth`; did you mean `depth`?"),
            "{}",
            fault.message()
        );
    }

    #[test]
    fn every_missing_field_is_named_with_type_and_description() {
        let schema = Document::new(schema_for!(Ticket));
        let fault = assemble("flock `triage`", &schema, None, &given(&["depth=1"])).unwrap_err();
        let fault = fault.message();
        assert!(fault.contains("--input subject=…  string"), "{fault}");
        assert!(fault.contains("What is wrong"), "{fault}");
        assert!(
            fault.contains("--input level=…    one of high, low"),
            "{fault}"
        );
        assert!(
            fault.find("ratio=") < fault.find("place="),
            "as declared: {fault}"
        );
        for optional in ["note", "owner", "rounds", "depth"] {
            assert!(!fault.contains(&format!("{optional}=")), "{fault}");
        }
    }

    #[test]
    fn a_file_gives_the_text() {
        let path = std::env::temp_dir().join(format!("flock-input-{}", std::process::id()));
        std::fs::write(&path, "from a file\n").unwrap();
        let input = with(&[&format!("subject=@{}", path.display())]).unwrap();
        assert_eq!(input["subject"], "from a file\n");
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn the_whole_input_is_json_or_in_a_file() {
        let read = |source: &str| read_json(source).map_err(|fault| fault.message().to_owned());
        for (source, value) in [
            (r#"{"path": 5}"#, json!({ "path": 5 })),
            (" [1]", json!([1])),
            (r#""text""#, json!("text")),
            ("5", json!(5)),
            ("null", json!(null)),
        ] {
            assert_eq!(read(source), Ok(value), "{source}");
        }
        assert!(
            read("{path: 5}")
                .unwrap_err()
                .contains("`--input-json` is not JSON")
        );
        assert!(
            read("no/such.json")
                .unwrap_err()
                .contains("cannot read no/such.json")
        );
    }

    #[test]
    fn a_value_without_fields_comes_as_json() {
        let schema = Document::new(schema_for!(String));
        let whole = |base, pairs: &[&str]| assemble("flock `echo`", &schema, base, &given(pairs));
        assert_eq!(whole(Some(json!("hi")), &[]).unwrap(), json!("hi"));
        assert!(
            whole(None, &[])
                .unwrap_err()
                .message()
                .contains("takes string: give it with `--input-json")
        );
        assert!(
            whole(None, &["a=b"])
                .unwrap_err()
                .message()
                .contains("without fields")
        );
        let nothing = Document::new(schema_for!(()));
        assert_eq!(
            assemble("flock `tick`", &nothing, None, &[]).unwrap(),
            Value::Null
        );
    }

    #[test]
    fn a_map_takes_every_name() {
        let schema = Document::new(schema_for!(BTreeMap<String, i64>));
        let input = assemble("flock `sum`", &schema, None, &given(&["a=1"])).unwrap();
        assert_eq!(input, json!({ "a": 1 }));
    }

    #[test]
    fn memo_values_are_json_where_they_read_as_json() {
        assert_eq!(pair("n=1"), Ok(("n".into(), json!(1))));
        assert_eq!(pair("who=me=you"), Ok(("who".into(), json!("me=you"))));
        assert!(pair("who").is_err() && pair("=x").is_err());
    }
}
