//! TOML as it was written: each value with its place.

use std::{collections::BTreeMap, fmt, ops::Range, sync::Arc};

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::Fault;

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// In the file.
    File {
        /// The line, from 1.
        line: usize,
        /// The profile that it is in.
        profile: Option<Arc<str>>,
    },
    /// In a variable of the environment.
    Variable(Arc<str>),
}

/// A value, and where its key was written.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) data: Data,
}

pub(crate) type Table = BTreeMap<String, Node>;

/// A value.
#[derive(Debug, Clone)]
pub(crate) enum Data {
    Table(Table),
    List(Vec<Data>),
    Text(String),
    Whole(i64),
    Decimal(f64),
    Flag(bool),
    Date(String),
}

impl Data {
    /// As JSON, where it has the same.
    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Table(table) => table
                .iter()
                .map(|(key, node)| (key.clone(), node.data.json()))
                .collect(),
            Self::List(items) => items.iter().map(Self::json).collect(),
            Self::Text(text) | Self::Date(text) => text.as_str().into(),
            Self::Whole(number) => (*number).into(),
            Self::Decimal(number) => (*number).into(),
            Self::Flag(flag) => (*flag).into(),
        }
    }
}

/// As TOML writes it, on one line.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(table) => {
                f.write_str("{ ")?;
                for (at, (key, node)) in table.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{} = {}", quoted(key), node.data)?;
                }
                f.write_str(" }")
            }
            Self::List(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{item}")?;
                }
                f.write_str("]")
            }
            // A JSON string is one of TOML.
            Self::Text(text) => write!(f, "{}", Value::from(text.as_str())),
            Self::Whole(number) => write!(f, "{number}"),
            Self::Decimal(number) => write!(f, "{number:?}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Date(date) => f.write_str(date),
        }
    }
}

/// A key as TOML writes it.
pub(crate) fn quoted(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match !key.is_empty() && key.chars().all(is_bare) {
        true => key.to_owned(),
        false => Value::from(key).to_string(),
    }
}

/// Reads a file's text.
///
/// # Errors
/// What is no TOML in it.
pub(crate) fn parse(text: &str) -> Result<Table, Vec<Fault>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let line = |span: Range<usize>| {
        let before = text.as_bytes().iter().take(span.start);
        before.filter(|byte| **byte == b'\n').count() + 1
    };
    if errors.is_empty() {
        let mut faults = Vec::new();
        let table = in_table(table.into_inner(), &line, &mut faults);
        return if faults.is_empty() {
            Ok(table)
        } else {
            Err(faults)
        };
    }
    let faults = errors.iter().map(|error| Fault {
        place: error.span().map(|span| Place::File {
            line: line(span),
            profile: None,
        }),
        message: format!("this is no TOML: {}", error.message()),
    });
    Err(faults.collect())
}

/// The value in a variable: as TOML writes it, where it is.
pub(super) fn parse_value(text: &str) -> Option<Data> {
    let value = DeValue::parse(text).ok()?.into_inner();
    let mut faults = Vec::new();
    let data = data(value, 0, &|_| 0, &mut faults);
    faults.is_empty().then_some(data)
}

fn in_table(
    table: DeTable<'_>,
    line: &dyn Fn(Range<usize>) -> usize,
    faults: &mut Vec<Fault>,
) -> Table {
    let nodes = table.into_iter().map(|(key, value)| {
        let line_of = line(key.span());
        let node = Node {
            place: Place::File {
                line: line_of,
                profile: None,
            },
            data: data(value.into_inner(), line_of, line, faults),
        };
        (key.into_inner().into_owned(), node)
    });
    nodes.collect()
}

fn data(
    value: DeValue<'_>,
    at: usize,
    line: &dyn Fn(Range<usize>) -> usize,
    faults: &mut Vec<Fault>,
) -> Data {
    let mut too_large = |text: &str| {
        faults.push(Fault {
            place: Some(Place::File {
                line: at,
                profile: None,
            }),
            message: format!("the number {text} is too large"),
        });
        Data::Whole(0)
    };
    match value {
        DeValue::String(text) => Data::Text(text.into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| too_large(number.as_str()), Data::Whole),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .map_or_else(|_| too_large(number.as_str()), Data::Decimal),
        DeValue::Boolean(flag) => Data::Flag(flag),
        DeValue::Datetime(date) => Data::Date(date.to_string()),
        DeValue::Array(items) => Data::List(
            items
                .into_iter()
                .map(|item| data(item.into_inner(), at, line, faults))
                .collect(),
        ),
        DeValue::Table(table) => Data::Table(in_table(table, line, faults)),
    }
}

/// Keys that say one thing in several ways.
const ALTERNATIVES: [&[&str]; 5] = [
    &["retries", "max_attempts"],
    &["api_key", "api_key_env", "api_key_file"],
    &["keys_env", "keys_file"],
    &["command", "url"],
    &["task_queue", "pool"],
];

/// Lays `over` above `base`: tables key by key, other values as a whole. Whoever says a thing above need not
/// know in which way it is said below.
pub(crate) fn merge(base: &mut Table, over: Table) {
    // A section may have such a name: that of an agent, of a server.
    let says = |node: &Node| !matches!(node.data, Data::Table(_));
    for ways in ALTERNATIVES {
        if ways.iter().any(|key| over.get(*key).is_some_and(says)) {
            base.retain(|key, node| !(ways.contains(&key.as_str()) && says(node)));
        }
    }
    for (key, node) in over {
        match (base.get_mut(&key), node) {
            (
                Some(Node {
                    place,
                    data: Data::Table(below),
                }),
                Node {
                    place: above,
                    data: Data::Table(table),
                },
            ) => {
                *place = above;
                merge(below, table);
            }
            (_, node) => {
                base.insert(key, node);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(base: &str, over: &str) -> String {
        let mut base = parse(base).unwrap();
        merge(&mut base, parse(over).unwrap());
        Data::Table(base).to_string()
    }

    #[test]
    fn one_way_to_say_a_thing_takes_the_place_of_another() {
        for (base, over, both) in [
            ("retries = 3", "max_attempts = 2", "{ max_attempts = 2 }"),
            (
                "pool = 'high'",
                "task_queue = 'a'",
                "{ task_queue = \"a\" }",
            ),
            ("keys_env = 'A'", "keys_file = 'a'", "{ keys_file = \"a\" }"),
        ] {
            assert_eq!(merged(base, over), both);
        }
    }

    #[test]
    fn a_section_of_such_a_name_stays() {
        assert_eq!(
            merged(
                "[agents.command]\nretries = 5",
                "[agents.command]\ntimeout = '1m'"
            ),
            "{ agents = { command = { retries = 5, timeout = \"1m\" } } }"
        );
        assert_eq!(
            merged("[agents.url]\nretries = 5", "[agents.command]\nretries = 1"),
            "{ agents = { command = { retries = 1 }, url = { retries = 5 } } }"
        );
    }
}
