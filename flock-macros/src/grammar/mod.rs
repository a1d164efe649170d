//! What may be written in an attribute, piece by piece.

pub(crate) mod cron;
pub(crate) mod docs;
pub(crate) mod duration;
pub(crate) mod fields;
pub(crate) mod options;
pub(crate) mod own;
pub(crate) mod type_name;
pub(crate) mod values;
