use flock::prelude::*;

#[agent]
async fn writer(text: String) -> () {
    drop(text);
}

fn main() {}
