//! Reading a struct, as serde's derive does, with its words for what is wrong.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{Structure, list::Carriers};

pub(super) fn structure<'de, S, L: Carriers, D: Deserializer<'de>>(
    it: Structure<S, L>,
    deserializer: D,
) -> Result<S, D::Error> {
    deserializer.deserialize_struct(it.name, it.keys, Reader(it))
}

struct Reader<S, L: Carriers>(Structure<S, L>);

impl<'de, S, L: Carriers> Visitor<'de> for Reader<S, L> {
    type Value = S;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", self.0.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<S, A::Error> {
        let Structure {
            keys, list, build, ..
        } = self.0;
        let mut slots = L::Slots::default();
        while let Some(found) = from.next_key_seed(Key(keys))? {
            match found {
                Some(at) => list.fill(&mut slots, at, keys, &mut from)?,
                None => drop(from.next_value::<IgnoredAny>()?),
            }
        }
        list.complete(slots, keys).map(build)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<S, A::Error> {
        let Structure {
            name,
            keys,
            list,
            build,
            ..
        } = self.0;
        let expected = match keys.len() {
            1 => format!("struct {name} with 1 element"),
            many => format!("struct {name} with {many} elements"),
        };
        list.sequence(&mut from, 0, &expected.as_str()).map(build)
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
