//! Inputs put together, and refused.

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
    assert!(
        fault.starts_with(
            "flock `triage` has no input `sujbect`; did you mean `subject`?\ninputs: "
        )
    );
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
fn an_image_is_read_from_its_file() {
    #[derive(JsonSchema)]
    #[allow(dead_code, reason = "only its schema is used")]
    struct Seen {
        picture: crate::Media,
        beside: Option<crate::Media>,
    }

    let folder = std::env::temp_dir().join(format!("flock-input-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (photo, odd) = (folder.join("photo.png"), folder.join("photo.xyz"));
    std::fs::write(&photo, b"\x89PNG").unwrap();
    std::fs::write(&odd, "?").unwrap();
    let schema = Document::new(schema_for!(Seen));
    let read = |pairs: &[String]| {
        let base = Some(json!({ "picture": { "media_type": "image/png", "base64": "" } }));
        assemble("agent `looker`", &schema, base, pairs).map_err(|fault| fault.message().to_owned())
    };
    let file = format!("picture=@{}", photo.display());
    let input = read(&[file, "beside=https://h/a.jpg?key=x".to_owned()]).unwrap();
    assert_eq!(
        input["picture"],
        json!({ "media_type": "image/png", "base64": "iVBORw==", "name": "photo.png" })
    );
    assert_eq!(
        input["beside"],
        json!({ "media_type": "image/jpeg", "media_url": "https://h/a.jpg?key=x" })
    );
    for (pair, said) in [
        (
            format!("picture=@{}", odd.display()),
            "cannot be told by its name",
        ),
        (
            "picture=@/no/such.png".to_owned(),
            "cannot read `/no/such.png`",
        ),
        (
            "picture=photo.png".to_owned(),
            "takes image or file, not `photo.png`",
        ),
    ] {
        let fault = read(&[pair]).unwrap_err();
        assert!(fault.contains(said), "{fault}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
