use flock::prelude::*;

#[agent]
enum Writer {
    Poet,
}

fn main() {}
