use flock::prelude::*;

#[flock_type]
struct Report<T> {
    text: T,
}

fn main() {}
