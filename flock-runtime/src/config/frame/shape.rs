//! What a value may be, for everyone who asks: messages, schemas, variables.

use std::fmt;

use super::{Data, Row, tree::parse_value};

/// What a value may be.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    /// Text.
    Text,
    /// The path of a file.
    Path,
    /// `"30s"`.
    Duration,
    /// A number of bytes, `"256 KiB"`.
    Size,
    /// Dollars, `"2.50"`.
    Dollars,
    /// The name of a variable that holds a secret, as `"${NAME}"`.
    Variable,
    Flag,
    Whole {
        least: i64,
        most: i64,
    },
    Decimal {
        least: f64,
        most: f64,
    },
    /// A number of pollers, or two bounds: `"1..50"`.
    Pollers,
    /// One of some words.
    Words(Vec<&'static str>),
    List(Box<Self>),
    /// One, or a list of them.
    OneOrList(Box<Self>),
    /// By names of the user's.
    Map(Box<Self>),
    Section(Vec<Row>),
    /// The keys of the whole file.
    File,
    /// What another program says.
    Any,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Path => f.write_str("the path of a file"),
            Self::Duration => f.write_str("a duration such as \"30s\""),
            Self::Size => f.write_str("a size such as \"256 KiB\""),
            Self::Dollars => f.write_str("an amount of dollars such as \"2.50\""),
            Self::Variable => f.write_str("the name of a variable as \"${NAME}\""),
            Self::Flag => f.write_str("`true` or `false`"),
            Self::Whole { least, most } if *most == i64::MAX => {
                write!(f, "a whole number of at least {least}")
            }
            Self::Whole { least, most } => write!(f, "a whole number of {least} to {most}"),
            Self::Decimal { least, most } if most.is_infinite() => {
                write!(f, "a number of at least {least}")
            }
            Self::Decimal { least, most } => write!(f, "a number of {least} to {most}"),
            Self::Pollers => {
                f.write_str("a number of pollers such as 5, or \"1..50\" to scale them")
            }
            Self::Words(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
                f.write_str(&words.join(", "))
            }
            Self::List(of) => write!(f, "a list, each {of}"),
            Self::OneOrList(of) => write!(f, "{of}, or a list"),
            Self::Map(_) | Self::Section(_) | Self::File => f.write_str("a table"),
            Self::Any => f.write_str("any value"),
        }
    }
}

impl Shape {
    /// What a variable's text stands for where this is wanted. Text is itself; of a list without brackets the
    /// commas tell what is in it; all else is written as in the file.
    pub(crate) fn of_text(&self, text: &str) -> Data {
        let list = || {
            let items = text
                .split(',')
                .map(|item| Data::Text(item.trim().to_owned()));
            Data::List(items.collect())
        };
        let itself = || Data::Text(text.to_owned());
        match self {
            Self::Text
            | Self::Path
            | Self::Duration
            | Self::Dollars
            | Self::Variable
            | Self::Size
            | Self::Words(_) => itself(),
            Self::List(_) if !text.trim_start().starts_with('[') => list(),
            Self::OneOrList(_) if text.trim_start().starts_with('[') => {
                parse_value(text.trim()).unwrap_or_else(itself)
            }
            Self::OneOrList(_) => match text.contains(',') {
                true => list(),
                false => itself(),
            },
            _ => parse_value(text.trim()).unwrap_or_else(itself),
        }
    }
}
