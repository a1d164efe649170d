//! Numbers of bytes, as people write them.

use std::fmt;

/// A number of bytes: `"256 KiB"`, `"4 MiB"`, `"1 GiB"`, `"512 B"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(u64);

const UNITS: [(&str, u64); 4] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("B", 1),
];

impl Size {
    /// So many bytes.
    pub const fn bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// As bytes.
    pub const fn as_bytes(self) -> u64 {
        self.0
    }

    pub(super) fn of_text(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| {
            format!(
                "`{text}` is no size: write a whole number and its unit, such as \"256 KiB\" (B, KiB, MiB, GiB)"
            )
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (number, unit) = UNITS
            .iter()
            .find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))?;
        let number: u64 = number.trim_end().parse().ok()?;
        Some(Self(number.checked_mul(*unit)?))
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS.iter().find(|(_, unit)| self.0.is_multiple_of(*unit));
        let (name, unit) = whole.filter(|_| self.0 > 0).unwrap_or(&("B", 1));
        write!(f, "{} {name}", self.0 / unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_number_and_its_unit() {
        for (text, bytes) in [
            ("256 KiB", 262_144),
            ("4MiB", 4 << 20),
            ("0 B", 0),
            ("1 GiB", 1 << 30),
        ] {
            assert_eq!(Size::parse(text), Some(Size(bytes)), "{text}");
        }
        for text in [
            "",
            "256",
            "KiB",
            "-1 B",
            "1.5 MiB",
            "1 kb",
            "99999999999999 GiB",
        ] {
            assert_eq!(Size::parse(text), None, "{text}");
        }
        assert_eq!(Size(262_144).to_string(), "256 KiB");
        assert_eq!(Size(1000).to_string(), "1000 B");
        assert_eq!(Size(0).to_string(), "0 B");
    }
}
