//! Search attributes: typed values by which runs are found (`list --query`).
//!
//! A flock declares those it sets, so that a worker can create them on the server before a run needs
//! them: a server that does not know one refuses the workflow task that sets it, again and again.

use std::time::SystemTime;

use jiff::Timestamp;
use serde::{Serialize, Serializer, ser::Error as _};

use crate::{
    error::{Error, Result},
    text::words::words,
};

/// A search attribute that a flock declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SearchAttribute {
    /// The name on the server.
    pub name: &'static str,
    /// What its values are.
    #[serde(rename = "type")]
    pub kind: SearchKind,
}

impl SearchAttribute {
    /// The attribute `name`, with values of a kind.
    pub const fn new(name: &'static str, kind: SearchKind) -> Self {
        Self { name, kind }
    }
}

words! {
    /// What the values of a search attribute are, by Temporal's names.
    pub enum SearchKind {
        /// A word or an id, found as a whole.
        Keyword = "Keyword",
        /// Several of them.
        KeywordList = "KeywordList",
        /// Prose, found by its words.
        Text = "Text",
        /// A whole number.
        Int = "Int",
        /// A number.
        Double = "Double",
        /// True or false.
        Bool = "Bool",
        /// A time.
        Datetime = "Datetime",
    }
}

impl SearchKind {
    /// The value that `text` is, as on the command line. A list is written with commas.
    ///
    /// # Errors
    /// `Invalid` when it is none of this kind.
    pub fn read(self, text: &str) -> Result<SearchValue> {
        let value = match self {
            Self::Keyword | Self::Text | Self::Datetime => Some(text.into()),
            Self::KeywordList => Some(SearchValue::List(
                text.split(',').map(|word| word.trim().to_owned()).collect(),
            )),
            Self::Int => text.parse().ok().map(SearchValue::Int),
            Self::Double => text.parse().ok().map(SearchValue::Double),
            Self::Bool => text.parse().ok().map(SearchValue::Bool),
        };
        value.ok_or_else(|| Error::invalid(format_args!("`{text}` is no {}", self.as_str())))
    }

    /// The value as a server reads it; none where it is none of this kind. A server refuses the
    /// workflow task with a wrong one, for ever.
    pub(crate) fn takes(self, value: &SearchValue) -> Option<SearchValue> {
        let takes = match (self, value) {
            (Self::Datetime, SearchValue::Text(text)) => return in_time(text.parse().ok()?),
            (Self::Datetime, SearchValue::Time(time)) => {
                return in_time(Timestamp::try_from(*time).ok()?);
            }
            (Self::Keyword | Self::Text, SearchValue::Text(_))
            | (Self::KeywordList, SearchValue::List(_))
            | (Self::Int | Self::Double, SearchValue::Int(_))
            | (Self::Bool, SearchValue::Bool(_)) => true,
            (Self::Double, SearchValue::Double(number)) => number.is_finite(),
            _ => false,
        };
        takes.then(|| value.clone())
    }
}

/// A time as servers read it: RFC 3339, in the years that it writes with four digits.
fn in_time(time: Timestamp) -> Option<SearchValue> {
    let written = rfc3339(time);
    // Years before the first are written with a sign, and the year 0 is no year to some databases.
    let known = !written.starts_with("-") && !written.starts_with("0000");
    known.then_some(SearchValue::Text(written))
}

/// The value of a search attribute: whatever converts into it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum SearchValue {
    /// A keyword, a text, or a time with its offset, as `2026-02-28T12:00:00Z` (RFC 3339).
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Double(f64),
    /// True or false.
    Bool(bool),
    /// A time.
    #[serde(serialize_with = "time")]
    Time(SystemTime),
    /// Keywords.
    List(Vec<String>),
}

macro_rules! from {
    ($($from:ty => $into:expr;)*) => {
        $(impl From<$from> for SearchValue {
            fn from(value: $from) -> Self {
                $into(value)
            }
        })*
    };
}

