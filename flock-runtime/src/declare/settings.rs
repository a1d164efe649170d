//! Options that may each be left out.

/// Declares a struct of options: each is a field, `None` where nothing is said, and a method that sets it,
/// for constants. What is in the second braces is always there, and begins as is said here.
///
/// Attributes write these methods, one for each option that is given.
macro_rules! settings {
    (
        $(#[$attr:meta])*
        $name:ident {
            $($(#[doc = $doc:literal])* $option:ident: $ty:ty,)*
        }
        $(and {
            $($(#[doc = $always:literal])* $field:ident: $of:ty = $begins:expr,)*
        })?
    ) => {
        $(#[$attr])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[doc = $doc])* pub $option: Option<$ty>,)*
            $($($(#[doc = $always])* pub $field: $of,)*)?
        }

        impl $name {
            /// Nothing set.
            pub const NONE: Self = Self {
                $($option: None,)*
                $($($field: $begins,)*)?
            };

            $(
                $(#[doc = $doc])*
                #[must_use]
                pub const fn $option(mut self, $option: $ty) -> Self {
                    self.$option = Some($option);
                    self
                }
            )*
            $($(
                $(#[doc = $always])*
                #[must_use]
                pub const fn $field(mut self, $field: $of) -> Self {
                    self.$field = $field;
                    self
                }
            )*)?
        }

        impl Default for $name {
            fn default() -> Self {
                Self::NONE
            }
        }
    };
}

/// Methods that set fields of options which may each be left out, for programs.
#[cfg(feature = "temporal")]
macro_rules! setters {
    ($($(#[doc = $doc:literal])* $field:ident: $ty:ty,)*) => {$(
        $(#[doc = $doc])*
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$ty>) -> Self {
            self.$field = Some($field.into());
            self
        }
    )*};
}

#[cfg(feature = "temporal")]
pub(crate) use setters;
pub(crate) use settings;
