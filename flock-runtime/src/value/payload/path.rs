//! Where in a JSON text an error is: the path to the field.
//!
//! serde_json tells line and column, which say more to the one who reads the text than to the one
//! who has the types. A reader that keeps the path while it reads would be compiled anew for every
//! type that travels; this one knows the text alone.

use std::fmt::Write;

/// The path to the innermost value that holds the byte at `line` and `column`, both from 1, as
/// serde_json counts them: `orders[2].price`. Empty for the whole text.
pub(super) fn path(text: &[u8], line: usize, column: usize) -> String {
    let Some(target) = offset(text, line, column) else {
        return String::new();
    };
    Walk { text, at: 0 }.to(target).unwrap_or_default()
}

fn offset(text: &[u8], line: usize, column: usize) -> Option<usize> {
    let before: usize = text
        .split_inclusive(|byte| *byte == b'\n')
        .take(line.checked_sub(1)?)
        .map(<[u8]>::len)
        .sum();
    before.checked_add(column.checked_sub(1)?)
}

struct Walk<'t> {
    text: &'t [u8],
    at: usize,
}

/// What is open around the place where the walk has come.
enum Open {
    /// An object, and the key whose value is next or under way.
    Object(Option<String>),
    /// An array, and which element it is.
    Array(usize),
}

impl Walk<'_> {
    /// Walks up to `target`; none where the text ends, or is no JSON, before.
    fn to(mut self, target: usize) -> Option<String> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let byte = *self.text.get(self.at)?;
            let begin = self.at;
            match byte {
                b'"' => {
                    let string = self.string()?;
                    let is_key = matches!(open.last(), Some(Open::Object(None)));
                    if target < self.at {
                        return Some(shown(&open));
                    }
                    if is_key && let Some(Open::Object(key)) = open.last_mut() {
                        *key = Some(string);
                    }
                    continue;
                }
                b'{' => open.push(Open::Object(None)),
                b'[' => open.push(Open::Array(0)),
                b'}' | b']' => {
                    // The brace belongs to the whole, and not to its last part.
                    open.pop()?;
                    if target <= begin {
                        return Some(shown(&open));
                    }
                    self.at += 1;
                    continue;
                }
                b',' => match open.last_mut()? {
                    Open::Object(key) => *key = None,
                    Open::Array(index) => *index += 1,
                },
                _ => {}
            }
            if target <= begin {
                // The brace that opens a value belongs to the value, which the path already names.
                if matches!(byte, b'{' | b'[') {
                    open.pop();
                }
                return Some(shown(&open));
            }
            self.at += 1;
        }
    }

    /// The string that begins here, and past it.
    fn string(&mut self) -> Option<String> {
        let begin = self.at;
        self.at += 1;
        loop {
            match self.text.get(self.at)? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        serde_json::from_slice(&self.text[begin..self.at]).ok()
    }
}

