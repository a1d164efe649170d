//! Durations as people write them, read at compile time.

use crate::agreed::{self, NoDuration, cut};

pub(crate) use crate::agreed::display;

/// Why a text is not a duration.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// With a guess of what was meant.
    NotOne(Option<String>),
    TooLong,
}

/// Reads `"500ms"`, `"30s"`, `"5m"`, `"2h"`, `"3d"` or `"1.5s"` into milliseconds.
pub(crate) fn parse(text: &str) -> Result<u64, Fault> {
    agreed::millis(text).map_err(|fault| match fault {
        NoDuration::Unreadable => Fault::NotOne(guess(text.trim())),
        NoDuration::TooLong => Fault::TooLong,
    })
}

/// `5 mins` was meant to be `5m`, `30` to be `30s`.
fn guess(text: &str) -> Option<String> {
    let text = text.strip_prefix('-').unwrap_or(text);
    if let Some(sum) = sum(text) {
        return Some(display(sum));
    }
    let (number, unit) = cut(text);
    number.parse::<f64>().ok()?;
    let unit = unit.trim().to_lowercase();
    if let ("w" | "week" | "weeks", Ok(weeks)) = (unit.as_str(), number.parse::<u32>()) {
        return Some(format!("{}d", u64::from(weeks) * 7));
    }
    let unit = match unit.as_str() {
        "ms" | "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" => "ms",
        "" | "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "m" | "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        _ => return None,
    };
    Some(format!("{number}{unit}"))
}

/// `1h30m`: several in a row, each with its unit.
fn sum(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    let (mut sum, mut parts) = (0_u64, 0);
    while !rest.is_empty() {
        let (number, _) = cut(rest);
        let unit = rest[number.len()..].trim_start();
        let len = unit.find(|c: char| !c.is_ascii_alphabetic());
        let (unit, after) = unit.split_at(len.unwrap_or(unit.len()));
        sum = sum.checked_add(agreed::millis(&format!("{number}{unit}")).ok()?)?;
        parts += 1;
        rest = after.trim_start();
    }
    (parts > 1).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["500ms", "30s", "5m", "2h", "3d", "90s", "0ms"] {
            assert_eq!(parse(text).map(display).as_deref(), Ok(text));
        }
        assert_eq!(parse("1.5s"), Ok(1_500));
        assert_eq!(parse("99999d"), Err(Fault::TooLong));
    }

    #[test]
    fn guesses_what_was_meant() {
        for (text, meant) in [
            ("5 mins", "5m"),
            ("30", "30s"),
            ("2 Hours", "2h"),
            ("-5s", "5s"),
            ("1h30m", "90m"),
            ("1m 30s", "90s"),
            ("2 weeks", "14d"),
        ] {
            assert_eq!(
                parse(text),
                Err(Fault::NotOne(Some(meant.to_owned()))),
                "{text}"
            );
        }
        for text in ["", "s", "1.2.3s", "soon"] {
            assert_eq!(parse(text), Err(Fault::NotOne(None)), "{text}");
        }
    }
}
