use flock::prelude::*;

#[signal]
fn approve(by: String) {
    drop(by);
}

fn main() {}
