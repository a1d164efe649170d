use flock::prelude::*;

#[flock_type]
struct Report {
    words: list<str>,
}

fn main() {}
