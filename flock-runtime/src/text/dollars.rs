//! Money as people write it: `"2.50"`, in US dollars, which travels as millionths of one.

use serde::{Deserialize, Deserializer, Serializer, de};

pub(crate) use crate::agreed::micro_dollars as parse;

/// Millionths of a dollar in one.
const MICRO: u64 = 1_000_000;

/// As `2.50`, with as many digits as it takes.
pub(crate) fn display(micro_dollars: u64) -> String {
    let (whole, part) = (micro_dollars / MICRO, micro_dollars % MICRO);
    let part = format!("{part:06}");
    let digits = part.trim_end_matches('0').len().max(2);
    format!("{whole}.{}", &part[..digits])
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
pub(crate) fn serialize<S: Serializer>(micro_dollars: &u64, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&display(*micro_dollars))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let text = String::deserialize(from)?;
    parse(&text).ok_or_else(|| {
        de::Error::custom(format_args!(
            "`{text}` is no amount of dollars, such as \"2.50\""
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_read_and_shown_to_the_millionth() {
        for (text, micro_dollars, shown) in [
            ("2", 2_000_000, "2.00"),
            (" $2.5 ", 2_500_000, "2.50"),
            ("0.000001", 1, "0.000001"),
            ("12.3456", 12_345_600, "12.3456"),
        ] {
            assert_eq!(parse(text), Some(micro_dollars));
            assert_eq!(display(micro_dollars), shown);
        }
        for none in [
            "",
            ".",
            "2.",
            ".5",
            "-1",
            "1e3",
            "0.0000001",
            "two",
            "99999999999999",
        ] {
            assert_eq!(parse(none), None, "{none}");
        }
    }
}
