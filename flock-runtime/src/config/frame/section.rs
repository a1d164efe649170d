//! A section as one table.

use super::{Data, Faults, Said, Shape, Spot};
use crate::text::sentence::distance;

/// One key of a section.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "for commands"))]
pub(crate) struct Row {
    pub(crate) key: &'static str,
    /// What it is for, as its field's documentation has it.
    pub(crate) what: String,
    /// What holds where nobody says anything, in the words of `docs/flock-toml.md`; none where that is nothing
    /// to speak of.
    pub(crate) built_in: &'static str,
    pub(crate) shape: Shape,
}

/// What `section!` makes of a table.
pub(crate) trait Section: Default {
    /// The keys, in the order in which they are listed.
    fn rows() -> Vec<Row>;

    /// Takes the value of `key`, or gives it back where there is no such key.
    fn set(&mut self, key: &str, data: Data, spot: &Spot, faults: &mut Faults) -> Option<Data>;

    /// What is wrong with it as a whole.
    fn judge(&mut self, said: Said<'_>);

    /// The section as it was written; what is wrong is noted.
    fn read(data: Data, spot: &Spot, faults: &mut Faults) -> Self {
        let mut section = Self::default();
        let before = faults.count();
        let Data::Table(table) = data else {
            faults.other_kind(spot, &Shape::Section(Vec::new()), &data);
            return section;
        };
        for (key, node) in table {
            let at = spot.child(&key);
            if section.set(&key, node.data, &at, faults).is_some() {
                faults.say(&at, &unknown(&key, &Self::rows()));
            }
        }
        // What could not be read would be told as missing.
        if faults.count() == before {
            section.judge(Said::of(spot, faults));
        }
        section
    }
}

/// What to say of a key that is none.
pub(crate) fn unknown(key: &str, rows: &[Row]) -> String {
    let keys = rows.iter().map(|row| row.key);
    let shown = |keys: &[&str], between| {
        let keys: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
        keys.join(between)
    };
    // A third of the letters may be others.
    let apart = keys.clone().map(|known| (distance(known, key), known));
    let mut near: Vec<_> = apart
        .filter(|(apart, known)| *apart <= known.len().max(3) / 3)
        .collect();
    near.sort_unstable();
    let near: Vec<_> = near.into_iter().map(|(_, known)| known).collect();
    match near.as_slice() {
        [] => format!(
            "there is no key `{key}`; it takes {}",
            shown(&keys.collect::<Vec<_>>(), ", ")
        ),
        near => format!(
            "there is no key `{key}`; did you mean {}?",
            shown(near, " or ")
        ),
    }
}

/// Defines a section: a struct whose fields are the keys.
///
/// Each field has its documentation, which editors show, its type, perhaps how it is written where the type
/// does not say it (`as …`), and what is built in. The type's own `check(&mut self, &mut Said)` says what its
/// keys have to do with each other. After the keys may stand sections whose keys are here too (`with …`), and
/// fields that are no keys (`beside …`).
macro_rules! section {
    (
        $(#[$attr:meta])*
        pub struct $name:ident {
            $(
                $(#[doc = $doc:literal])*
                $vis:vis $field:ident: $type:ty $(as $kind:ty)? $(= $built_in:literal)?,
            )*
        }
        $(with { $($(#[$of_with:meta])* pub $with:ident: $inner:ty,)* })?
        $(beside { $($(#[$of_beside:meta])* pub(crate) $beside:ident: $beside_type:ty,)* })?
    ) => {
        $(#[$attr])*
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[doc = $doc])* $vis $field: $type,)*
            $($($(#[$of_with])* pub $with: $inner,)*)?
            $($($(#[$of_beside])* pub(crate) $beside: $beside_type,)*)?
        }

        impl $crate::config::frame::Section for $name {
            fn rows() -> Vec<$crate::config::frame::Row> {
                #[allow(unused_mut, reason = "for those with others' keys")]
                let mut rows = vec![$($crate::config::frame::Row {
                    key: stringify!($field),
                    what: [$($doc),*].concat().trim().to_owned(),
                    built_in: concat!($($built_in)?),
                    shape: <$crate::config::frame::section!(@kind $type $(as $kind)?)
                        as $crate::config::frame::Setting>::shape(),
                },)*];
                $($(rows.extend(<$inner as $crate::config::frame::Section>::rows());)*)?
                rows
            }

            fn set(
                &mut self,
                key: &str,
                data: $crate::config::frame::Data,
                spot: &$crate::config::frame::Spot,
                faults: &mut $crate::config::frame::Faults,
            ) -> Option<$crate::config::frame::Data> {
                match key {
                    $(stringify!($field) => {
                        type Kind = $crate::config::frame::section!(@kind $type $(as $kind)?);
                        if let Some(value) = <Kind as $crate::config::frame::Setting>::read(data, spot, faults) {
                            self.$field = value;
                        }
                        None
                    })*
                    _ => {
                        $($(let data = $crate::config::frame::Section::set(&mut self.$with, key, data, spot, faults)?;)*)?
                        Some(data)
                    }
                }
            }

            fn judge(&mut self, mut said: $crate::config::frame::Said<'_>) {
                self.check(&mut said);
            }
        }

        impl $crate::config::frame::Setting for $name {
            type Value = Self;

            fn shape() -> $crate::config::frame::Shape {
                $crate::config::frame::Shape::Section(<Self as $crate::config::frame::Section>::rows())
            }

            fn read(
                data: $crate::config::frame::Data,
                spot: &$crate::config::frame::Spot,
                faults: &mut $crate::config::frame::Faults,
            ) -> Option<Self> {
                Some($crate::config::frame::Section::read(data, &spot.clone().opened(), faults))
            }
        }
    };
    (@kind $type:ty) => { $type };
    (@kind $type:ty as $kind:ty) => { $kind };
}

pub(crate) use section;
