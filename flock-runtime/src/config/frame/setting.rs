//! How each type of value is read.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    num::{NonZeroU16, NonZeroU32, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use serde_json::{Map, Value};

use super::{Data, Faults, Shape, Spot};
use crate::{
    config::{Compression, EngineName, ModelNames, Size},
    declare::{effect::Effect, pool::Pool, reasoning::Reasoning},
    text::{dollars, duration, sentence::nearest},
};

/// A kind of value: what it may be, and how it is read.
pub(crate) trait Setting {
    /// What a field of it holds.
    type Value;

    /// Whether a value of another kind may be a secret, and is not repeated.
    const IS_SECRET: bool = false;

    /// What it may be.
    fn shape() -> Shape;

    /// Reads it, or notes what is wrong.
    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self::Value>;
}

impl<T: Setting> Setting for Option<T> {
    type Value = Option<T::Value>;

    fn shape() -> Shape {
        T::shape()
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self::Value> {
        T::read(data, spot, faults).map(Some)
    }
}

impl<T: Setting> Setting for Vec<T> {
    type Value = Vec<T::Value>;

    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self::Value> {
        match data {
            Data::List(items) => {
                let items = items.into_iter().map(|item| T::read(item, spot, faults));
                // Each is looked at, whatever is wrong with the one before.
                let items: Vec<_> = items.collect();
                items.into_iter().collect()
            }
            other => {
                faults.other_kind(spot, &Self::shape(), &other);
                None
            }
        }
    }
}

impl<T: Setting> Setting for BTreeMap<String, T> {
    type Value = BTreeMap<String, T::Value>;

