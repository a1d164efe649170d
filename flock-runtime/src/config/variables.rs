//! `FLOCK_AGENTS__WRITER__RETRIES=5`: the environment above the file.
//!
//! A variable is a key's path in capitals, joined by two underscores. So what has two is meant for the file, and
//! is an error where there is no such key; what has none and looks like a slip is told of, since it may be
//! somebody else's.

use std::ffi::OsString;

use super::{
    Config,
    frame::{Data, Fault, Node, Place, Row, Section, Shape, Table, merge, unknown},
};
use crate::text::sentence::nearest;

const PREFIX: &str = "FLOCK_";
const JOINT: &str = "__";

/// Variables of flock's that are no keys.
const OTHERS: [&str; 5] = [
    "FLOCK_CONFIG",
    "FLOCK_LOG",
    "FLOCK_METRICS_LISTEN",
    "FLOCK_MODEL",
    "FLOCK_PROFILE",
];

/// Lays what the variables say above `table`; gives what is wrong with them.
pub(super) fn apply(table: &mut Table, mut variables: Vec<(OsString, OsString)>) -> Vec<Fault> {
    let rows = Config::rows();
    let mut faults = Vec::new();
    variables.sort();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| is_ours(name)) else {
            continue;
        };
        // As of Temporal's variables, one that is empty says nothing.
        if value.is_empty() || OTHERS.contains(&name) {
            continue;
        }
        let mut wrong = |message: String| {
            faults.push(Fault {
                place: Some(Place::Variable(name.into())),
                message,
            });
        };
        let Some(value) = value.to_str() else {
            wrong("it is no text (UTF-8)".to_owned());
            continue;
        };
        let words: Vec<_> = name[PREFIX.len()..].split(JOINT).collect();
        match found(&rows, &words, Some(table)) {
            Ok((path, shape)) => {
                let over = nested(&path, shape.of_text(value), name);
                merge(table, over);
            }
            Err(message) if words.len() > 1 => wrong(message),
            Err(_) => {
                if let Some(meant) = meant(&rows, name) {
                    tracing::warn!("{name} is no variable of flock's; did you mean `{meant}`?");
                }
            }
        }
    }
    faults
}

fn is_ours(name: &str) -> bool {
    name.len() > PREFIX.len() && name.starts_with(PREFIX)
}

/// The key that `words` name, and what it may be.
fn found(
    rows: &[Row],
    words: &[&str],
    table: Option<&Table>,
) -> Result<(Vec<String>, Shape), String> {
    let Some((word, rest)) = words.split_first() else {
        return Err("it names no key".to_owned());
    };
    let key = word.to_lowercase();
    let Some(row) = rows
        .iter()
        .find(|row| row.key == key && !matches!(row.shape, Shape::File))
    else {
        return Err(unknown(&key, rows));
    };
    let within = within(table, row.key);
    let (mut path, shape) = beneath(&row.shape, rest, within)?;
    path.insert(0, row.key.to_owned());
    Ok((path, shape))
}

fn beneath(
    shape: &Shape,
    words: &[&str],
    table: Option<&Table>,
) -> Result<(Vec<String>, Shape), String> {
    match (shape, words) {
        (Shape::Map(of), _) if matches!(**of, Shape::File) => Err(
            "a profile is chosen by FLOCK_PROFILE, and a key of it overridden by its own name"
                .to_owned(),
        ),
        (Shape::Section(_) | Shape::Map(_), []) => {
            Err("it names a table: go on with `__` and a key of it".to_owned())
        }
        (Shape::Section(rows), words) => found(rows, words, table),
        (Shape::Map(of), [name, rest @ ..]) => {
            let name = in_file(name, table);
            let within = within(table, &name);
            let (mut path, shape) = beneath(of, rest, within)?;
            path.insert(0, name);
            Ok((path, shape))
        }
        (shape, []) => Ok((Vec::new(), shape.clone())),
        (_, [word, ..]) => Err(format!(
            "there is nothing beneath that is called `{}`",
            word.to_lowercase()
        )),
    }
}

fn within<'a>(table: Option<&'a Table>, key: &str) -> Option<&'a Table> {
    match &table?.get(key)?.data {
        Data::Table(table) => Some(table),
        _ => None,
    }
}

/// The name that the file has for what a variable can only write in capitals, else the same in small letters.
fn in_file(word: &str, table: Option<&Table>) -> String {
    let loudly = |name: &str| -> String {
        let letter = |c: char| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        };
        name.chars().map(letter).collect()
    };
    let mut names = table.into_iter().flat_map(Table::keys);
    let named = names.find(|name| *name == word || loudly(name) == loudly(word));
    named.cloned().unwrap_or_else(|| word.to_lowercase())
}

fn nested(path: &[String], data: Data, name: &str) -> Table {
    let node = |data| Node {
        place: Place::Variable(name.into()),
        data,
    };
    let Some((last, tables)) = path.split_last() else {
        return Table::new();
    };
    let mut table = Table::from([(last.clone(), node(data))]);
    for key in tables.iter().rev() {
        table = Table::from([(key.clone(), node(Data::Table(table)))]);
    }
    table
}