fn shown(open: &[Open]) -> String {
    let mut path = String::new();
    for around in open {
        // Nothing can go wrong in a `String`.
        let _ = match around {
            Open::Object(Some(key)) if path.is_empty() => write!(path, "{key}"),
            Open::Object(Some(key)) => write!(path, ".{key}"),
            Open::Object(None) => Ok(()),
            Open::Array(index) => write!(path, "[{index}]"),
        };
    }
    path
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, de::DeserializeOwned};

    use crate::value::payload::Payload;

    /// What a reader that keeps the path would say.
    fn kept<T: DeserializeOwned>(text: &[u8]) -> String {
        let mut json = serde_json::Deserializer::from_slice(text);
        let fault = serde_path_to_error::deserialize::<_, T>(&mut json)
            .err()
            .expect("it does not fit");
        match fault.path().iter().next() {
            Some(_) => format!("field `{}`: {}", fault.path(), fault.inner()),
            None => fault.inner().to_string(),
        }
    }

    #[track_caller]
    fn same<T: DeserializeOwned>(texts: &[&str]) {
        for text in texts {
            let error = Payload::from_json(*text).decode::<T>().err().expect(text);
            let said = error.message().split("; JSON has no").next();
            assert_eq!(said, Some(kept::<T>(text.as_bytes()).as_str()), "{text}");
        }
    }

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "read, and thrown away")]
    struct Order {
        id: u32,
        #[serde(default)]
        lines: Vec<Line>,
        #[serde(default)]
        notes: BTreeMap<String, Option<bool>>,
        #[serde(default)]
        kind: Option<Kind>,
    }

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "read, and thrown away")]
    struct Line {
        price: f64,
        name: String,
        #[serde(default)]
        size: (u8, u8),
    }

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "read, and thrown away")]
    enum Kind {
        Plain,
        Of { week: u8 },
        At(Vec<u8>),
    }

    #[test]
    fn a_value_that_is_no_text_is_refused_as_a_reader_of_bytes_refuses_it() {
        let mut json = br#"{"id": 1, "lines": [{"price": 1, "name": "?"}]}"#.to_vec();
        for byte in &mut json {
            if *byte == b'?' {
                *byte = 0xff;
            }
        }
        let said = serde_json::from_slice::<Order>(&json)
            .err()
            .expect("refused");
        assert!(said.to_string().contains("invalid unicode"), "{said}");
        let error = Payload::from_json(json).decode::<Order>().err();
        assert_eq!(error.expect("refused").message(), said.to_string());
    }

    #[test]
    fn the_path_is_that_of_a_reader_that_keeps_it() {
        same::<Order>(&[
            "{}",
            "[]",
            "null",
            r#"{"id": "x"}"#,
            r#"{"id": -1}"#,
            r#"{"id": 1.5, "lines": []}"#,
            r#"{"id": 4294967296}"#,
            r#"{"id": 1, "id": 2}"#,
            r#"{"id": 1, "lines": {}}"#,
            r#"{"id": 1, "lines": [{"price": 1, "name": "a"}, {"price": null, "name": "b"}]}"#,
            r#"{"id": 1, "lines": [{"price": 1, "name": "a"}, {"name": "b"}]}"#,
            r#"{"id": 1, "lines": [{"price": 1, "name": "a", "size": [1]}]}"#,
            r#"{"id": 1, "lines": [{"price": 1, "name": "a", "size": [1, 256]}]}"#,
            r#"{"id": 1, "lines": [1]}"#,
            r#"{"id": 1, "notes": {"a b": true, "c\"d": 3}}"#,
            r#"{"id": 1, "notes": {"a": {"b": 1}}}"#,
            r#"{"id": 1, "kind": "None"}"#,
            r#"{"id": 1, "kind": {"At": ["x"]}}"#,
            "{\n  \"id\": 1,\n  \"lines\": [\n    {\"price\": \"{[,]}\"}\n  ]\n}",
        ]);
        same::<Vec<u8>>(&["[1, 2, \"3\"]", "[1, [2]]", "{}"]);
        same::<BTreeMap<String, Vec<Vec<u8>>>>(&[r#"{"a": [[1], [2, null]]}"#]);
        same::<String>(&["1", "{\"a\": 1}"]);
    }

    #[test]
    fn the_element_that_is_too_much_is_named() {
        let text = r#"{"id": 1, "lines": [{"price": 1, "name": "a", "size": [1, 2, 3]}]}"#;
        let error = Payload::from_json(text).decode::<Order>().err();
        assert_eq!(
            error.map(|error| error.message().to_owned()).as_deref(),
            Some("field `lines[0].size[2]`: trailing characters at line 1 column 62")
        );
    }

    #[test]
    fn a_number_that_json_does_not_have_is_told() {
        let text = serde_json::to_string(&[1.0, f64::INFINITY]).unwrap();
        let error = Payload::from_json(text).decode::<Vec<f32>>().unwrap_err();
        let said = error.message();
        assert!(
            said.starts_with("field `[1]`: invalid type: null, expected f32 at"),
            "{said}"
        );
        assert!(said.contains("; JSON has no infinity and no NaN"), "{said}");
    }

    #[test]
    fn a_number_that_json_does_not_have_is_not_written() {
        use serde_json::json;

        #[derive(serde::Serialize)]
        enum Size {
            One(f64),
            Two(f32, f32),
            Named { size: f64 },
        }
        let none = f64::NAN;
        let said = |value: &dyn Fn() -> Result<Payload, crate::error::Error>| match value() {
            Ok(payload) => format!("{payload:?}"),
            Err(error) => error.message().to_owned(),
        };
        let wrong = |place: &str| {
            format!(
                "cannot be written as JSON: {place}JSON has no infinity and no NaN: look with \
                 `is_finite` before, and give `None` or an error"
            )
        };
        let encode = Payload::encode::<(&str, Option<Size>)>;
        assert_eq!(said(&|| Payload::encode(&none)), wrong(""));
        assert_eq!(said(&|| encode(&("a", None))), r#"["a",null]"#);
        for (value, place) in [
            (Size::One(none), "field `[1].One`: "),
            (Size::Two(1.0, f32::INFINITY), "field `[1].Two[1]`: "),
            (Size::Named { size: none }, "field `[1].Named.size`: "),
        ] {
            let value = ("a", Some(value));
            assert_eq!(said(&|| encode(&value)), wrong(place));
        }
        let map = BTreeMap::from([(3, Some(none))]);
        assert_eq!(said(&|| Payload::encode(&map)), wrong("field `3`: "));
        let text = Payload::encode(&json!({"a": null, "b": 1.5})).unwrap();
        assert_eq!(text.as_bytes(), br#"{"a":null,"b":1.5}"#);
    }

    #[test]
    fn what_is_no_json_has_no_path_or_one() {
        for text in [
            "",
            "{",
            "{\"id\"",
            "{\"id\": ",
            "[1, 2",
            "}",
            "nul",
            "{\"a\": \"\\",
        ] {
            assert!(
                Payload::from_json(text).decode::<Order>().is_err(),
                "{text}"
            );
        }
    }
}
