//! Reading a struct, as serde's derive does, with its words for what is wrong.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{Outline, Structure, Visit, Written, list::Carriers};
use crate::value::flock_type::{Field, FlockType, fields};

/// Serde's `deserialize`.
#[allow(clippy::missing_errors_doc, reason = "not for people")]
pub fn read<'de, T: Written, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::written(Read(deserializer, PhantomData))
}

struct Read<'de, D>(D, PhantomData<&'de ()>);

impl<'de, S: FlockType, D: Deserializer<'de>> Visit<S> for Read<'de, D> {
    type Output = Result<S, D::Error>;

    fn visit<L, V, B>(self, it: Structure<L, V, B>) -> Self::Output
    where
        L: Carriers,
        V: for<'a> Fn(&'a S) -> L::Refs<'a>,
        B: Fn(L::Values) -> S,
    {
        let Structure {
            outline: Outline { name, keys, .. },
            list,
            build,
            ..
        } = it;
        let reader = Reader {
            name,
            keys,
            fields: fields(S::SHAPE, &[]),
            list,
        };
        self.0.deserialize_struct(name, keys, reader).map(build)
    }
}

/// Reads the values, whatever struct they are of: two with fields of the same types share its code.
struct Reader<L> {
    name: &'static str,
    keys: &'static [&'static str],
    fields: &'static [Field],
    list: L,
}

impl<'de, L: Carriers> Visitor<'de> for Reader<L> {
    type Value = L::Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<L::Values, A::Error> {
        let Self { keys, list, .. } = self;
        let mut slots = L::Slots::default();
        while let Some(found) = from.next_key_seed(Key(keys))? {
            match found {
                Some(at) => list.fill(&mut slots, at, keys, &mut from)?,
                None => drop(from.next_value::<IgnoredAny>()?),
            }
        }
        list.complete(slots, self.fields)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<L::Values, A::Error> {
        let expected = expected(self.name, self.keys.len());
        self.list.sequence(&mut from, 0, &expected.as_str())
    }
}

fn expected(name: &str, elements: usize) -> String {
    match elements {
        1 => format!("struct {name} with 1 element"),
        many => format!("struct {name} with {many} elements"),
    }
}

/// A key: which of the names it is, if any.
struct Key(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("field identifier")
    }

    // Formats without names number the fields.
    fn visit_u64<E>(self, at: u64) -> Result<Self::Value, E> {
        Ok(usize::try_from(at).ok().filter(|at| *at < self.0.len()))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|key| *key == name))
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|key| key.as_bytes() == name))
    }
}
