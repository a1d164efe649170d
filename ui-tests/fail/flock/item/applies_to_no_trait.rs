use flock::prelude::*;

#[flock]
trait Desk {}

fn main() {}
