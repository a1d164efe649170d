use flock::prelude::*;

#[agent]
union Writer {
    text: u8,
}

fn main() {}
