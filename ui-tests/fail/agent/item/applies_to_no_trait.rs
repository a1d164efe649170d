use flock::prelude::*;

#[agent]
trait Writer {}

fn main() {}
