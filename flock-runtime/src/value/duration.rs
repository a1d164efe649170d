//! Durations as people write them: `"500ms"`, `"30s"`, `"5m"`, `"2h"`, `"3d"`.

use std::time::Duration;

use crate::error::{Error, Result as Outcome};

/// A length of time: a [`Duration`], or text such as `"30s"` or `"3d"`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a duration",
    label = "not a duration",
    note = "give a `std::time::Duration`, or text such as `\"30s\"`, `\"5m\"` or `\"3d\"`"
)]
pub trait IntoDuration {
    /// The duration.
    ///
    /// # Errors
    /// Of kind `Invalid`, when the text is no duration.
    fn into_duration(self) -> Outcome<Duration>;
}

impl IntoDuration for Duration {
    fn into_duration(self) -> Outcome<Duration> {
        Ok(self)
    }
}

impl IntoDuration for &str {
    fn into_duration(self) -> Outcome<Duration> {
        parse(self).map_err(Error::invalid)
    }
}

/// Reads `"500ms"`, `"30s"`, `"5m"`, `"2h"` or `"3d"`; fractions such as `"1.5s"` too.
///
/// # Errors
/// A sentence that says what is accepted.
pub fn parse(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        _ => 0.0,
    };
    match number.parse::<f64>() {
        Ok(number) if seconds > 0.0 => {
            // To the nearest millisecond, so that "0.1s" is 100 ms and not a nanosecond less.
            let millis = (number * seconds * 1_000.0).round();
            if millis > MAX_MILLIS {
                Err(format!("`{text}` is longer than ten years"))
            } else {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                Ok(Duration::from_millis(millis as u64))
            }
        }
        _ => Err(format!(
            "`{text}` is not a duration: write a number and a unit, one of ms, s, m, h, d, as in `5m`"
        )),
    }
}

const MAX_MILLIS: f64 = 10.0 * 365.0 * 86_400_000.0;

/// Writes a duration in the largest unit that keeps it whole: `90s` stays `90s`, `120s` is `2m`.
pub fn display(duration: Duration) -> String {
    let millis = duration.as_millis();
    for (unit, size) in [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
    ] {
        if millis >= size && millis.is_multiple_of(size) {
            return format!("{}{unit}", millis / size);
        }
    }
    format!("{millis}ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["500ms", "30s", "5m", "2h", "3d", "90s", "0ms"] {
            assert_eq!(parse(text).map(display).as_deref(), Ok(text));
        }
        assert_eq!(parse("1.5s"), Ok(Duration::from_millis(1_500)));
    }

    #[test]
    fn refuses_what_is_none() {
        for text in ["", "5", "5 mins", "-5s", "s", "1e9s", "99999d", "1.2.3s"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
