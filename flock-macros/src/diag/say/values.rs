//! What is said of one option's value.

use super::{Sentence, list, looks_like, meant, say};

pub(crate) fn takes_text(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes a text in quotes")).help(format!("write `{example}`"))
}

pub(crate) fn takes_texts(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes texts in brackets")).help(format!("write `{example}`"))
}

pub(crate) fn takes_integer(key: &str, quoted: Option<&str>, example: &str) -> Sentence {
    say(format!("`{key}` takes an integer")).help(match quoted {
        Some(quoted) => format!("remove the quotes: `{key} = {quoted}`"),
        None => format!("write `{example}`"),
    })
}

pub(crate) fn takes_number(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes a number")).help(format!("write `{example}`"))
}

pub(crate) fn takes_switch(key: &str) -> Sentence {
    say(format!("`{key}` is `true` or `false`")).help(format!("`{key}` alone is `true`"))
}

pub(crate) fn takes_path(key: &str, meant: &str) -> Sentence {
    say(format!("`{key}` takes the path of an agent")).help(format!("write `{meant}`"))
}

pub(crate) fn quoted_path(key: &str, meant: &str) -> Sentence {
    say(format!(
        "`{key}` takes the agent itself, not its name in quotes"
    ))
    .help(format!("write `{meant}`"))
}

pub(crate) fn takes_paths(key: &str, meant: &str) -> Sentence {
    say(format!("`{key}` takes agents in brackets")).help(format!("write `{meant}`"))
}

pub(crate) fn negative(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` cannot be negative")).help(match key {
        "retries" | "lost_workers" => format!("for none write `{key} = 0`"),
        _ => format!("write `{example}`"),
    })
}

pub(crate) fn too_large(key: &str, most: u32) -> Sentence {
    say(format!("`{key}` must be at most {most}")).help(match key {
        "retries" | "max_attempts" => "for no limit write `max_attempts = unlimited`".to_owned(),
        _ => format!("write at most `{key} = {most}`"),
    })
}

pub(crate) fn zero(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` must be above zero")).help(match key {
        "max_rounds" => format!("write `{example}`; for no way back leave `loop_to` out too"),
        _ => format!("write `{example}`, or leave it out"),
    })
}

pub(crate) fn no_dollars(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` takes an amount of US dollars above zero"))
        .help(format!("write `{example}`"))
}

pub(crate) fn no_limit(example: &str) -> Sentence {
    say("this budget limits nothing").help(format!(
        "say what may be spent: `{example}`, by `tokens`, `cost` or `turns`"
    ))
}

pub(crate) fn unknown_word(key: &str, found: &str, known: &[&str]) -> Sentence {
    let words = format!("write one of {}", list(known));
    say(format!("`{key}` takes no `{found}`")).help(looks_like(found, known, words))
}

/// With the option for queues of one's own.
pub(crate) fn unknown_pool(key: &str, found: &str, known: &[&str]) -> Sentence {
    let words = format!(
        "write one of {}; a task queue of your own is `task_queue = \"{found}\"`",
        list(known)
    );
    say(format!("`{key}` takes no `{found}`")).help(looks_like(found, known, words))
}

pub(crate) fn no_search_kind(name: &str, known: &[&str]) -> Sentence {
    say(format!("search attribute `{name}` has no type")).help(format!(
        "write `{name}: Keyword`; the types are {}",
        list(known)
    ))
}

/// With the kind of a type of Rust, where it is one.
pub(crate) fn unknown_search_kind(found: &str, rust: Option<&str>, known: &[&str]) -> Sentence {
    let kinds = format!("write one of {}", list(known));
    say(format!("a search attribute is no `{found}`")).help(match rust {
        Some(kind) => meant(&[kind], kinds),
        None => looks_like(found, known, kinds),
    })
}

pub(crate) fn built_in_search_attribute(name: &str) -> Sentence {
    say(format!(
        "every run carries the search attribute `{name}` already"
    ))
    .help("give this one another name")
}

pub(crate) fn zero_attempts() -> Sentence {
    say("`max_attempts = 0` means without limit in Temporal")
        .help("say so: `max_attempts = unlimited`, or leave it out for the default")
}

pub(crate) fn bad_priority(found: u32) -> Sentence {
    say(format!("`priority` is 1 (first) to 5 (last), not {found}"))
        .help("write `priority = 1` for the most urgent; without it, it is 3")
}

pub(crate) fn bad_temperature() -> Sentence {
    say("`temperature` is 0 to 2")
        .help("write `temperature = 0.2`; the higher, the less predictable")
}

pub(crate) fn bad_backoff() -> Sentence {
    say("`backoff` must be at least 1")
        .help("write `backoff = 2.0`: it doubles the wait after each attempt")
}

pub(crate) fn empty(key: &str) -> Sentence {
    let sentence = say(format!("`{key}` is empty"));
    match key {
        "task_queue" => sentence.help("leave it out for the flock's queue"),
        "name" => sentence.help("leave it out for the item's name in snake_case"),
        "instructions" => sentence.help("write `instructions = \"You are …\"`"),
        "model" => {
            sentence.help("write `model = \"openai/gpt-4o\"`, or leave it out for the default")
        }
        "non_retryable" => say("`non_retryable` holds an empty text")
            .help("write the names of error types: `non_retryable = [\"ValidationError\"]`"),
        _ => sentence.help("leave it out for the default"),
    }
}

pub(crate) fn bad_crate() -> Sentence {
    say("`crate` takes a path").help("write `crate = ::my::flock`")
}
