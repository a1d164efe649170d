use flock::prelude::*;

struct Desk;

#[flock]
impl Desk {}

fn main() {}
