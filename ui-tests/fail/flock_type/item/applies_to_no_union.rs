use flock::prelude::*;

#[flock_type]
union Report {
    words: u32,
}

fn main() {}
