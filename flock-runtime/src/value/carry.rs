//! How the structs that agents and flocks take and give are written, read, described, copied and
//! shown: by code over the types of their fields, which the compiler checks once.

mod impls;
mod list;
mod missing;
mod read;
mod schema;
#[cfg(test)]
mod tests;

use std::{fmt, marker::PhantomData};

use schemars::{Schema, SchemaGenerator};
use serde::{Deserializer, Serializer, ser::SerializeStruct};

use self::list::{Carriers, Copiers};
pub use self::{list::List, read::read, schema::schema};
use super::flock_type::{FlockType, Travels};

/// What can be a field of a generated struct: whatever [`Travels`] and can be copied and shown, in
/// one bound, so that a type which cannot is reported once and in one sentence.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot travel to a worker",
    label = "not all of `Serialize`, `Deserialize`, `JsonSchema`, `Debug`, `Clone`",
    note = "if it is an input or output, write `#[flock_type] #[derive(Debug, Clone)]` above the type, and above those within it",
    note = "if it is of another crate, turn on its feature of flock-agents (`bytes`, `chrono`, `jiff`, `rust_decimal`, `url`, `uuid`), or wrap it: `#[flock_type] #[derive(Debug, Clone)] struct Mine(#[schemars(with = \"String\")] Theirs);`",
    note = "if it is shared by the agents of a worker, take it as `State<{Self}>`"
)]
#[allow(clippy::missing_errors_doc, reason = "not for people")]
pub trait Carry: Sized {
    /// Carries a field of the type.
    const CARRIER: Carrier<Self>;
    /// Serde's `serialize`.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    /// Serde's `deserialize`.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
    /// Schemars' `subschema_for`.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
    /// What `Clone` gives.
    fn copy(&self) -> Self;
    /// What `Debug` shows.
    fn shown(&self) -> &dyn fmt::Debug;
}

#[diagnostic::do_not_recommend]
impl<T: Travels + fmt::Debug + Clone> Carry for T {
    const CARRIER: Carrier<Self> = Carrier { default: None };

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }

    fn copy(&self) -> Self {
        self.clone()
    }

    fn shown(&self) -> &dyn fmt::Debug {
        self
    }
}

/// Carries a field of type `T`.
pub struct Carrier<T> {
    default: Option<fn() -> T>,
}

impl<T> Carrier<T> {
    /// With a value for where there is none.
    #[must_use]
    pub fn or(self, default: fn() -> T) -> Self {
        Self {
            default: Some(default),
        }
    }
}

/// What can be a field of a struct under `#[flock_type]`: whatever [`Travels`], asked once and not by
/// each derive.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot travel to a worker",
    label = "not all of `Serialize`, `Deserialize`, `JsonSchema`",
    note = "write `#[flock_type]` above the type, and above those within it",
    note = "if it is of another crate, turn on its feature of flock-agents (`bytes`, `chrono`, `jiff`, `rust_decimal`, `url`, `uuid`), or say what it is in JSON: `#[schemars(with = \"String\")]` above the field"
)]
#[allow(clippy::missing_errors_doc, reason = "not for people")]
pub trait Nests: Sized {
    /// Carries a field of the type.
    const NESTED: Nested<Self>;
    /// Serde's `serialize`.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    /// Serde's `deserialize`.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
    /// Schemars' `subschema_for`.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

#[diagnostic::do_not_recommend]
impl<T: Travels> Nests for T {
    const NESTED: Nested<Self> = Nested(PhantomData);

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }
}

/// Carries a field of type `T` that is not copied or shown.
pub struct Nested<T>(PhantomData<T>);

/// A struct whose fields are carried: one under `#[flock_type]`, or a generated one.
pub trait Written: FlockType {
    /// Passes what is known of it to `visit`, by [`visit`].
    fn written<V: Visit<Self>>(visit: V) -> V::Output;
}

impl<T: Carried> Written for T {
    fn written<V: Visit<Self>>(visit: V) -> V::Output {
        T::carried(OfWritten(visit))
    }
}

/// A generated struct.
pub trait Carried: FlockType {
    /// Passes what is known of it to `visit`, by [`visit_carried`].
    fn carried<V: VisitCarried<Self>>(visit: V) -> V::Output;
}

/// What is done with a struct.
pub trait Visit<S> {
    /// What comes of it.
    type Output;
    /// Does it.
    fn visit<L, V, B>(self, it: Structure<L, V, B>) -> Self::Output
    where
        L: Carriers,
        V: for<'a> Fn(&'a S) -> L::Refs<'a>,
        B: Fn(L::Values) -> S;
}

