use flock::prelude::*;

#[flock_type(crate = 5)]
struct Report {
    text: String,
}

fn main() {}
