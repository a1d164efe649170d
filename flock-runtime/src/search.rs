//! Search attributes: typed values by which runs are found (`list --query`).
//!
//! A flock declares those it sets, so that a worker can create them on the server before a run needs
//! them: a server that does not know one refuses the workflow task that sets it, again and again.

use std::time::SystemTime;

use serde::{Serialize, Serializer};

use crate::{
    error::{Error, Result},
    flock::FlockDescriptor,
    topology::Node,
};

/// The flock's name, on every run.
pub(crate) const FLOCK: &str = "flock_name";
/// A declared flock's first agent.
pub(crate) const START_AGENT: &str = "start_agent";
/// What ties the runs of one conversation together.
pub(crate) const SESSION: &str = "session_id";

/// By what every run is found, its values given.
pub(crate) fn built_in<'a>(
    flock: &FlockDescriptor,
    session: Option<&'a str>,
) -> impl Iterator<Item = (&'static str, &'a str)> {
    let first = flock.graph.iter().find_map(|node| match node {
        Node::Agent { entry, .. } => Some(entry.descriptor.name),
        _ => None,
    });
    let values = [
        (FLOCK, Some(flock.name)),
        (START_AGENT, first),
        (SESSION, session),
    ];
    values
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
}

/// A search attribute that a flock declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SearchAttribute {
    /// The name on the server.
    pub name: &'static str,
    /// What its values are.
    #[serde(rename = "type")]
    pub kind: SearchKind,
}

/// What the values of a search attribute are, by Temporal's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum SearchKind {
    /// A word or an id, found as a whole.
    Keyword,
    /// Several of them.
    KeywordList,
    /// Prose, found by its words.
    Text,
    /// A whole number.
    Int,
    /// A number.
    Double,
    /// True or false.
    Bool,
    /// A time.
    Datetime,
}

impl SearchKind {
    /// The kind in a word, as `#[flock]` and the Temporal CLI write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keyword => "Keyword",
            Self::KeywordList => "KeywordList",
            Self::Text => "Text",
            Self::Int => "Int",
            Self::Double => "Double",
            Self::Bool => "Bool",
            Self::Datetime => "Datetime",
        }
    }

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

    fn takes(self, value: &SearchValue) -> bool {
        match value {
            SearchValue::Text(text) => match self {
                Self::Keyword | Self::Text => true,
                Self::Datetime => is_time(text),
                _ => false,
            },
            SearchValue::List(_) => self == Self::KeywordList,
            SearchValue::Int(_) => matches!(self, Self::Int | Self::Double),
            SearchValue::Double(number) => self == Self::Double && number.is_finite(),
            SearchValue::Bool(_) => self == Self::Bool,
            SearchValue::Time(_) => self == Self::Datetime,
        }
    }
}

/// The value of a search attribute: whatever converts into it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum SearchValue {
    /// A keyword, a text, or a time in RFC 3339.
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

/// The declared attribute `name`, when it takes `value`.
///
/// # Errors
/// `NotFound` when the flock declares none of this name; `Invalid` when its kind is another.
pub(crate) fn declared(
    flock: &crate::flock::FlockDescriptor,
    name: &str,
    value: Option<&SearchValue>,
) -> Result<&'static SearchAttribute> {
    let known = flock.options.search_attributes;
    let Some(attribute) = known.iter().find(|attribute| attribute.name == name) else {
        let message = format!(
            "flock `{}` declares no search attribute `{name}`: add \
             `search_attributes({name}: Keyword)` to its `#[flock]`, and workers create it on the server",
            flock.name
        );
        return Err(Error::not_found(message).named("SearchAttributeNotFound"));
    };
    match value {
        Some(value) if !attribute.kind.takes(value) => {
            let kind = attribute.kind.as_str();
            let value = serde_json::to_string(value).unwrap_or_default();
            let message =
                format!("search attribute `{name}` is declared as {kind}, which {value} is not");
            Err(Error::invalid(message).named("SearchAttributeType"))
        }
        _ => Ok(attribute),
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn time<S: Serializer>(time: &SystemTime, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&rfc3339(*time))
}

/// A time as `2026-02-28T12:00:00.5Z`, to the microsecond; times before 1970 as 1970.
fn rfc3339(time: SystemTime) -> String {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    // The civil calendar in eras of 400 years that begin in March, so that leap days come last.
    let day = days + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:06}Z",
        second / 3_600,
        second / 60 % 60,
        second % 60,
        since.subsec_micros()
    )
}

/// Whether the server reads this as a time: a date, `T`, a time of day and an offset.
fn is_time(text: &str) -> bool {
    let digits = |from: usize, to: usize, between: std::ops::RangeInclusive<u32>| {
        let part = text
            .get(from..to)
            .filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
        part.and_then(|part| part.parse().ok())
            .is_some_and(|number: u32| between.contains(&number))
    };
    let at = |index: usize, wanted: &str| text.get(index..=index) == Some(wanted);
    let rest = text.get(19..).unwrap_or_default();
    let fraction = rest.strip_prefix('.').map_or(rest, |rest| {
        rest.trim_start_matches(|digit: char| digit.is_ascii_digit())
    });
    let offset = fraction == "Z"
        || (fraction.len() == 6
            && fraction.starts_with(['+', '-'])
            && fraction.get(3..4) == Some(":"));
    digits(0, 4, 0..=9999)
        && digits(5, 7, 1..=12)
        && digits(8, 10, 1..=31)
        && digits(11, 13, 0..=23)
        && digits(14, 16, 0..=59)
        && digits(17, 19, 0..=59)
        && at(4, "-")
        && at(7, "-")
        && at(10, "T")
        && at(13, ":")
        && at(16, ":")
        && offset
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_written_as_the_server_reads_them() {
        for (seconds, said) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (951_782_400, "2000-02-29T00:00:00.000000Z"),
            (1_767_225_599, "2025-12-31T23:59:59.000000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000000Z"),
        ] {
            let written = rfc3339(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
            assert_eq!(written, said);
            assert!(is_time(&written));
        }
        assert!(is_time("2026-02-28T12:00:00+01:00"));
        assert!(!is_time("2026-02-28 12:00:00Z"));
        assert!(!is_time("tomorrow"));
        assert!(!is_time("2026-02-28T12:00:00"));
    }

    #[test]
    fn kinds_take_their_values() {
        let takes = |kind: SearchKind, value: SearchValue| kind.takes(&value);
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
