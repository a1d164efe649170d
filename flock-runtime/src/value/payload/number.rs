//! Numbers that JSON does not have. serde_json writes `null` for them, as for what is not there, so an
//! `Option` would arrive as `None`, and nobody would know.

use std::io::{self, Write};

use serde::{
    Serialize, Serializer,
    ser::{
        self, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};
use serde_json::ser::Formatter;

/// JSON without spaces, and whether there is a `null` in it: only then is it worth a look.
pub(super) struct Noting<'n>(pub(super) &'n mut bool);

impl Formatter for Noting<'_> {
    fn write_null<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        *self.0 = true;
        writer.write_all(b"null")
    }
}

/// Where in `value` the first infinity or NaN is, as `orders[2].price`; empty for the whole value. None
/// where all numbers are JSON's.
pub(super) fn missing<T: Serialize + ?Sized>(value: &T) -> Option<String> {
    match value.serialize(Look) {
        Err(Fault::At(path)) => Some(path),
        Ok(()) | Err(Fault::Other) => None,
    }
}

/// Goes over a value and writes nothing.
struct Look;

/// Why it went no further.
#[derive(Debug)]
enum Fault {
    /// There is such a number here. The path is that from where the fault has come to.
    At(String),
    /// The value cannot be written, for a reason of its own.
    Other,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no number of JSON")
    }
}

impl std::error::Error for Fault {}

impl ser::Error for Fault {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self::Other
    }
}

impl Fault {
    fn within(self, step: impl FnOnce() -> String) -> Self {
        match self {
            Self::At(rest) if rest.is_empty() || rest.starts_with('[') => Self::At(step() + &rest),
            Self::At(rest) => Self::At(format!("{}.{rest}", step())),
            Self::Other => Self::Other,
        }
    }
}

/// What has elements or fields: how many were seen, and the variant that they are of.
struct Parts(usize, Option<&'static str>);

impl Parts {
    fn next<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        let at = self.0;
        self.0 += 1;
        self.part(value, || format!("[{at}]"))
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Fault> {
        self.part(value, || key.to_owned())
    }

    fn part<T: Serialize + ?Sized>(
        &self,
        value: &T,
        step: impl FnOnce() -> String,
    ) -> Result<(), Fault> {
        let looked = value.serialize(Look).map_err(|fault| fault.within(step));
        looked.map_err(|fault| match self.1 {
            Some(variant) => fault.within(|| variant.to_owned()),
            None => fault,
        })
    }
}

/// What can hold none.
macro_rules! nothing {
    ($($name:ident($($ty:ty),*))*) => {
        $(fn $name(self, $(_: $ty),*) -> Result<(), Fault> {
            Ok(())
        })*
    };
}

impl Serializer for Look {
    type Ok = ();
    type Error = Fault;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = Self;
    type SerializeStruct = Parts;
    type SerializeStructVariant = Parts;

    nothing! {
        serialize_bool(bool) serialize_char(char) serialize_str(&str) serialize_bytes(&[u8])
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_i128(i128)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) serialize_u128(u128)
        serialize_none() serialize_unit() serialize_unit_struct(&'static str)
        serialize_unit_variant(&'static str, u32, &'static str)
    }

    fn serialize_f32(self, value: f32) -> Result<(), Fault> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Fault> {
        match value.is_finite() {
            true => Ok(()),
            false => Err(Fault::At(String::new())),
        }
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Fault> {
        let looked = value.serialize(self);
        looked.map_err(|fault| fault.within(|| variant.to_owned()))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts, Fault> {
        Ok(Parts(0, None))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts, Fault> {
        Ok(Parts(0, None))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts, Fault> {
        Ok(Parts(0, None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts, Fault> {
        Ok(Parts(0, Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Fault> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts, Fault> {
        Ok(Parts(0, None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts, Fault> {
        Ok(Parts(0, Some(variant)))
    }
}

/// Parts, by the trait and method that gives the next of them: an element, or a field by its key.
macro_rules! parts {
    ($($of:ident::$next:ident($($key:ident)?) as $own:ident)*) => {
        $(impl $of for Parts {
            type Ok = ();
            type Error = Fault;

            fn $next<T: Serialize + ?Sized>(
                &mut self,
                $($key: &'static str,)?
                value: &T,
            ) -> Result<(), Fault> {
                self.$own($($key,)? value)
            }

            fn end(self) -> Result<(), Fault> {
                Ok(())
            }
        })*
    };
}

parts! {
    SerializeSeq::serialize_element() as next
    SerializeTuple::serialize_element() as next
    SerializeTupleStruct::serialize_field() as next
    SerializeTupleVariant::serialize_field() as next
    SerializeStruct::serialize_field(key) as field
    SerializeStructVariant::serialize_field(key) as field
}

impl SerializeMap for Look {
    type Ok = ();
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Fault> {
        // serde_json refuses such a number in a key by itself.
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        value.serialize(Look)
    }

    fn serialize_entry<K: Serialize + ?Sized, V: Serialize + ?Sized>(
        &mut self,
        key: &K,
        value: &V,
    ) -> Result<(), Fault> {
        value.serialize(Look).map_err(|fault| {
            fault.within(|| {
                let key = serde_json::to_string(key).unwrap_or_default();
                key.trim_matches('"').to_owned()
            })
        })
    }

    fn end(self) -> Result<(), Fault> {
        Ok(())
    }
}
