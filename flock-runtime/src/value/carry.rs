//! How the structs that agents and flocks take and give are written, read, described, copied and
//! shown: by code over the types of their fields, which the compiler checks once.

mod list;
mod missing;
mod read;
mod schema;
#[cfg(test)]
mod tests;

use std::fmt;

use schemars::{Schema, SchemaGenerator};
use serde::{Deserializer, Serializer, ser::SerializeStruct};

use self::list::Carriers;
pub use self::{
    list::List,
    read::read,
    schema::{name, schema},
};
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

/// A generated struct.
pub trait Carried: FlockType {
    /// Passes what is known of it to `visit`, by [`visit`].
    fn carried<V: Visit<Self>>(visit: V) -> V::Output;
}

/// What is done with a generated struct.
pub trait Visit<S> {
    /// What comes of it.
    type Output;
    /// Does it.
    fn visit<L: Carriers>(self, it: Structure<'_, S, L>) -> Self::Output;
}

/// What is known of a generated struct.
pub struct Outline {
    /// Its name.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: &'static str,
    /// What its fields are: `input` or `output`.
    pub role: &'static str,
    /// Their names.
    pub keys: &'static [&'static str],
}

/// A generated struct `S`, by its carriers.
pub struct Structure<'s, S, L: Carriers> {
    outline: Outline,
    list: L,
    values: &'s dyn for<'a> Fn(&'a S) -> L::Refs<'a>,
    build: &'s dyn Fn(L::Values) -> S,
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
        values: &values,
        build: &build,
    })
}

struct Write<'a, T, S>(&'a T, S);

impl<T, S: Serializer> Visit<T> for Write<'_, T, S> {
    type Output = Result<S::Ok, S::Error>;

    fn visit<L: Carriers>(self, it: Structure<'_, T, L>) -> Self::Output {
        let mut to = self
            .1
            .serialize_struct(it.outline.name, it.outline.keys.len())?;
        it.list
            .write((it.values)(self.0), it.outline.keys, &mut to)?;
        to.end()
    }
}

/// Serde's `serialize`.
#[allow(clippy::missing_errors_doc, reason = "not for people")]
pub fn write<T: Carried, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    T::carried(Write(value, serializer))
}

struct Copy<'a, T>(&'a T);

impl<T> Visit<T> for Copy<'_, T> {
    type Output = T;

    fn visit<L: Carriers>(self, it: Structure<'_, T, L>) -> T {
        (it.build)(it.list.copy((it.values)(self.0)))
    }
}

/// What `Clone` gives.
pub fn copy<T: Carried>(value: &T) -> T {
    T::carried(Copy(value))
}

struct Show<'a, 'f, 'w, T>(&'a T, &'f mut fmt::Formatter<'w>);

impl<T> Visit<T> for Show<'_, '_, '_, T> {
    type Output = fmt::Result;

    fn visit<L: Carriers>(self, it: Structure<'_, T, L>) -> fmt::Result {
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

/// The impls of a generated struct: derives would have the compiler check the same code for every
/// field of every struct.
///
/// Given are the struct and its doc comment, what its fields are, their names, types, descriptions
/// and whether they may be left out, their carriers, and how to come by their values and from them.
#[doc(hidden)]
#[macro_export]
macro_rules! __carried {
    (
        $ident:ident, $doc:literal, $role:literal,
        [$(($key:literal, $ty:literal, $description:literal, $optional:expr)),*],
        $list:expr, $values:expr, $build:expr $(,)?
    ) => {
        #[automatically_derived]
        impl $crate::private::FlockType for $ident {
            const SHAPE: $crate::private::Shape = {
                #[allow(unused_imports)]
                use $crate::private::Required as _;
                $crate::private::Shape::Fields(&[
                    $($crate::private::Field {
                        name: $key,
                        ty: $ty,
                        description: $description,
                        optional: $optional,
                    }),*
                ])
            };
        }
        #[automatically_derived]
        impl $crate::value::carry::Carried for $ident {
            // Whatever is named here is seen by the types and defaults in the list.
            fn carried<__V: $crate::value::carry::Visit<Self>>(visit: __V) -> __V::Output {
                let outline = $crate::value::carry::Outline {
                    name: ::core::stringify!($ident),
                    doc: $doc,
                    role: $role,
                    keys: &[$($key),*],
                };
                $crate::value::carry::visit(visit, outline, $list, $values, $build)
            }
        }
        #[automatically_derived]
        impl $crate::private::serde::Serialize for $ident {
            fn serialize<S: $crate::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::value::carry::write(self, serializer)
            }
        }
        #[automatically_derived]
        impl<'de> $crate::private::serde::Deserialize<'de> for $ident {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::value::carry::read(deserializer)
            }
        }
        #[automatically_derived]
        impl $crate::private::schemars::JsonSchema for $ident {
            fn schema_name() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                ::std::borrow::Cow::Borrowed($crate::value::carry::name::<Self>())
            }
            fn schema_id() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                ::std::borrow::Cow::Borrowed(::core::any::type_name::<Self>())
            }
            fn json_schema(
                generator: &mut $crate::private::schemars::SchemaGenerator,
            ) -> $crate::private::schemars::Schema {
                $crate::value::carry::schema::<Self>(generator)
            }
        }
        #[automatically_derived]
        impl ::core::clone::Clone for $ident {
            fn clone(&self) -> Self {
                $crate::value::carry::copy(self)
            }
        }
        #[automatically_derived]
        impl ::core::fmt::Debug for $ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::value::carry::show(self, f)
            }
        }
    };
}
