use flock::prelude::*;

#[flock_type]
struct Report {
    text: str,
}

fn main() {}
