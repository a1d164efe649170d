use flock::prelude::*;

#[agent]
type Writer = String;

fn main() {}
