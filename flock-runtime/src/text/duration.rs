//! Durations as people write them: `"500ms"`, `"30s"`, `"5m"`, `"2h"`, `"3d"`.

use std::time::Duration;

use crate::agreed::{self, NoDuration};

/// Reads `"500ms"`, `"30s"`, `"5m"`, `"2h"` or `"3d"`; fractions such as `"1.5s"` too.
///
/// # Errors
/// A sentence that says what is accepted.
pub fn parse(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    match agreed::millis(text) {
        Ok(millis) => Ok(Duration::from_millis(millis)),
        Err(NoDuration::TooLong) => Err(format!("`{text}` is longer than ten years")),
        Err(NoDuration::Unreadable) => Err(format!(
            "`{text}` is not a duration: write a number and a unit, one of ms, s, m, h, d, as in `5m`"
        )),
    }
}

/// Writes a duration in the largest unit that keeps it whole: `90s` stays `90s`, `120s` is `2m`.
pub fn display(duration: Duration) -> String {
    agreed::display(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
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
