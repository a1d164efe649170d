use flock::prelude::*;

#[agent]
struct Writer;

fn main() {}