/// What may have been meant by a variable that is none of flock's.
fn meant(rows: &[Row], name: &str) -> Option<String> {
    let word = &name[PREFIX.len()..];
    let section = rows.iter().find_map(|row| {
        let rest = word
            .strip_prefix(&row.key.to_uppercase())?
            .strip_prefix('_')?;
        let is_table = matches!(row.shape, Shape::Section(_) | Shape::Map(_));
        let meant = format!("{}{JOINT}{rest}", row.key.to_uppercase());
        // Not where it is no key either: Kubernetes sets FLOCK_WORKER_PORT for a service `flock-worker`.
        let words: Vec<_> = meant.split(JOINT).collect();
        let is_key = is_table && found(rows, &words, None).is_ok();
        is_key.then(|| format!("{PREFIX}{meant}"))
    });
    let scalars = rows
        .iter()
        .filter(|row| !matches!(row.shape, Shape::Section(_) | Shape::Map(_)));
    let known: Vec<_> = scalars
        .map(|row| format!("{PREFIX}{}", row.key.to_uppercase()))
        .chain(OTHERS.map(str::to_owned))
        .collect();
    let near = || nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
    section.or_else(near)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::frame::parse;

    fn said(file: &str, variables: &[(&str, &str)]) -> Result<Table, String> {
        let mut table = parse(file).unwrap();
        let variables = variables
            .iter()
            .map(|(name, value)| (name.into(), value.into()));
        let faults = apply(&mut table, variables.collect());
        match faults.first() {
            Some(fault) => Err(fault.to_string()),
            None => Ok(table),
        }
    }

    fn shown(file: &str, variables: &[(&str, &str)]) -> String {
        Data::Table(said(file, variables).unwrap()).to_string()
    }

    #[test]
    fn a_variable_is_the_path_of_a_key() {
        for (variable, value, toml) in [
            ("FLOCK_ENGINE", "temporal", "{ engine = \"temporal\" }"),
            (
                "FLOCK_DEFAULTS__TIMEOUT",
                "2m",
                "{ defaults = { timeout = \"2m\" } }",
            ),
            (
                "FLOCK_AGENTS__WRITER__RETRIES",
                "5",
                "{ agents = { writer = { retries = 5 } } }",
            ),
            (
                "FLOCK_AGENTS__WRITER__RETRY__BACKOFF",
                "1.5",
                "{ agents = { writer = { retry = { backoff = 1.5 } } } }",
            ),
            (
                "FLOCK_DEFAULTS__MODEL",
                "a/b, c/d",
                "{ defaults = { model = [\"a/b\", \"c/d\"] } }",
            ),
            (
                "FLOCK_MCP__FILES__ARGS",
                "[\"a,b\"]",
                "{ mcp = { files = { args = [\"a,b\"] } } }",
            ),
        ] {
            assert_eq!(shown("", &[(variable, value)]), toml);
        }
    }

    #[test]
    fn names_are_as_the_file_has_them() {
        let file = "[queues.Big-One]\nretries = 1\n[agents.'wri*']\nretries = 1";
        let variables = [
            ("FLOCK_QUEUES__BIG_ONE__RETRIES", "2"),
            ("FLOCK_AGENTS__WRI*__RETRIES", "3"),
        ];
        assert_eq!(
            shown(file, &variables),
            "{ agents = { \"wri*\" = { retries = 3 } }, queues = { Big-One = { retries = 2 } } }"
        );
    }

    #[test]
    fn what_is_no_key_is_told() {
        for (variable, part) in [
            ("FLOCK_AGNETS__A__RETRIES", "did you mean `agents`?"),
            (
                "FLOCK_AGENTS__A__RETRYS",
                "did you mean `retry` or `retries`?",
            ),
            ("FLOCK_AGENTS__A", "names a table"),
            ("FLOCK_DEFAULTS__TIMEOUT__S", "nothing beneath"),
            ("FLOCK_PROFILES__A__ENGINE", "FLOCK_PROFILE"),
        ] {
            let fault = said("", &[(variable, "1")]).unwrap_err();
            assert!(
                fault.starts_with(variable) && fault.contains(part),
                "{fault}"
            );
        }
        // What is somebody else's, and what is empty.
        for (variable, value) in [("FLOCK_TEST_X", "1"), ("FLOCK_AGENTS__A__RETRYS", "")] {
            assert_eq!(shown("", &[(variable, value)]), "{  }");
        }
        let rows = Config::rows();
        for (variable, near) in [
            ("FLOCK_ENGIN", Some("FLOCK_ENGINE")),
            ("FLOCK_MODELL", Some("FLOCK_MODEL")),
            ("FLOCK_AGENTS_A__RETRIES", Some("FLOCK_AGENTS__A__RETRIES")),
            ("FLOCK_WORKER_GRACE", Some("FLOCK_WORKER__GRACE")),
            ("FLOCK_WORKER_PORT", None),
            ("FLOCK_TEST_BUILD", None),
        ] {
            assert_eq!(meant(&rows, variable).as_deref(), near, "{variable}");
        }
    }
}
