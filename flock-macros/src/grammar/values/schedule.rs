//! When a flock starts by itself.

use syn::{Lit, Meta, spanned::Spanned};

use super::Millis;
use crate::{
    diag::{Errors, nearest, say},
    grammar::{
        cron::{self, Cron},
        duration,
        options::{Constant, Entry, Row, Table, ToConstant, Value, nested, options},
        own::literal,
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

options! {
    struct Interval {
        every: Millis = "every = \"1h\"",
        offset: Millis = "offset = \"10m\"",
    }
}

impl Value for Schedule {
    const WITHIN: &'static [Row] = Interval::ROWS;

    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        if let Meta::List(_) = &entry.meta {
            let written: Interval = nested(entry, errors)?;
            // What is wrong with a part of it says enough.
            return match errors.is_sound() {
                true => errors.take(interval(entry, written)),
                false => None,
            };
        }
        errors.take(cron(entry))
    }
}

fn cron(entry: &Entry) -> syn::Result<Schedule> {
    let expr = entry.value()?;
    let Some(Lit::Str(text)) = literal(expr) else {
        return Err(say::takes_cron(entry.key()).at(expr.span()));
    };
    match cron::parse(&text.value()) {
        Ok(cron) => Ok(Schedule::Cron {
            text: text.value().trim().to_owned(),
            cron,
        }),
        Err(said) => Err(said.at(text.span())),
    }
}

fn interval(entry: &Entry, written: Interval) -> syn::Result<Schedule> {
    let offset = written.offset.take();
    let Some(every) = written.every.take() else {
        return Err(say::no_interval().at(entry.place()));
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

impl Value for TimeZone {
    fn read(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        errors.take(time_zone(entry))
    }
}

fn time_zone(entry: &Entry) -> syn::Result<TimeZone> {
    let expr = entry.value()?;
    let Some(Lit::Str(text)) = literal(expr) else {
        return Err(say::takes_zone(entry.key(), entry.example()).at(expr.span()));
    };
    let name = text.value();
    let near: Vec<String> = match name.split_once('/') {
        None if name == "UTC" => return Ok(TimeZone(name)),
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
                return Ok(TimeZone(name));
            }
            let cities = cities.replace(' ', "_");
            let near = nearest(region, REGIONS).into_iter();
            near.map(|region| format!("{region}/{cities}")).collect()
        }
    };
    let near: Vec<&str> = near.iter().map(String::as_str).collect();
    Err(say::not_a_zone(&name, &near).at(text.span()))
}
impl ToConstant for TimeZone {
    fn constant(&self) -> Constant {
        Constant::Text(self.0.clone())
    }
}
