use flock::prelude::*;

#[signal]
#[derive(Debug, Clone)]
struct Vote<T> {
    choice: T,
}

fn main() {}
