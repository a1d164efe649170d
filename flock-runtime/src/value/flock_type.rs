//! Types that travel: what agents and flocks take and give.

mod foreign;
mod standard;

use std::marker::PhantomData;

use schemars::{JsonSchema, Schema};
use serde::{Serialize, de::DeserializeOwned};

use crate::text::sentence::same;

/// A value that can be an agent's input field, output field or result.
///
/// Implemented for everything that serde can write and read, and schemars can describe. What an agent
/// takes is held by its future while that waits, and threads pass that on: there it is `Send` too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot travel to a worker",
    label = "an input or output must be `Serialize`, `Deserialize` and `JsonSchema`",
    note = "put `#[flock_type]` above the type, and above those within it",
    note = "if it is of another crate, turn on its feature of flock-agents (`bytes`, `chrono`, `jiff`, `rust_decimal`, `url`, `uuid`), or wrap it: `#[flock_type] struct Mine(#[schemars(with = \"String\")] Theirs);`"
)]
pub trait Travels: Serialize + DeserializeOwned + JsonSchema + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + JsonSchema + 'static> Travels for T {}

/// The JSON Schema of `T`.
pub(crate) fn schema_of<T: JsonSchema>() -> Schema {
    schemars::schema_for!(T)
}

/// One named value of an input or output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The name, which is also the key in JSON.
    pub name: &'static str,
    /// The type as written, paths reduced to their last segment: `Vec<String>`.
    pub ty: &'static str,
    /// What it means, for people and models. Empty when nothing was written.
    pub description: &'static str,
    /// Whether an input may be left out, because it has a default or its type is an `Option`.
    pub optional: bool,
}

impl Field {
    /// A field that says nothing of itself and must be given.
    pub const fn new(name: &'static str, ty: &'static str) -> Self {
        Self {
            name,
            ty,
            description: "",
            optional: false,
        }
    }

    /// What it means.
    #[must_use]
    pub const fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Whether it may be left out.
    #[must_use]
    pub const fn optional(mut self, optional: bool) -> Self {
        self.optional = optional;
        self
    }
}

/// The field of this name.
pub(crate) const fn find<'a>(fields: &'a [Field], name: &str) -> Option<&'a Field> {
    let mut at = 0;
    while at < fields.len() {
        if same(fields[at].name, name) {
            return Some(&fields[at]);
        }
        at += 1;
    }
    None
}

/// What a [`FlockType`] looks like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// Named fields: in a declared flock they flow by name.
    Fields(&'static [Field]),
    /// One value without field names, such as a `String` or an enum.
    Value,
}

/// The fields of a shape; those given here for a value without names.
pub const fn fields(shape: Shape, value: &'static [Field]) -> &'static [Field] {
    match shape {
        Shape::Fields(fields) => fields,
        Shape::Value => value,
    }
}

/// A type that can be a whole input or a whole output.
///
/// The structs that `#[agent]` generates implement it, as do types marked `#[flock_type]` and the
/// plain values of the standard library: numbers, `bool`, `char`, `String`, `PathBuf`, `Duration`,
/// `SystemTime`, addresses, `Vec` and the other collections, `Option`, `Box`, arrays of up to 32 and
/// tuples of up to 12. With a feature of the crate's name, those of `bytes`, `chrono`, `jiff`,
/// `rust_decimal`, `url` and `uuid`.
///
/// Integers are exact on their way, those of 128 bits too. Where a value is looked at as JSON (the command
/// line, `Untyped`, events), one of more than 64 bits is rounded.
///
/// A type of another crate that serde can write and read is wrapped:
///
/// ```ignore
/// #[flock_type]
/// #[derive(Debug, Clone)]
/// struct When(#[schemars(with = "String")] time::OffsetDateTime);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the whole input or output of an agent or flock",
    label = "flock does not know its fields",
    note = "put `#[flock_type]` above the type, and above those within it",
    note = "if it is of another crate, turn on its feature of flock-agents (`bytes`, `chrono`, `jiff`, `rust_decimal`, `url`, `uuid`), or wrap it: `#[flock_type] struct Mine(#[schemars(with = \"String\")] Theirs);`"
)]
pub trait FlockType: Travels {
    /// Its fields, where it has any, as they are read.
    const SHAPE: Shape;
    /// Its fields as they are written: those of [`SHAPE`](Self::SHAPE), unless serde is told to skip
    /// one on one side only.
    const WRITTEN: Shape = Self::SHAPE;
}

/// Answers whether a value of the type may be left out: `Asked::<T>::OPTIONAL`. A constant of its own
/// where the type is an `Option`, by whatever name, else that of [`Required`].
pub struct Asked<T: ?Sized>(PhantomData<T>);

impl<T> Asked<Option<T>> {
    /// It may be left out.
    pub const OPTIONAL: bool = true;
}

/// What is answered of a type that is no `Option`.
pub trait Required {
    /// It must be given.
    const OPTIONAL: bool = false;
}

impl<T: ?Sized> Required for Asked<T> {}
