use flock::prelude::*;

#[flock]
#[derive(Default)]
struct Draft {
    text: String,
}

fn main() {}
