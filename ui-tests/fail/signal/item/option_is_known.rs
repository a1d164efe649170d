use flock::prelude::*;

#[signal(title = "approve")]
struct Approve {
    by: String,
}

fn main() {}
