use flock::prelude::*;

#[flock_type(name = "report")]
struct Report {
    text: String,
}

fn main() {}
