//! What is printed: results, tables, errors. A closed pipe is not our concern.

use std::{
    io::{self, Write},
    time::Duration,
};

use serde::Serialize;
use serde_json::{Map, Value};
use tracing::Level;

use super::{logging, progress};
use crate::value::media;

/// Longest value that is printed on the line of its name.
const LINE: usize = 72;

/// Prints to stdout, with a line end if there is none.
pub(crate) fn text(text: &str) {
    if text.is_empty() {
        return;
    }
    let mut out = io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let _ = write!(out, "{text}{end}").and_then(|()| out.flush());
}

/// Prints one JSON document to stdout.
pub(crate) fn json(document: &impl Serialize) {
    match serde_json::to_string_pretty(document) {
        Ok(document) => text(&document),
        Err(fault) => error(&format!("cannot be written as JSON: {fault}")),
    }
}

/// Says something on stderr, beside the progress display.
pub(crate) fn note(message: &str) {
    if logging::is_json() {
        return logging::said(Level::INFO, message.trim());
    }
    event(message);
}

/// Puts a line on stderr as it is: with `--json`, a document.
pub(crate) fn event(line: &str) {
    progress::BARS.suspend(|| {
        let _ = writeln!(io::stderr(), "{line}");
    });
}

/// Says on stderr what went wrong.
pub(crate) fn error(message: &str) {
    if logging::is_json() {
        return logging::said(Level::ERROR, message);
    }
    let word = console::style("error:").red().bold().for_stderr();
    note(&format!("{word} {message}"));
}

/// A result for people: a lone text as it is, else `name: value` a field.
pub(crate) fn result(value: &Value) -> String {
    let value = without_bytes(value);
    match value.as_object().and_then(single_text) {
        Some(text) => text.to_owned(),
        None => told(&value),
    }
}

/// The same, in which a lone text has its name too.
pub(crate) fn named(value: &Value) -> String {
    told(&without_bytes(value))
}

fn told(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(fields) => self::fields(fields),
        other => pretty(other),
    }
}

/// With what images and files are, in place of what they hold.
fn without_bytes(value: &Value) -> Value {
    let mut value = value.clone();
    media::replace(&mut value, &mut |media| format!("[{media}]"));
    value
}

fn single_text(fields: &Map<String, Value>) -> Option<&str> {
    let mut values = fields.values();
    values.next().filter(|_| fields.len() == 1)?.as_str()
}

/// `name: value` a line; what is long gets lines of its own.
fn fields(fields: &Map<String, Value>) -> String {
    let mut lines = String::new();
    for (name, value) in fields {
        let short = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if short.chars().count() <= LINE && !short.contains('\n') {
            lines += &format!("{name}: {short}\n");
        } else {
            let long = match value {
                Value::String(text) => text.clone(),
                other => pretty(other),
            };
            lines += &format!("{name}:\n{}", indented(&long));
        }
    }
    lines
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}

/// Each line two spaces in.
pub(crate) fn indented(text: &str) -> String {
    text.lines()
        .map(|line| {
            if line.is_empty() {
                "\n".into()
            } else {
                format!("  {line}\n")
            }
        })
        .collect()
}

/// Columns under their heads.
pub(crate) fn table<const N: usize>(heads: [&str; N], body: &[[String; N]]) -> String {
    let heads = heads.map(str::to_owned);
    let lines: Vec<_> = std::iter::once(heads).chain(body.iter().cloned()).collect();
    rows(&lines)
}

/// Columns two spaces apart; the last is not padded.
pub(crate) fn rows<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |text: &str| console::measure_text_width(text);
    let mut widths = [0; N];
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width(cell));
        }
    }
    let line = |cells: &[String; N]| {
        let mut line = String::new();
        for (cell, widest) in cells.iter().zip(widths) {
            line += cell;
            line += &" ".repeat(widest + 2 - width(cell));
        }
        format!("{}\n", line.trim_end())
    };
    rows.iter().map(line).collect()
}

/// A duration as people say it: `0.4s`, `12.3s`, `2m 05s`, `3h 10m`, `4d 02h`.
pub(crate) fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..60 => format!("{:.1}s", duration.as_secs_f64()),
        60..3_600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{}h {:02}m", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{}d {:02}h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

/// How long ago `time` was.
#[cfg(feature = "temporal")]
pub(crate) fn ago(time: std::time::SystemTime) -> String {
    // A clock that differs from the server's may put it in the future.
    format!("{} ago", span(time.elapsed().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_lone_text_is_printed_as_it_is() {
        assert_eq!(
            result(&json!({ "summary": "short\nand sweet" })),
            "short\nand sweet"
        );
        assert_eq!(result(&json!("text")), "text");
        assert_eq!(result(&json!(null)), "");
        assert_eq!(result(&json!({ "pages": 3 })), "pages: 3\n");
        let photo = crate::value::media::Media::new("image/png", [7; 5_000]);
        let shown = result(&json!({ "it": photo, "all": [photo] }));
        assert_eq!(
            shown,
            "it: [image/png, 5 KB]\nall: [\"[image/png, 5 KB]\"]\n"
        );
    }

    #[test]
    fn long_values_get_lines_of_their_own() {
        let long = "word ".repeat(20);
        let shown = result(&json!({ "a": "one\n\ntwo", "b": long, "c": [1, 2], "d": true }));
        assert_eq!(
            shown,
            format!("a:\n  one\n\n  two\nb:\n  {long}\nc: [1,2]\nd: true\n")
        );
    }

    #[test]
    fn columns_stand_under_their_heads() {
        let rows = [["é".into(), "x".into()], ["long".into(), String::new()]];
        assert_eq!(table(["A", "B"], &rows), "A     B\né     x\nlong\n");
    }

    #[test]
    fn spans() {
        for (millis, said) in [
            (400, "0.4s"),
            (125_000, "2m 05s"),
            (11_400_000, "3h 10m"),
            (352_800_000, "4d 02h"),
        ] {
            assert_eq!(span(Duration::from_millis(millis)), said);
        }
    }
}
