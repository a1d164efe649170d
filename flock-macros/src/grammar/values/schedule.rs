//! When a flock starts by itself.

use darling::FromMeta;
use syn::{Lit, LitStr, Meta, spanned::Spanned};

use super::{Millis, key, literal, nested, value};
use crate::{
    diag::{Sentence, nearest, say},
    grammar::{
        cron::{self, Cron},
        duration, options,
    },
};

/// `schedule = "0 9 * * MON-FRI"` or `schedule(every = "1h", offset = "10m")`.
#[derive(Debug, Clone)]
pub(crate) enum Schedule {
    Cron {
        text: String,
        cron: Cron,
    },
    Every {
        every: Millis,
        offset: Option<Millis>,
    },
}

#[derive(Default, FromMeta)]
#[darling(default)]
struct Interval {
    every: Option<Millis>,
    offset: Option<Millis>,
}

impl FromMeta for Schedule {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        if let Meta::List(_) = item {
            return interval(item);
        }
        let expr = value(item)?;
        let Some(Lit::Str(text)) = literal(expr) else {
            return Err(say::takes_cron(&key(item)).at(expr.span()));
        };
        match cron::parse(&text.value()) {
            Ok(cron) => Ok(Self::Cron {
                text: text.value().trim().to_owned(),
                cron,
            }),
            Err(said) => Err(said.at(text.span())),
        }
    }
}

fn interval(item: &Meta) -> darling::Result<Schedule> {
    let Interval { every, offset } = nested(item, &["every", "offset"])?;
    let Some(every) = every else {
        return Err(say::no_interval().at(item.path().span()));
    };
    for (key, limit) in [("every", Some(every)), ("offset", offset)] {
        if let Some(limit) = limit
            && !limit.millis.is_multiple_of(1_000)
        {
            return Err(say::not_whole_seconds(key).at(limit.span));
        }
    }
    if let Some(offset) = offset
        && offset.millis >= every.millis
    {
        let [offset_text, every_text] =
            [offset, every].map(|limit| duration::display(limit.millis));
        return Err(say::offset_beyond(&offset_text, &every_text).at(offset.span));
    }
    Ok(Schedule::Every { every, offset })
}

/// A time zone by its IANA name. Which cities there are the server knows.
#[derive(Debug, Clone)]
pub(crate) struct TimeZone(pub(crate) String);

const REGIONS: [&str; 11] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Etc",
    "Europe",
    "Indian",
    "Pacific",
];

impl FromMeta for TimeZone {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let text = quoted(item, || {
            let key = key(item);
            say::takes_zone(&key, options::example(&key))
        })?;
        let name = text.value();
        let near: Vec<String> = match name.split_once('/') {
            None if name == "UTC" => return Ok(Self(name)),
            None => nearest(&name.to_uppercase(), ["UTC"])
                .into_iter()
                .map(str::to_owned)
                .collect(),
            Some((region, cities)) => {
                let is_city = |city: &str| {
                    let letter = |c: char| c.is_ascii_alphanumeric() || "_-+".contains(c);
                    !city.is_empty() && city.chars().all(letter)
                };
                let cities_fit = cities.split('/').all(is_city);
                if cities_fit && REGIONS.contains(&region) {
                    return Ok(Self(name));
                }
                let cities = cities.replace(' ', "_");
                let near = nearest(region, REGIONS).into_iter();
                near.map(|region| format!("{region}/{cities}")).collect()
            }
        };
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        Err(say::not_a_zone(&name, &near).at(text.span()))
    }
}

/// What happens when the last run goes on: the name of one of the runtime's `Overlap`s.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Overlap(pub(crate) &'static str);

const OVERLAPS: [(&str, &str); 6] = [
    ("skip", "Skip"),
    ("buffer_one", "BufferOne"),
    ("buffer_all", "BufferAll"),
    ("cancel_other", "CancelOther"),
    ("terminate_other", "TerminateOther"),
    ("allow_all", "AllowAll"),
];

impl FromMeta for Overlap {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let text = quoted(item, || {
            let key = key(item);
            say::takes_text(&key, options::example(&key))
        })?;
        let name = text.value();
        match OVERLAPS.iter().find(|(known, _)| *known == name) {
            Some((_, variant)) => Ok(Self(variant)),
            None => {
                let known = OVERLAPS.map(|(known, _)| known);
                Err(say::bad_overlap(&name, &known).at(text.span()))
            }
        }
    }
}

fn quoted(item: &Meta, fault: impl FnOnce() -> Sentence) -> darling::Result<&LitStr> {
    let expr = value(item)?;
    match literal(expr) {
        Some(Lit::Str(text)) => Ok(text),
        _ => Err(fault().at(expr.span())),
    }
}
