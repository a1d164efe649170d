//! The fields of a struct, as a tree of pairs: however many there are, the compiler does not have to
//! go deep.

use std::fmt::DebugStruct;

use schemars::{Schema, SchemaGenerator};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Expected, MapAccess, SeqAccess},
    ser::SerializeStruct,
};
use serde_json::Value;

use super::{Carrier, Carry, Nested, Nests, missing::missing};
use crate::value::flock_type::Field;

/// The fields' names.
type Keys = &'static [&'static str];

/// Carriers, whether or not their fields can be carried.
pub trait List: 'static {
    /// The fields' values.
    type Values;
    /// The fields' values where they are.
    type Refs<'a>;
}

impl List for () {
    type Values = ();
    type Refs<'a> = ();
}

impl<T: 'static> List for Carrier<T> {
    type Values = T;
    type Refs<'a> = &'a T;
}

impl<T: 'static> List for Nested<T> {
    type Values = T;
    type Refs<'a> = &'a T;
}

impl<A: List, B: List> List for (A, B) {
    type Values = (A::Values, B::Values);
    type Refs<'a> = (A::Refs<'a>, B::Refs<'a>);
}

/// What there is to say of a field.
pub struct Property {
    pub(super) field: Field,
    pub(super) schema: Schema,
    pub(super) default: Option<Value>,
}

/// Carriers at work. The names are those of their fields, in order.
#[allow(clippy::missing_errors_doc, reason = "not for people")]
pub trait Carriers: List {
    /// How many they are.
    const LEN: usize;
    /// Values that were read so far.
    type Slots: Default;

    /// Writes the values.
    fn write<S: SerializeStruct>(
        &self,
        values: Self::Refs<'_>,
        keys: Keys,
        to: &mut S,
    ) -> Result<(), S::Error>;

    /// Reads the value of the field `at`.
    fn fill<'de, A: MapAccess<'de>>(
        &self,
        slots: &mut Self::Slots,
        at: usize,
        keys: Keys,
        from: &mut A,
    ) -> Result<(), A::Error>;

    /// The values that were read, and those that need not be there.
    fn complete<E: de::Error>(
        &self,
        slots: Self::Slots,
        fields: &[Field],
    ) -> Result<Self::Values, E>;

    /// Reads the values in order. The first is the `at`th of the struct.
    fn sequence<'de, A: SeqAccess<'de>>(
        &self,
        from: &mut A,
        at: usize,
        expected: &dyn Expected,
    ) -> Result<Self::Values, A::Error>;

    /// Describes the fields.
    fn describe(
        &self,
        fields: &[Field],
        generator: &mut SchemaGenerator,
        properties: &mut Vec<Property>,
    );
}

/// Carriers of what can be copied and shown.
pub trait Copiers: Carriers {
    /// What `Clone` gives.
    fn copy(&self, values: Self::Refs<'_>) -> Self::Values;

    /// Adds what `Debug` shows.
    fn show(&self, values: Self::Refs<'_>, keys: Keys, to: &mut DebugStruct<'_, '_>);
}

impl Carriers for () {
    const LEN: usize = 0;
    type Slots = ();

    fn write<S: SerializeStruct>(&self, (): (), _: Keys, _: &mut S) -> Result<(), S::Error> {
        Ok(())
    }

    fn fill<'de, A: MapAccess<'de>>(
        &self,
        (): &mut (),
        _: usize,
        _: Keys,
        _: &mut A,
    ) -> Result<(), A::Error> {
        Ok(())
    }

    fn complete<E: de::Error>(&self, (): (), _: &[Field]) -> Result<(), E> {
        Ok(())
    }

    fn sequence<'de, A: SeqAccess<'de>>(
        &self,
        _: &mut A,
        _: usize,
        _: &dyn Expected,
    ) -> Result<(), A::Error> {
        Ok(())
    }

    fn describe(&self, _: &[Field], _: &mut SchemaGenerator, _: &mut Vec<Property>) {}
}

impl Copiers for () {
    fn copy(&self, (): ()) {}

    fn show(&self, (): (), _: Keys, _: &mut DebugStruct<'_, '_>) {}
}

/// A field's carrier, which asks of its type one thing.
macro_rules! carrier {
    ($carrier:ident, $can:ident, $written:ident, $read:ident) => {
        impl<T: $can + 'static> Carriers for $carrier<T> {
            const LEN: usize = 1;
            type Slots = Option<T>;

            fn write<S: SerializeStruct>(
                &self,
                value: &T,
                keys: Keys,
                to: &mut S,
            ) -> Result<(), S::Error> {
                to.serialize_field(keys[0], &$written(value))
            }

            fn fill<'de, A: MapAccess<'de>>(
                &self,
                slot: &mut Option<T>,
                _: usize,
                keys: Keys,
                from: &mut A,
            ) -> Result<(), A::Error> {
                if slot.is_some() {
                    return Err(de::Error::duplicate_field(keys[0]));
                }
                *slot = Some(from.next_value::<$read<T>>()?.0);
                Ok(())
            }

            fn complete<E: de::Error>(&self, slot: Option<T>, fields: &[Field]) -> Result<T, E> {
                let Field { name, optional, .. } = fields[0];
                match (slot, self.default()) {
                    (Some(value), _) => Ok(value),
                    (None, Some(default)) => Ok(default()),
                    (None, None) if optional || Self::ASKS => {
                        missing(name).map(|$read(value)| value)
                    }
                    (None, None) => Err(de::Error::missing_field(name)),
                }
            }

            fn sequence<'de, A: SeqAccess<'de>>(
                &self,
                from: &mut A,
                at: usize,
                expected: &dyn Expected,
            ) -> Result<T, A::Error> {
                match (from.next_element()?, self.default()) {
                    (Some($read(value)), _) => Ok(value),
                    (None, Some(default)) => Ok(default()),
                    (None, None) => Err(de::Error::invalid_length(at, expected)),
                }
            }

            fn describe(
                &self,
                fields: &[Field],
                generator: &mut SchemaGenerator,
                properties: &mut Vec<Property>,
            ) {
                let default = self
                    .default()
                    .and_then(|default| serde_json::to_value($written(&default())).ok());
                properties.push(Property {
                    field: fields[0],
                    schema: T::schema(generator),
                    default,
                });
            }
        }

        struct $written<'a, T>(&'a T);

        impl<T: $can> Serialize for $written<'_, T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                T::write(self.0, serializer)
            }
        }

        struct $read<T>(T);

        impl<'de, T: $can> Deserialize<'de> for $read<T> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                T::read(deserializer).map(Self)
            }
        }
    };
}

