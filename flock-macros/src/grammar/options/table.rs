//! What an attribute takes, as one table: the parser, the list in the help, the example, what may have
//! been meant and what an editor shows under a key are all read from it.

use proc_macro2::{Ident, Span};
use syn::{Expr, Meta, spanned::Spanned};

use super::value::Value;
use crate::diag::{Errors, Sentence, say};

/// One line of a table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) key: &'static str,
    /// How it is written, for help.
    pub(crate) example: &'static str,
    /// Whether the key alone says enough.
    pub(crate) is_switch: bool,
    /// Whether any brackets will do to go on with.
    pub(crate) in_any_brackets: bool,
    /// The options between its parentheses.
    pub(crate) within: &'static [Row],
}

/// The options of an attribute, or of an option.
pub(crate) trait Table: Default {
    /// In the order in which help lists them.
    const ROWS: &'static [Row];

    /// What to say about an option that is none.
    fn unknown(key: &str) -> Sentence {
        say::unknown_option(key, &keys(Self::ROWS))
    }

    /// Takes what is written of an option: nothing where it could not be cut out, which is noted.
    fn set(&mut self, row: &'static Row, key: Ident, meta: Option<Meta>, errors: &mut Errors);
}

/// The keys of a table.
pub(crate) fn keys(rows: &'static [Row]) -> Vec<&'static str> {
    rows.iter().map(|row| row.key).collect()
}

/// Where `key` is an option within another, and how it is written there.
pub(crate) fn place_within(rows: &'static [Row], key: &str) -> Option<String> {
    rows.iter().find_map(|outer| {
        let inner = outer.within.iter().find(|inner| inner.key == key)?;
        Some(format!("{}({})", outer.key, inner.example))
    })
}

/// How `key` is written, where it is one of `rows`.
pub(crate) fn example(rows: &'static [Row], key: &str) -> Option<&'static str> {
    rows.iter()
        .find(|row| row.key == key)
        .map(|row| row.example)
}

/// An option as written.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) row: &'static Row,
    pub(crate) meta: Meta,
}

impl Entry {
    pub(crate) fn key(&self) -> &'static str {
        self.row.key
    }

    pub(crate) fn example(&self) -> &'static str {
        self.row.example
    }

    /// Where the key is.
    pub(crate) fn place(&self) -> Span {
        self.meta.path().span()
    }

    /// The value after `=`.
    pub(crate) fn value(&self) -> syn::Result<&Expr> {
        super::value::after_equals(self)
    }
}

/// What an attribute says of one option.
#[derive(Debug, Clone)]
pub(crate) struct Given<T> {
    key: Option<Ident>,
    value: Option<T>,
    sound: bool,
}

impl<T> Default for Given<T> {
    fn default() -> Self {
        Self {
            key: None,
            value: None,
            sound: true,
        }
    }
}

impl<T: Value> Given<T> {
    /// Takes what is written of the option of `row`.
    pub(crate) fn read(
        &mut self,
        row: &'static Row,
        key: Ident,
        meta: Option<Meta>,
        errors: &mut Errors,
    ) {
        let mut own = Errors::default();
        self.value = meta.and_then(|meta| T::read(&Entry { row, meta }, &mut own));
        self.sound = self.value.is_some() && own.is_sound();
        self.key = Some(key);
        errors.append(own);
    }
}

impl<T> Given<T> {
    /// Whether it is there, however it goes on.
    pub(crate) fn is_named(&self) -> bool {
        self.key.is_some()
    }

    /// Whether something is wrong with it, which is noted.
    pub(crate) fn is_at_fault(&self) -> bool {
        !self.sound
    }

    /// Where its key is.
    pub(crate) fn place(&self) -> Span {
        self.key.as_ref().map_or_else(Span::call_site, Ident::span)
    }

    /// What it says, where all is well.
    pub(crate) fn get(&self) -> Option<&T> {
        self.value.as_ref().filter(|_| self.sound)
    }

    /// As [`get`](Self::get), for keeps.
    pub(crate) fn take(self) -> Option<T> {
        self.value.filter(|_| self.sound)
    }

    /// As much of it as could be read.
    pub(crate) fn take_partial(self) -> Option<T> {
        self.value
    }

    /// The item `name` in the place of the key, so that an editor shows the one under the other.
    pub(crate) fn named(&self, name: &str) -> Ident {
        let span = Span::call_site();
        Ident::new(
            name,
            match &self.key {
                Some(key) => span.located_at(key.span()),
                None => span,
            },
        )
    }
}

/// Declares a table:
///
/// ```ignore
/// options! {
///     /// What `#[agent]` takes.
///     struct Written {
///         timeout: Millis = "timeout = \"30s\"" => Options,
///         library as "crate": Library = "crate = ::my::flock",
///     }
///     unknown = unknown;
/// }
/// ```
///
/// After `=>` is the [`Group`](super::Group) of an option that goes into the runtime's struct as it is; `unknown` is
/// what to say of a key that is none.
macro_rules! options {
    (
        $(#[$attr:meta])*
        $vis:vis struct $name:ident {
            $($(#[$about:meta])* $field:ident $(as $key:literal)?: $ty:ty = $example:literal $(=> $group:ident)?,)*
        }
        $(unknown = $unknown:path;)?
    ) => {
        $(#[$attr])*
        #[derive(Debug, Clone, Default)]
        $vis struct $name {
            $($(#[$about])* $vis $field: $crate::grammar::options::Given<$ty>,)*
        }

        impl $crate::grammar::options::Table for $name {
            const ROWS: &'static [$crate::grammar::options::Row] = &[$(
                $crate::grammar::options::Row {
                    key: $crate::grammar::options::options!(@key $field $($key)?),
                    example: $example,
                    is_switch: <$ty as $crate::grammar::options::Value>::IS_SWITCH,
                    in_any_brackets: <$ty as $crate::grammar::options::Value>::IN_ANY_BRACKETS,
                    within: <$ty as $crate::grammar::options::Value>::WITHIN,
                },
            )*];

            $(fn unknown(key: &str) -> $crate::diag::Sentence {
                $unknown(key)
            })?

            fn set(
                &mut self,
                row: &'static $crate::grammar::options::Row,
                key: ::proc_macro2::Ident,
                meta: ::core::option::Option<::syn::Meta>,
                errors: &mut $crate::diag::Errors,
            ) {
                $(if row.key == $crate::grammar::options::options!(@key $field $($key)?) {
                    return self.$field.read(row, key, meta, errors);
                })*
            }
        }

        $crate::grammar::options::options!(@settings $name $($($group $field)?)*);
    };
    (@key $field:ident $key:literal) => { $key };
    (@key $field:ident) => { stringify!($field) };
    (@settings $name:ident) => {};
    (@settings $name:ident $($group:ident $field:ident)+) => {
        impl $name {
            /// The options of a group that are given.
            pub(crate) fn settings(
                &self,
                group: $crate::grammar::options::Group,
            ) -> $crate::grammar::options::Settings {
                let mut settings = $crate::grammar::options::Settings::default();
                $(if group == $crate::grammar::options::Group::$group {
                    settings.add(stringify!($field), &self.$field);
                })+
                settings
            }
        }
    };
}

pub(crate) use options;
