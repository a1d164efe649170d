//! Cron expressions, read at compile time: five fields, or a word such as `@daily`.

use std::ops::RangeInclusive;

use super::duration;
use crate::diag::{Sentence, say};

/// What each field allows, a bit a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cron {
    pub(crate) minutes: u64,
    pub(crate) hours: u64,
    pub(crate) days: u64,
    pub(crate) months: u64,
    /// Sunday is 0.
    pub(crate) weekdays: u64,
}

/// The five fields, in their order.
const FIELDS: [Field; 5] = [
    Field::numbers("minute", "0 to 59", 0..=59),
    Field::numbers("hour", "0 to 23", 0..=23),
    Field::numbers("day of the month", "1 to 31", 1..=31),
    Field {
        names: &[
            "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
        ],
        ..Field::numbers("month", "1 to 12, or JAN to DEC", 1..=12)
    },
    Field {
        names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
        // Cron has two numbers for Sunday.
        ..Field::numbers("day of the week", "0 (Sunday) to 6, or SUN to SAT", 0..=7)
    },
];

const WORDS: [(&str, &str); 7] = [
    ("@hourly", "0 * * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
];

/// The most days of each month.
const DAYS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

struct Field {
    name: &'static str,
    /// For help.
    range: &'static str,
    values: RangeInclusive<u32>,
    /// Those of the first values.
    names: &'static [&'static str],
}

impl Field {
    const fn numbers(name: &'static str, range: &'static str, values: RangeInclusive<u32>) -> Self {
        Self {
            name,
            range,
            values,
            names: &[],
        }
    }

    fn value(&self, text: &str) -> Option<u32> {
        let named = self.names.iter().zip(self.values.clone());
        let named = named
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text));
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = || {
            text.parse()
                .ok()
                .filter(|number| self.values.contains(number))
        };
        named
            .map(|(_, value)| value)
            .or_else(|| number().filter(|_| digits))
    }

    /// The bits of what stands between two commas.
    fn part(&self, text: &str) -> Result<u64, Sentence> {
        let (range, step) = match text.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (text, None),
        };
        let value = |text: &str| {
            self.value(text)
                .ok_or_else(|| say::not_in_field(text, self.name, self.range))
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (*self.values.start(), *self.values.end()),
            Some((first, last)) => (value(first)?, value(last)?),
            None => {
                let first = value(range)?;
                // As cron has it, `5/15` goes on to the end.
                (first, step.map_or(first, |_| *self.values.end()))
            }
        };
        if first > last {
            return Err(say::backwards(range));
        }
        let step = match step {
            None => 1,
            Some(text) => match text.parse::<usize>() {
                Ok(step @ 1..) if !text.starts_with('+') => step,
                _ => return Err(say::bad_step(text)),
            },
        };
        Ok((first..=last)
            .step_by(step)
            .fold(0, |bits, value| bits | 1 << value))
    }
}

/// Reads a cron expression; where it is none, says why.
pub(crate) fn parse(text: &str) -> Result<Cron, Sentence> {
    let trimmed = text.trim();
    if trimmed.starts_with("@every") {
        return Err(say::cron_every(trimmed));
    }
    if trimmed.starts_with("TZ=") || trimmed.starts_with("CRON_TZ=") {
        return Err(say::cron_time_zone());
    }
    let expression = if trimmed.starts_with('@') {
        let known = WORDS.map(|(word, _)| word);
        match WORDS.iter().find(|(word, _)| *word == trimmed) {
            Some((_, expression)) => expression,
            None => return Err(say::cron_word(trimmed, &known)),
        }
    } else {
        text
    };
    let fields: Vec<&str> = expression.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Err(match duration::parse(trimmed) {
            Ok(_) => say::interval_as_cron(trimmed),
            Err(_) => say::cron_fields(trimmed, fields.len()),
        });
    }
    let mut bits = [0; 5];
    let mut from = 0;
    for ((field, words), bits) in FIELDS.iter().zip(&fields).zip(&mut bits) {
        // Where the field stands, for the caret.
        let mut at = from + expression[from..].find(words).unwrap_or_default();
        from = at + words.len();
        for part in words.split(',') {
            *bits |= field
                .part(part)
                .map_err(|said| said.caret(expression, at))?;
            at += part.len() + 1;
        }
    }
    let [minutes, hours, days, months, weekdays] = bits;
    let cron = Cron {
        minutes,
        hours,
        days,
        months,
        weekdays: (weekdays | weekdays >> 7) & 0x7f,
    };
    match cron.comes() {
        true => Ok(cron),
        false => Err(say::never_comes()),
    }
}

impl Cron {
    /// Whether one of the months has one of the days.
    fn comes(&self) -> bool {
        let first = self.days.trailing_zeros();
        let months = (1..).zip(DAYS);
        months
            .into_iter()
            .any(|(month, days): (u32, u32)| self.months & 1 << month != 0 && first <= days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(values: impl IntoIterator<Item = u32>) -> u64 {
        values.into_iter().fold(0, |bits, value| bits | 1 << value)
    }

    #[test]
    fn reads_fields() {
        let cron = parse("*/20 9-17/4 1,15 feb,4 MON-Fri,7").unwrap();
        assert_eq!(cron.minutes, bits([0, 20, 40]));
        assert_eq!(cron.hours, bits([9, 13, 17]));
        assert_eq!(cron.days, bits([1, 15]));
        assert_eq!(cron.months, bits([2, 4]));
        assert_eq!(cron.weekdays, bits(0..=5));
        assert_eq!(parse("50/5 * * * *").unwrap().minutes, bits([50, 55]));
        assert_eq!(parse("* * * * *").unwrap().weekdays, bits(0..=6));
        assert_eq!(parse("@weekly").unwrap(), parse("0 0 * * SUN").unwrap());
        assert!(parse("0 0 29 2 *").is_ok());
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, part) in [
            ("0 9 * *", "has 4 fields"),
            ("0 0 9 * * MON", "has 6 fields"),
            ("60 9 * * *", "`60` is no minute"),
            ("0 9 0 * *", "`0` is no day of the month"),
            ("0 9 * JANUARY *", "`JANUARY` is no month"),
            ("0 9 * * FRI-MON", "runs backwards"),
            ("*/0 9 * * *", "`0` is no step"),
            ("*/+5 9 * * *", "`+5` is no step"),
            ("1,,2 9 * * *", "a minute is missing"),
            ("+1 9 * * *", "`+1` is no minute"),
            ("0 0 31 FEB,4 *", "never start"),
            ("@dayly", "`@daily`"),
            ("@every 1h", "schedule(every"),
            ("TZ=UTC 0 9 * * *", "time_zone"),
            ("1h", "schedule(every = \"1h\")"),
            ("", "has 0 fields"),
        ] {
            let said = parse(text).unwrap_err().to_string();
            assert!(said.contains(part), "{text}: {said}");
        }
    }

    #[test]
    fn points_at_the_part() {
        let said = parse("0 9 * * 1,8").unwrap_err().to_string();
        assert!(said.contains("    0 9 * * 1,8\n              ^"), "{said}");
    }
}
