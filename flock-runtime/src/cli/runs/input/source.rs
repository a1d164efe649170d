//! Where an input comes from: the command line, a file, stdin.

use std::{io::Read, path::Path};

use serde_json::{Value, json};

use crate::{
    cli::exit::Fault,
    value::media::{Media, media_type_of},
};

/// The text itself, or that of the file it names.
pub(super) fn text_of(name: &str, text: &str) -> Result<String, Fault> {
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

/// The image or file that `text` names: `@FILE`, or an address. Otherwise it is JSON.
pub(super) fn media_of(name: &str, text: &str) -> Result<Option<Value>, Fault> {
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    let path = match text.strip_prefix('@') {
        Some(path) => path,
        None if is_address => text.split(['?', '#']).next().unwrap_or(text),
        None => return Ok(None),
    };
    let Some(media_type) = media_type_of(Path::new(path)) else {
        return Err(Fault::usage(format!(
            "input `{name}`: what `{path}` is cannot be told by its name: give it as JSON, `{{\"media_type\": \"image/png\", \"base64\": \"…\"}}`, or with `\"media_url\"`"
        )));
    };
    let media = match is_address {
        true => Media::at(media_type, text),
        false => Media::read(path)
            .map_err(|error| Fault::usage(format!("input `{name}`: {}", error.message())))?,
    };
    Ok(Some(json!(media)))
}

/// JSON as it is given, or from a file or stdin.
pub(super) fn read_json(source: &str) -> Result<Value, Fault> {
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
    use super::*;

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
    fn memo_values_are_json_where_they_read_as_json() {
        assert_eq!(pair("n=1"), Ok(("n".into(), json!(1))));
        assert_eq!(pair("who=me=you"), Ok(("who".into(), json!("me=you"))));
        assert!(pair("who").is_err() && pair("=x").is_err());
    }
}
