//! The impls, by macros: what is the same for every struct is in no expansion.

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
                    $($crate::private::Field::new($key, $ty)
                        .description($description)
                        .optional($optional)),*
                ])
            };
        }
        #[automatically_derived]
        impl $crate::value::carry::Carried for $ident {
            // Whatever is named here is seen by the types and defaults in the list.
            fn carried<__V: $crate::value::carry::VisitCarried<Self>>(visit: __V) -> __V::Output {
                let outline = $crate::value::carry::Outline {
                    name: ::core::stringify!($ident),
                    doc: $doc,
                    role: $role,
                    docs: &[],
                    keys: &[$($key),*],
                };
                $crate::value::carry::visit_carried(visit, outline, $list, $values, $build)
            }
        }
        $crate::__written!($ident);
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

/// What serde and schemars ask of a struct whose fields are carried.
#[doc(hidden)]
#[macro_export]
macro_rules! __written {
    ($ident:ident) => {
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
                ::std::borrow::Cow::Borrowed(::core::stringify!($ident))
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
    };
}

/// The impls of a plain struct under `#[flock_type]`, instead of serde's and schemars' derives: what a
/// field cannot do is then said once.
///
/// Given are the struct and its doc comment, its fields' names and what they say, their carriers, and
/// how to come by their values and from them.
#[doc(hidden)]
#[macro_export]
macro_rules! __nested {
    (
        $ident:ident, $doc:literal, [$(($key:literal, $said:literal)),*],
        $list:expr, $values:expr, $build:expr $(,)?
    ) => {
        #[automatically_derived]
        impl $crate::value::carry::Written for $ident {
            fn written<__V: $crate::value::carry::Visit<Self>>(visit: __V) -> __V::Output {
                let outline = $crate::value::carry::Outline {
                    name: ::core::stringify!($ident),
                    doc: $doc,
                    role: "",
                    docs: &[$($said),*],
                    keys: &[$($key),*],
                };
                $crate::value::carry::visit(visit, outline, $list, $values, $build)
            }
        }
        $crate::__written!($ident);
    };
}
