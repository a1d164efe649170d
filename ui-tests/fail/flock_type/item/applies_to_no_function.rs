use flock::prelude::*;

#[flock_type]
fn report() {}

fn main() {}
