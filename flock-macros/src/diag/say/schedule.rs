//! What can be said about `schedule` and what goes with it.

use super::{Sentence, list, looks_like, say};

pub(crate) fn takes_cron(key: &str) -> Sentence {
    say(format!("`{key}` takes a cron expression in quotes"))
        .help("write `schedule = \"0 9 * * MON-FRI\"`, or `schedule(every = \"1h\")`")
}

pub(crate) fn no_interval() -> Sentence {
    say("`schedule(…)` needs `every`").help("write `schedule(every = \"1h\")`")
}

pub(crate) fn cron_fields(text: &str, count: usize) -> Sentence {
    let fields = if count == 1 { "field" } else { "fields" };
    say(format!(
        "`\"{text}\"` has {count} {fields}, a cron expression has five"
    ))
    .help(match count {
        6 | 7 => "leave out seconds and years: minute, hour, day of the month, month, day of the week",
        _ => "write minute, hour, day of the month, month, day of the week, as in `\"0 9 * * MON-FRI\"`",
    })
}

pub(crate) fn interval_as_cron(text: &str) -> Sentence {
    say(format!("`\"{text}\"` is a duration, not a cron expression"))
        .help(format!("write `schedule(every = \"{text}\")`"))
}

pub(crate) fn cron_every(text: &str) -> Sentence {
    say(format!("`\"{text}\"` is not a cron expression"))
        .help("for an interval write `schedule(every = \"1h\")`")
}

pub(crate) fn cron_time_zone() -> Sentence {
    say("the time zone is not part of the cron expression")
        .help("write `time_zone = \"Europe/Vienna\"` beside it")
}

pub(crate) fn cron_word(word: &str, known: &[&str]) -> Sentence {
    let words = format!("the words are {}", list(known));
    say(format!("unknown `{word}`")).help(looks_like(word, known, words))
}

pub(crate) fn not_in_field(part: &str, field: &str, range: &str) -> Sentence {
    say(match part {
        "" => format!("a {field} is missing"),
        part => format!("`{part}` is no {field}"),
    })
    .help(format!(
        "write {range}, a range `a-b`, a list `a,b`, a step `*/n`, or `*`"
    ))
}

pub(crate) fn backwards(part: &str) -> Sentence {
    say(format!("the range `{part}` runs backwards")).help("write it as two, with a comma between")
}

pub(crate) fn bad_step(step: &str) -> Sentence {
    say(format!("`{step}` is no step")).help("a step is a number above zero, as in `*/15`")
}

pub(crate) fn never_comes() -> Sentence {
    say("no month named here has such a day: it would never start")
        .help("name a month that has it, or write `28` for a day that every month has")
}

pub(crate) fn takes_zone(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes the name of a time zone in quotes"))
        .help(format!("write `{example}`"))
}

pub(crate) fn not_a_zone(text: &str, near: &[&str]) -> Sentence {
    say(format!("`\"{text}\"` is not the name of a time zone")).help(match near {
        [] => "write a region and a city, as in `\"Europe/Vienna\"`, or `\"UTC\"`".to_owned(),
        [near, ..] => format!("did you mean `\"{near}\"`?"),
    })
}

pub(crate) fn bad_overlap(key: &str, text: &str, known: &[&str]) -> Sentence {
    let ways = format!("it is one of {}", list(known));
    say(format!("unknown `{key}` `{text}`")).help(looks_like(text, known, ways))
}

pub(crate) fn without_schedule(key: &str) -> Sentence {
    say(format!("`{key}` needs a `schedule`"))
        .help("say when it starts: `schedule = \"0 9 * * MON-FRI\"`")
}

pub(crate) fn zone_of_interval() -> Sentence {
    say("an interval knows no time zone: it counts from 1970, in UTC")
        .help("leave `time_zone` out, or write a cron expression")
}

pub(crate) fn not_whole_seconds(key: &str) -> Sentence {
    say(format!("`{key}` is in whole seconds")).help("round it, as in `\"2s\"`")
}

pub(crate) fn offset_beyond(offset: &str, every: &str) -> Sentence {
    say(format!(
        "`offset` ({offset}) must be shorter than `every` ({every})"
    ))
    .help("shorten `offset`: it says when within each interval a run starts")
}

pub(crate) fn short_catch_up() -> Sentence {
    say("`catch_up` must be at least 10s")
        .help("it is how late a start may be made up for that was missed while the server was down")
}
