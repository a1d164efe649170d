use flock::prelude::*;

#[signal]
enum Verdict {
    Yes,
    No,
}

fn main() {}
