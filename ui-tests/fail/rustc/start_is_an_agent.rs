use flock::prelude::*;

struct Editor;

#[flock(start = Editor)]
struct Desk;

fn main() {}
