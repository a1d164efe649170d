use flock::prelude::*;

#[flock_type]
struct Report {
    words: Vec<&'static str>,
}

fn main() {}
