//! What the macros and the runtime must agree on. This file is in both crates, the same to the letter, and
//! a test of `flock-macros` compares the two: a package holds nothing from outside its own folder, and a
//! crate between the two would be one more to publish for a hundred lines.

/// Agents that one agent can choose from.
pub(crate) const MOST_AMONG: usize = 12;

/// The search attributes that every run carries: its flock, the first agent of a declared one, and what
/// ties the runs of one conversation together.
pub(crate) const SEARCH_ATTRIBUTES: [&str; 3] = ["flock_name", "start_agent", "session_id"];

/// The query that every flock answers.
pub(crate) const STATUS: &str = "status";

/// The update that every flock takes: the answer to a request for approval.
pub(crate) const ANSWER: &str = "answer";

/// Names that begin so are Temporal's own.
pub(crate) const RESERVED: &str = "__temporal_";

/// The longest duration, in milliseconds: ten years.
const LONGEST: f64 = 10.0 * 365.0 * 86_400_000.0;

/// The units of durations, in milliseconds, the largest first.
const UNITS: [(&str, u32); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Why a text is no duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoDuration {
    /// It has no number, or no unit.
    Unreadable,
    /// More than ten years.
    TooLong,
}

/// Reads `500ms`, `30s`, `5m`, `2h`, `3d` or `1.5s` into milliseconds.
pub(crate) fn millis(text: &str) -> Result<u64, NoDuration> {
    let (number, unit) = cut(text.trim());
    let unit = UNITS.iter().find(|(known, _)| *known == unit);
    let (Some((_, size)), Ok(number)) = (unit, number.parse::<f64>()) else {
        return Err(NoDuration::Unreadable);
    };
    // To the nearest millisecond, so that "0.1s" is 100 ms and not a nanosecond less.
    let millis = (number * f64::from(*size)).round();
    if millis > LONGEST {
        return Err(NoDuration::TooLong);
    }
    // Whole, not negative and far below the limit of u64.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Ok(millis as u64)
}

/// The digits that come first, and the rest.
pub(crate) fn cut(text: &str) -> (&str, &str) {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.'));
    text.split_at(digits.unwrap_or(text.len()))
}

/// Writes milliseconds in the largest unit that keeps them whole: `90s` stays `90s`, `120s` is `2m`.
pub(crate) fn display(millis: u64) -> String {
    let is_whole = |size: u64| millis >= size && millis.is_multiple_of(size);
    let unit = UNITS.iter().find(|(_, size)| is_whole(u64::from(*size)));
    let (unit, size) = unit.unwrap_or(&("ms", 1));
    format!("{}{unit}", millis / u64::from(*size))
}

/// Millionths in `2`, `2.50` or `0.000001` US dollars, with or without a `$` before.
pub(crate) fn micro_dollars(text: &str) -> Option<u64> {
    let text = text.trim();
    let text = text.strip_prefix('$').unwrap_or(text);
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_number =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || part.len() > 6 {
        return None;
    }
    let part: u64 = format!("{part:0<6}").parse().ok()?;
    let whole: u64 = whole.parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(part)
}
