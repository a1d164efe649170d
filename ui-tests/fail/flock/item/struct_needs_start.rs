use flock::prelude::*;

#[flock(timeout = "1h")]
struct Desk;

fn main() {}
