//! What is said of durations.

use super::{Sentence, say};

pub(crate) fn takes_duration(key: &str, number: Option<&str>) -> Sentence {
    say(format!("`{key}` takes a duration in quotes")).help(match number {
        Some(number) => format!("for seconds write `{key} = \"{number}s\"`"),
        None => format!("write a number and a unit: `{key} = \"30s\"`"),
    })
}

pub(crate) fn bare_duration(key: &str, meant: &str) -> Sentence {
    say(format!("`{key}` takes a duration in quotes")).help(format!("write `{key} = \"{meant}\"`"))
}

pub(crate) fn bad_duration(text: &str, guess: Option<&str>) -> Sentence {
    say(format!("`\"{text}\"` is not a duration")).help(match guess {
        Some(guess) => format!("write `\"{guess}\"`"),
        None => "write a number and one of ms, s, m, h, d, as in `\"5m\"`".to_owned(),
    })
}

pub(crate) fn long_duration(text: &str) -> Sentence {
    say(format!("`\"{text}\"` is longer than ten years"))
        .help("write at most `\"3650d\"`, or leave the option out")
}

pub(crate) fn zero_duration(key: &str) -> Sentence {
    say(format!("`{key}` must be above zero")).help(format!(
        "write `{key} = \"30s\"`, or leave it out for the default"
    ))
}
