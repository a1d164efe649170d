use flock::prelude::*;

#[agent]
mod writer {}

fn main() {}