from! {
    String => Self::Text;
    &str => |text: &str| Self::Text(text.to_owned());
    bool => Self::Bool;
    i64 => Self::Int;
    i32 => |number: i32| Self::Int(number.into());
    u32 => |number: u32| Self::Int(number.into());
    u8 => |number: u8| Self::Int(number.into());
    f64 => Self::Double;
    SystemTime => Self::Time;
    Vec<String> => Self::List;
    Vec<&str> => |words: Vec<&str>| Self::List(words.into_iter().map(str::to_owned).collect());
}

pub(crate) fn size(value: &SearchValue) -> usize {
    serde_json::to_vec(value).map_or(0, |json| json.len())
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn time<S: Serializer>(time: &SystemTime, to: S) -> Result<S::Ok, S::Error> {
    let time = Timestamp::try_from(*time).map_err(S::Error::custom)?;
    to.serialize_str(&rfc3339(time))
}

/// A time as `2026-02-28T12:00:00.500000Z`, to the microsecond.
fn rfc3339(time: Timestamp) -> String {
    format!("{time:.6}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn taken(kind: SearchKind, value: impl Into<SearchValue>) -> Option<SearchValue> {
        kind.takes(&value.into())
    }

    #[test]
    fn times_are_written_as_the_server_reads_them() {
        let epoch = SystemTime::UNIX_EPOCH;
        for (time, said) in [
            (epoch, "1970-01-01T00:00:00.000000Z"),
            (
                epoch + Duration::from_secs(951_782_400),
                "2000-02-29T00:00:00.000000Z",
            ),
            (
                epoch - Duration::from_millis(1_500),
                "1969-12-31T23:59:58.500000Z",
            ),
        ] {
            assert_eq!(taken(SearchKind::Datetime, time), Some(said.into()));
        }
        for (text, said) in [
            ("2026-02-28T12:00:00+01:00", "2026-02-28T11:00:00.000000Z"),
            ("2026-02-28 12:00:00z", "2026-02-28T12:00:00.000000Z"),
            (
                "2100-03-01T00:00:00.1234567Z",
                "2100-03-01T00:00:00.123456Z",
            ),
        ] {
            assert_eq!(
                taken(SearchKind::Datetime, text),
                Some(said.into()),
                "{text}"
            );
        }
    }

    #[test]
    fn times_that_do_not_exist_are_none() {
        let texts = [
            "tomorrow",
            "2026-02-28T12:00:00",
            "2026-02-30T12:00:00Z",
            "2026-02-28T25:00:00Z",
            "2026-02-28T12:00:00+ab:cd",
            "2026-02-28T12:00:00.00.Z",
            "-000001-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "",
        ];
        for text in texts {
            assert_eq!(taken(SearchKind::Datetime, text), None, "{text}");
        }
        let never = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 50);
        assert_eq!(taken(SearchKind::Datetime, never), None);
        assert!(serde_json::to_string(&SearchValue::from(never)).is_err());
    }

    #[test]
    fn kinds_take_their_values() {
        let takes = |kind: SearchKind, value: SearchValue| kind.takes(&value).is_some();
        assert!(takes(SearchKind::Keyword, "blue".into()));
        assert!(!takes(SearchKind::Keyword, 1.into()));
        assert!(takes(SearchKind::Double, 1.into()));
        assert!(!takes(SearchKind::Int, 1.5.into()));
        assert!(!takes(SearchKind::Double, f64::NAN.into()));
        assert!(takes(SearchKind::KeywordList, vec!["a", "b"].into()));
        assert!(takes(SearchKind::Datetime, SystemTime::now().into()));
        assert!(!takes(SearchKind::Datetime, "soon".into()));
        assert_eq!(SearchKind::Bool.read("true").unwrap(), true.into());
        assert!(SearchKind::Int.read("many").is_err());
        assert_eq!(
            SearchKind::KeywordList.read("a, b").unwrap(),
            vec!["a", "b"].into()
        );
    }
}
