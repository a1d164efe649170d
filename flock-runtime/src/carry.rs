//! How the structs that agents and flocks take and give are written, read, described, copied and
//! shown: by code that is compiled once, over the types of their fields.

mod list;
mod missing;
mod read;
mod schema;

use std::{fmt, marker::PhantomData};

use schemars::{Schema, SchemaGenerator};
use serde::{Deserializer, Serializer, ser::SerializeStruct};

use self::list::Carriers;
pub use self::list::List;
use crate::flock_type::{FlockType, Shape, Travels};

/// What can be a field of a generated struct: whatever [`Travels`] and can be copied and shown, in
/// one bound, so that a type which cannot is reported once and in one sentence.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot travel to a worker",
    label = "not all of `Serialize`, `Deserialize`, `JsonSchema`, `Debug`, `Clone`",
    note = "if it is an input or output, write `#[flock_type] #[derive(Debug, Clone)]` above the type, and above those within it",
    note = "if it is shared by the agents of a worker, take it as `State<{Self}>`"
)]
pub trait Carry: Travels + fmt::Debug + Clone {
    /// Carries a field of the type.
    const CARRIER: Carrier<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: Travels + fmt::Debug + Clone> Carry for T {
    const CARRIER: Carrier<Self> = Carrier {
        default: None,
        ty: PhantomData,
    };
}

/// Carries a field of type `T`.
pub struct Carrier<T> {
    default: Option<fn() -> T>,
    ty: PhantomData<fn() -> T>,
}

impl<T> Carrier<T> {
    /// With a value for where there is none.
    #[must_use]
    pub fn or(self, default: fn() -> T) -> Self {
        Self {
            default: Some(default),
            ..self
        }
    }
}

/// A generated struct.
pub trait Carried: FlockType {
    /// Its fields, as their types.
    fn structure() -> impl Fields<Self>;
}

/// A [`Structure`] whose fields can all be carried. A trait, so that their types, which may be private,
/// are nowhere to be named.
pub trait Fields<S> {
    /// The carriers.
    type List: Carriers;
    /// The structure itself.
    fn structure(self) -> Structure<S, Self::List>;
}

/// What is known of the struct `S`.
pub struct Structure<S, L: List> {
    /// The struct.
    pub name: &'static str,
    /// Its doc comment.
    pub doc: &'static str,
    /// What its fields are: `input` or `output`.
    pub role: &'static str,
    /// The fields' names.
    pub keys: &'static [&'static str],
    /// The fields' carriers, in pairs of pairs.
    pub list: L,
    /// The fields' values, in the same pairs.
    pub values: for<'a> fn(&'a S) -> L::Refs<'a>,
    /// From the fields' values.
    pub build: fn(L::Values) -> S,
}

impl<S, L: Carriers> Fields<S> for Structure<S, L> {
    type List = L;

    fn structure(self) -> Self {
        self
    }
}

/// Serde's `serialize`.
#[allow(clippy::missing_errors_doc, reason = "not for people")]
pub fn write<T: Carried, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let it = T::structure().structure();
    let mut to = serializer.serialize_struct(it.name, it.keys.len())?;
    it.list.write((it.values)(value), it.keys, &mut to)?;
    to.end()
}

/// Serde's `deserialize`.
#[allow(clippy::missing_errors_doc, reason = "not for people")]
pub fn read<'de, T: Carried, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    read::structure(T::structure().structure(), deserializer)
}

/// Schemars' `schema_name`.
pub fn name<T: Carried>() -> &'static str {
    T::structure().structure().name
}

/// Schemars' `json_schema`.
pub fn schema<T: Carried>(generator: &mut SchemaGenerator) -> Schema {
    let fields = match T::SHAPE {
        Shape::Fields(fields) => fields,
        Shape::Value => &[],
    };
    schema::structure(T::structure().structure(), fields, generator)
}

/// What `Clone` gives.
pub fn copy<T: Carried>(value: &T) -> T {
    let it = T::structure().structure();
    (it.build)(it.list.copy((it.values)(value)))
}

/// What `Debug` shows.
#[allow(clippy::missing_errors_doc, reason = "not for people")]
pub fn show<T: Carried>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let it = T::structure().structure();
    let mut to = f.debug_struct(it.name);
    it.list.show((it.values)(value), it.keys, &mut to);
    to.finish()
}

/// The impls of a struct that is [`Carried`]: derives would have the compiler check the same code for
/// every field of every struct.
#[doc(hidden)]
#[macro_export]
macro_rules! __carried {
    ($ident:ident) => {
        #[automatically_derived]
        impl $crate::private::serde::Serialize for $ident {
            fn serialize<S: $crate::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::private::carry::write(self, serializer)
            }
        }
        #[automatically_derived]
        impl<'de> $crate::private::serde::Deserialize<'de> for $ident {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::private::carry::read(deserializer)
            }
        }
        #[automatically_derived]
        impl $crate::private::schemars::JsonSchema for $ident {
            fn schema_name() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                ::std::borrow::Cow::Borrowed($crate::private::carry::name::<Self>())
            }
            fn schema_id() -> ::std::borrow::Cow<'static, ::core::primitive::str> {
                ::std::borrow::Cow::Borrowed(::core::any::type_name::<Self>())
            }
            fn json_schema(
                generator: &mut $crate::private::schemars::SchemaGenerator,
            ) -> $crate::private::schemars::Schema {
                $crate::private::carry::schema::<Self>(generator)
            }
        }
        #[automatically_derived]
        impl ::core::clone::Clone for $ident {
            fn clone(&self) -> Self {
                $crate::private::carry::copy(self)
            }
        }
        #[automatically_derived]
        impl ::core::fmt::Debug for $ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::private::carry::show(self, f)
            }
        }
    };
}
