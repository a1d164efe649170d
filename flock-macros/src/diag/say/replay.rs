//! What is said of code that a replay would not repeat.

use super::{Sentence, say};

pub(crate) fn differs_on_replay(path: &str, instead: &str) -> Sentence {
    say(format!(
        "`{path}` gives another answer when Temporal replays the flock"
    ))
    .help(instead)
}

pub(crate) fn breaks_replay(path: &str, instead: &str) -> Sentence {
    say(format!(
        "`{path}` does not go the same way when Temporal replays the flock"
    ))
    .help(instead)
}

pub(crate) fn unordered(name: &str, what: &str) -> Sentence {
    let ordered = what.replace("Hash", "BTree");
    say(format!(
        "`{name}` is a `{what}`, whose order differs when Temporal replays the flock"
    ))
    .help(format!(
        "use a `{ordered}`, or go over a sorted `Vec` of what is in it"
    ))
}

pub(crate) fn side_effect(path: &str) -> Sentence {
    say(format!(
        "`{path}` reaches outside, and would do so again on every replay"
    ))
    .help("do it in an agent: `ctx.run::<agent>(…)`")
}
