//! What options say, as constants.

use proc_macro2::{Ident, Span, TokenStream};
use syn::LitStr;

use super::table::Given;

/// Where the runtime keeps what an option says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// Among the options of the agent or flock.
    Options,
    /// Among those for the model that answers.
    Model,
    /// What it does outside.
    Effects,
    /// Of a tool alone.
    Tool,
    /// Of a budget.
    Budget,
}

/// What an option says, as a constant.
#[derive(Debug, Clone)]
pub(crate) enum Constant {
    /// In milliseconds.
    Duration(u64),
    Text(String),
    Texts(Vec<LitStr>),
    /// In a list of its own.
    OneText(String),
    Integer(u32),
    Small(u8),
    Large(u64),
    Decimal(f64),
    Switch(bool),
    /// A variant of one of the runtime's enums.
    Word(&'static str, String),
    /// Others, in one of the runtime's structs.
    Options(&'static str, Settings),
    /// As the user wrote it, and always there.
    Prose(TokenStream),
}

/// A value that is a constant as it is.
pub(crate) trait ToConstant {
    fn constant(&self) -> Constant;
}

/// A field of one of the runtime's structs.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    /// In the place of the key, where there is one.
    pub(crate) name: Ident,
    /// Where the key is.
    pub(crate) place: Span,
    pub(crate) value: Constant,
}

/// Those that are given.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings(pub(crate) Vec<Setting>);

impl Settings {
    /// Adds what `given` says as the field `name`.
    pub(crate) fn add<T: ToConstant>(&mut self, name: &str, given: &Given<T>) {
        if let Some(value) = given.get() {
            self.set(name, given, value.constant());
        }
    }

    /// Adds the field `name`, which `given` is about.
    pub(crate) fn set<T>(&mut self, name: &str, given: &Given<T>, value: Constant) {
        self.0.push(Setting {
            name: given.named(name),
            place: given.place(),
            value,
        });
    }
}
