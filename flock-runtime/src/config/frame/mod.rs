//! What a section of `flock.toml` is made of.
//!
//! A section is one table, written with `section!`: its keys, their types, what each is for and what is built
//! in. From it are read: the struct, the reading of a file, the variables `FLOCK_…` that override it, what is
//! said of an unknown key or a wrong value, the JSON Schema for editors, what `config show` tells, and what
//! `docs/flock-toml.md` has to say.

mod fault;
#[cfg(feature = "cli")]
mod schema;
mod section;
mod setting;
mod shape;
mod tree;

#[cfg(feature = "cli")]
pub(crate) use self::schema::document;
pub(crate) use self::{
    fault::{Fault, Faults, Said, Spot, told},
    section::{Row, Section, section, unknown},
    setting::{Dollars, Number, OrVariable, Setting, Variable, Within, no_variable},
    shape::Shape,
    tree::{Data, Node, Place, Table, merge, parse, quoted},
};