carrier!(Carrier, Carry, Written, Read);
carrier!(Nested, Nests, WrittenWithin, ReadWithin);

impl<T> Carrier<T> {
    /// Whether a value that is not there is asked for all the same: what is optional is known.
    const ASKS: bool = false;

    const fn default(&self) -> Option<fn() -> T> {
        self.default
    }
}

impl<T> Nested<T> {
    /// As serde's derive does.
    const ASKS: bool = true;

    #[allow(clippy::unused_self, reason = "as `Carrier`")]
    const fn default(&self) -> Option<fn() -> T> {
        None
    }
}

impl<T: Carry + 'static> Copiers for Carrier<T> {
    fn copy(&self, value: &T) -> T {
        T::copy(value)
    }

    fn show(&self, value: &T, keys: Keys, to: &mut DebugStruct<'_, '_>) {
        to.field(keys[0], T::shown(value));
    }
}

impl<A: Carriers, B: Carriers> Carriers for (A, B) {
    const LEN: usize = A::LEN + B::LEN;
    type Slots = (A::Slots, B::Slots);

    fn write<S: SerializeStruct>(
        &self,
        values: Self::Refs<'_>,
        keys: Keys,
        to: &mut S,
    ) -> Result<(), S::Error> {
        let (before, after) = keys.split_at(A::LEN);
        self.0.write(values.0, before, to)?;
        self.1.write(values.1, after, to)
    }

    fn fill<'de, M: MapAccess<'de>>(
        &self,
        slots: &mut Self::Slots,
        at: usize,
        keys: Keys,
        from: &mut M,
    ) -> Result<(), M::Error> {
        let (before, after) = keys.split_at(A::LEN);
        match at.checked_sub(A::LEN) {
            None => self.0.fill(&mut slots.0, at, before, from),
            Some(at) => self.1.fill(&mut slots.1, at, after, from),
        }
    }

    fn complete<E: de::Error>(
        &self,
        slots: Self::Slots,
        fields: &[Field],
    ) -> Result<Self::Values, E> {
        let (before, after) = fields.split_at(A::LEN);
        Ok((
            self.0.complete(slots.0, before)?,
            self.1.complete(slots.1, after)?,
        ))
    }

    fn sequence<'de, S: SeqAccess<'de>>(
        &self,
        from: &mut S,
        at: usize,
        expected: &dyn Expected,
    ) -> Result<Self::Values, S::Error> {
        Ok((
            self.0.sequence(from, at, expected)?,
            self.1.sequence(from, at + A::LEN, expected)?,
        ))
    }

    fn describe(
        &self,
        fields: &[Field],
        generator: &mut SchemaGenerator,
        properties: &mut Vec<Property>,
    ) {
        let (before, after) = fields.split_at(A::LEN);
        self.0.describe(before, generator, properties);
        self.1.describe(after, generator, properties);
    }
}

impl<A: Copiers, B: Copiers> Copiers for (A, B) {
    fn copy(&self, values: Self::Refs<'_>) -> Self::Values {
        (self.0.copy(values.0), self.1.copy(values.1))
    }

    fn show(&self, values: Self::Refs<'_>, keys: Keys, to: &mut DebugStruct<'_, '_>) {
        let (before, after) = keys.split_at(A::LEN);
        self.0.show(values.0, before, to);
        self.1.show(values.1, after, to);
    }
}
