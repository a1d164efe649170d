use flock::prelude::*;

struct Writer;

#[agent]
impl Writer {}

fn main() {}