    fn shape() -> Shape {
        Shape::Map(Box::new(T::shape()))
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self::Value> {
        match data {
            Data::Table(table) => {
                let is_section = matches!(T::shape(), Shape::Section(_));
                let entries = table.into_iter().map(|(key, node)| {
                    let spot = match is_section {
                        true => spot.section(&key),
                        false => spot.child(&key),
                    };
                    let value = T::read(node.data, &spot, faults);
                    value.map(|value| (key, value))
                });
                let entries: Vec<_> = entries.collect();
                entries.into_iter().collect()
            }
            other if T::IS_SECRET => {
                faults.other_secret(spot, &Self::shape(), &other);
                None
            }
            other => {
                faults.other_kind(spot, &Self::shape(), &other);
                None
            }
        }
    }
}

/// Text without anything that looks like a variable: only secrets are looked up.
fn text(data: Data, shape: &Shape, spot: &Spot, faults: &mut Faults) -> Option<String> {
    match data {
        Data::Text(text) => match text.split_once("${").map(|(_, rest)| rest.contains('}')) {
            Some(true) => {
                faults.wrong(
                    spot,
                    "`${…}` stands for secrets alone, where a key takes one; another value is overridden by a variable of its own, FLOCK_…",
                );
                None
            }
            _ => Some(text),
        },
        other => {
            faults.other_kind(spot, shape, &other);
            None
        }
    }
}

/// Text that a function reads.
fn read_as<T>(
    data: Data,
    shape: &Shape,
    spot: &Spot,
    faults: &mut Faults,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Option<T> {
    let text = text(data, shape, spot, faults)?;
    match read(&text) {
        Ok(value) => Some(value),
        Err(what) => {
            faults.wrong(spot, &what);
            None
        }
    }
}

impl Setting for String {
    type Value = Self;

    fn shape() -> Shape {
        Shape::Text
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self> {
        text(data, &Self::shape(), spot, faults)
    }
}

impl Setting for PathBuf {
    type Value = Self;

    fn shape() -> Shape {
        Shape::Path
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self> {
        text(data, &Self::shape(), spot, faults).map(Self::from)
    }
}

impl Setting for SocketAddr {
    type Value = Self;

    fn shape() -> Shape {
        Shape::Text
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self> {
        read_as(data, &Self::shape(), spot, faults, |text| {
            text.parse().map_err(|_| {
                format!("`{text}` is no address with a port, such as \"127.0.0.1:9464\"")
            })
        })
    }
}

impl Setting for Duration {
    type Value = Self;

    fn shape() -> Shape {
        Shape::Duration
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self> {
        read_as(data, &Self::shape(), spot, faults, duration::parse)
    }
}

impl Setting for Size {
    type Value = Self;

    fn shape() -> Shape {
        Shape::Size
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self> {
        read_as(data, &Self::shape(), spot, faults, Size::of_text)
    }
}

/// US dollars, as millionths of one.
#[derive(Debug)]
pub(crate) struct Dollars;

impl Setting for Dollars {
    type Value = u64;

    fn shape() -> Shape {
        Shape::Dollars
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<u64> {
        read_as(data, &Self::shape(), spot, faults, |text| {
            dollars::parse(text)
                .ok_or_else(|| format!("`{text}` is no amount of dollars, such as \"2.50\""))
        })
    }
}

/// The name of a variable that holds a secret, written as `"${NAME}"`. What else stands there may be the secret
/// itself, and is not repeated.
#[derive(Debug)]
pub(crate) struct Variable;

impl Setting for Variable {
    type Value = String;

    fn shape() -> Shape {
        Shape::Variable
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<String> {
        let name = match &data {
            Data::Text(text) => named(text).map(str::to_owned),
            _ => None,
        };
        if name.is_none() {
            faults.say(
                spot,
                &format!(
                    "`{}` would put a secret into this file: write the name of the variable that has it, \"${{NAME}}\"",
                    spot.name()
                ),
            );
        }
        name
    }
}

/// The variable's name in `"${NAME}"`.
pub(crate) fn named(text: &str) -> Option<&str> {
    let name = text.trim().strip_prefix("${")?.strip_suffix('}')?;
    is_variable(name).then_some(name)
}

fn is_variable(name: &str) -> bool {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins = name.chars().next().is_some_and(|c| !c.is_ascii_digit());
    begins && name.chars().all(is_fine)
}

/// What is wrong with `name` as that of a variable with a secret, where it is none. It may be the secret itself, and is
/// not repeated.
pub(crate) fn no_variable(key: &str, name: &str, such_as: &str) -> Option<String> {
    (!is_variable(name)).then(|| {
        format!(
            "`{key}` takes the name of an environment variable, such as `{such_as}`: its value does not stand in this file"
        )
    })
}

/// The name of a variable that holds a secret, written as `NAME` or as `"${NAME}"`; what it is not is left to
/// the section to say.
#[derive(Debug)]
pub(crate) struct OrVariable;

impl Setting for OrVariable {
    type Value = String;

    const IS_SECRET: bool = true;

    fn shape() -> Shape {
        Shape::Text
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<String> {
        match data {
            Data::Text(text) => Some(named(&text).map(str::to_owned).unwrap_or(text)),
            other => {
                faults.other_secret(spot, &Self::shape(), &other);
                None
            }
        }
    }
}

impl Setting for bool {
    type Value = Self;

    fn shape() -> Shape {
        Shape::Flag
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self> {
        match data {
            Data::Flag(flag) => Some(flag),
            other => {
                faults.other_kind(spot, &Self::shape(), &other);
                None
            }
        }
    }
}

macro_rules! whole {
    ($($type:ty: $least:literal..=$most:ident,)*) => {$(
        impl Setting for $type {
            type Value = Self;

            fn shape() -> Shape {
                Shape::Whole { least: $least, most: i64::try_from($most::MAX).unwrap_or(i64::MAX) }
            }

            fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self> {
                let number = match &data {
                    Data::Whole(number) => $most::try_from(*number).ok(),
                    _ => None,
                };
                let number = number.and_then(|number| Self::try_from(number).ok());
                if number.is_none() {
                    faults.other_kind(spot, &Self::shape(), &data);
                }
                number
            }
        }
    )*};
}

// Up to the most that a type holds.
whole! {
    u8: 0..=u8,
    u16: 0..=u16,
    u32: 0..=u32,
    u64: 0..=u64,
    usize: 0..=usize,
    NonZeroU16: 1..=u16,
    NonZeroU32: 1..=u32,
    NonZeroUsize: 1..=usize,
}

/// A whole number within bounds.
#[derive(Debug)]
pub(crate) struct Within<const LEAST: i64, const MOST: i64>;

impl<const LEAST: i64, const MOST: i64> Setting for Within<LEAST, MOST> {
    type Value = u8;

    fn shape() -> Shape {
        Shape::Whole {
            least: LEAST,
            most: MOST,
        }
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<u8> {
        let number = match &data {
            Data::Whole(number) if (LEAST..=MOST).contains(number) => u8::try_from(*number).ok(),
            _ => None,
        };
        if number.is_none() {
            faults.other_kind(spot, &Self::shape(), &data);
        }
        number
    }
}

/// A number of at least `LEAST`, and of at most `MOST` where that is not 0.
#[derive(Debug)]
pub(crate) struct Number<const LEAST: u8, const MOST: u8>;

impl<const LEAST: u8, const MOST: u8> Setting for Number<LEAST, MOST> {
    type Value = f64;

    fn shape() -> Shape {
        Shape::Decimal {
            least: LEAST.into(),
            most: match MOST {
                0 => f64::INFINITY,
                most => most.into(),
            },
        }
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<f64> {
        let number = match data {
            Data::Decimal(number) => Some(number),
            #[allow(clippy::cast_precision_loss, reason = "nobody writes such numbers")]
            Data::Whole(number) => Some(number as f64),
            _ => None,
        };
        let most = if MOST == 0 { f64::MAX } else { MOST.into() };
        let number = number.filter(|number| (f64::from(LEAST)..=most).contains(number));
        if number.is_none() {
            faults.other_kind(spot, &Self::shape(), &data);
        }
        number
    }
}

macro_rules! one_of {
    ($($type:ty),*) => {$(
        impl Setting for $type {
            type Value = Self;

            fn shape() -> Shape {
                Shape::Words(Self::ALL.iter().map(|one| one.as_str()).collect())
            }

            fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self> {
                read_as(data, &Self::shape(), spot, faults, |word| {
                    let known = Self::ALL.iter().copied();
                    known.into_iter().find(|one| one.as_str() == word).ok_or_else(|| {
                        let words = || Self::ALL.iter().map(|one| one.as_str());
                        match nearest(word, words()) {
                            Some(near) => format!("there is no `{word}`; did you mean `{near}`?"),
                            None => {
                                let words = words().collect::<Vec<_>>();
                                format!("`{word}` is none of {}", words.join(", "))
                            }
                        }
                    })
                })
            }
        }
    )*};
}

one_of!(Compression, EngineName, Effect, Pool, Reasoning);

impl Setting for ModelNames {
    type Value = Self;

    fn shape() -> Shape {
        Shape::OneOrList(Box::new(Shape::Text))
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self> {
        match data {
            Data::List(_) => Vec::<String>::read(data, spot, faults).map(Self::Several),
            Data::Text(_) => String::read(data, spot, faults).map(Self::One),
            other => {
                faults.other_kind(spot, &Self::shape(), &other);
                None
            }
        }
    }
}

/// What another program is told, as JSON.
impl Setting for Map<String, Value> {
    type Value = Self;

    fn shape() -> Shape {
        Shape::Map(Box::new(Shape::Any))
    }

    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Option<Self> {
        match data.json() {
            Value::Object(map) => Some(map),
            _ => {
                faults.other_kind(spot, &Self::shape(), &data);
                None
            }
        }
    }
}
