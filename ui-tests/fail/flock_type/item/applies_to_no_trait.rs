use flock::prelude::*;

#[flock_type]
trait Report {}

fn main() {}
