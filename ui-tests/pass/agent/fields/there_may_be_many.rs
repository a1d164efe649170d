//! However many there are, the compiler is not at its limits.

#![deny(warnings)]
#![recursion_limit = "32"]

use flock::prelude::*;

/// Fills in a form.
#[agent(output(
    field_1: String,
    field_2: u8,
    field_3: Option<bool>,
    field_4: Vec<i64>,
    field_5: String,
    field_6: u8,
    field_7: Option<bool>,
    field_8: Vec<i64>,
    field_9: String,
    field_10: u8,
    field_11: Option<bool>,
    field_12: Vec<i64>,
    field_13: String,
    field_14: u8,
    field_15: Option<bool>,
    field_16: Vec<i64>,
    field_17: String,
    field_18: u8,
    field_19: Option<bool>,
    field_20: Vec<i64>,
    field_21: String,
    field_22: u8,
    field_23: Option<bool>,
    field_24: Vec<i64>,
    field_25: String,
    field_26: u8,
    field_27: Option<bool>,
    field_28: Vec<i64>,
    field_29: String,
    field_30: u8,
    field_31: Option<bool>,
    field_32: Vec<i64>,
    field_33: String,
    field_34: u8,
    field_35: Option<bool>,
    field_36: Vec<i64>,
    field_37: String,
    field_38: u8,
    field_39: Option<bool>,
    field_40: Vec<i64>,
))]
pub struct Clerk;

#[flock(start = Clerk, input = "form")]
struct Office;

fn main() {
    let schema = flock::__private::schemars::schema_for!(ClerkOutput);
    let required = schema.get("required").and_then(|names| names.as_array());
    assert_eq!(required.map(Vec::len), Some(30));
}