/// What is done with a generated struct.
pub trait VisitCarried<S> {
    /// What comes of it.
    type Output;
    /// Does it.
    fn visit<L, V, B>(self, it: Structure<L, V, B>) -> Self::Output
    where
        L: Copiers,
        V: for<'a> Fn(&'a S) -> L::Refs<'a>,
        B: Fn(L::Values) -> S;
}

struct OfWritten<V>(V);

impl<S, V: Visit<S>> VisitCarried<S> for OfWritten<V> {
    type Output = V::Output;

    fn visit<L, F, B>(self, it: Structure<L, F, B>) -> Self::Output
    where
        L: Copiers,
        F: for<'a> Fn(&'a S) -> L::Refs<'a>,
        B: Fn(L::Values) -> S,
    {
        self.0.visit(it)
    }
}

/// What is known of a struct.
pub struct Outline {
    /// Its name.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: &'static str,
    /// What a field is that says nothing itself: `input` or `output`, or nothing.
    pub role: &'static str,
    /// What the fields say, where that is more than a flock has to know.
    pub docs: &'static [&'static str],
    /// Their names.
    pub keys: &'static [&'static str],
}

/// A struct, by its carriers. How to come by their values and from them is in the type: as a `dyn` both
/// would be compiled wherever one is needed.
pub struct Structure<L, V, B> {
    outline: Outline,
    list: L,
    values: V,
    build: B,
}

/// Has `visit` see the struct `S`: its fields' carriers in pairs of pairs, and how to come by their
/// values and from them.
///
/// A function, because the fields' types may be private, and could not be the types of a trait. And
/// `L` is that of one parameter alone: where a type cannot be carried, rustc finds it in there, and
/// sees that it has said so.
pub fn visit<S, L, V: Visit<S>>(
    visit: V,
    outline: Outline,
    list: L,
    values: impl for<'a> Fn(&'a S) -> L::Refs<'a>,
    build: impl Fn(L::Values) -> S,
) -> V::Output
where
    L: Carriers,
{
    visit.visit(Structure {
        outline,
        list,
        values,
        build,
    })
}

/// [`visit`] for a generated struct.
pub fn visit_carried<S, L, V: VisitCarried<S>>(
    visit: V,
    outline: Outline,
    list: L,
    values: impl for<'a> Fn(&'a S) -> L::Refs<'a>,
    build: impl Fn(L::Values) -> S,
) -> V::Output
where
    L: Copiers,
{
    visit.visit(Structure {
        outline,
        list,
        values,
        build,
    })
}

struct Write<'a, T, S>(&'a T, S);

impl<T, S: Serializer> Visit<T> for Write<'_, T, S> {
    type Output = Result<S::Ok, S::Error>;

    fn visit<L, V, B>(self, it: Structure<L, V, B>) -> Self::Output
    where
        L: Carriers,
        V: for<'a> Fn(&'a T) -> L::Refs<'a>,
        B: Fn(L::Values) -> T,
    {
        write_values(&it.outline, &it.list, (it.values)(self.0), self.1)
    }
}

/// Writes the values, whatever struct they are of: two with fields of the same types share its code.
fn write_values<L: Carriers, S: Serializer>(
    outline: &Outline,
    list: &L,
    values: L::Refs<'_>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut to = serializer.serialize_struct(outline.name, outline.keys.len())?;
    list.write(values, outline.keys, &mut to)?;
    to.end()
}

/// Serde's `serialize`.
#[allow(clippy::missing_errors_doc, reason = "not for people")]
pub fn write<T: Written, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    T::written(Write(value, serializer))
}

struct Copy<'a, T>(&'a T);

impl<T> VisitCarried<T> for Copy<'_, T> {
    type Output = T;

    fn visit<L, V, B>(self, it: Structure<L, V, B>) -> T
    where
        L: Copiers,
        V: for<'a> Fn(&'a T) -> L::Refs<'a>,
        B: Fn(L::Values) -> T,
    {
        (it.build)(it.list.copy((it.values)(self.0)))
    }
}

/// What `Clone` gives.
pub fn copy<T: Carried>(value: &T) -> T {
    T::carried(Copy(value))
}

struct Show<'a, 'f, 'w, T>(&'a T, &'f mut fmt::Formatter<'w>);

impl<T> VisitCarried<T> for Show<'_, '_, '_, T> {
    type Output = fmt::Result;

    fn visit<L, V, B>(self, it: Structure<L, V, B>) -> fmt::Result
    where
        L: Copiers,
        V: for<'a> Fn(&'a T) -> L::Refs<'a>,
        B: Fn(L::Values) -> T,
    {
        let mut to = self.1.debug_struct(it.outline.name);
        it.list.show((it.values)(self.0), it.outline.keys, &mut to);
        to.finish()
    }
}

/// What `Debug` shows.
#[allow(clippy::missing_errors_doc, reason = "not for people")]
pub fn show<T: Carried>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    T::carried(Show(value, f))
}
