//! Durations as people write them, read at compile time.

/// Ten years, as in the runtime.
const MAX_MILLIS: f64 = 10.0 * 365.0 * 86_400_000.0;

/// Why a text is not a duration.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// With a guess of what was meant.
    NotOne(Option<String>),
    TooLong,
}

/// Reads `"500ms"`, `"30s"`, `"5m"`, `"2h"`, `"3d"` or `"1.5s"` into milliseconds.
pub(crate) fn parse(text: &str) -> Result<u64, Fault> {
    let text = text.trim();
    let (number, unit) = cut(text);
    let Some(size) = size(unit) else {
        return Err(Fault::NotOne(guess(text)));
    };
    let Ok(number) = number.parse::<f64>() else {
        return Err(Fault::NotOne(None));
    };
    let millis = (number * size).round();
    if millis > MAX_MILLIS {
        return Err(Fault::TooLong);
    }
    // Whole, not negative and far below the limit of u64.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Ok(millis as u64)
}

/// The milliseconds of a unit.
fn size(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" => 1.0,
        "s" => 1_000.0,
        "m" => 60_000.0,
        "h" => 3_600_000.0,
        "d" => 86_400_000.0,
        _ => return None,
    })
}

fn cut(text: &str) -> (&str, &str) {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.'));
    text.split_at(digits.unwrap_or(text.len()))
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
        size(unit)?;
        sum = sum.checked_add(parse(&format!("{number}{unit}")).ok()?)?;
        parts += 1;
        rest = after.trim_start();
    }
    (parts > 1).then_some(sum)
}

/// Writes milliseconds in the largest unit that keeps them whole.
pub(crate) fn display(millis: u64) -> String {
    let units = [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
    ];
    let unit = units
        .iter()
        .find(|(_, size)| millis >= *size && millis.is_multiple_of(*size));
    match unit {
        Some((unit, size)) => format!("{}{unit}", millis / size),
        None => format!("{millis}ms"),
    }
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
