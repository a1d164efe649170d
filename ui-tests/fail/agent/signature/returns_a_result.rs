use flock::prelude::*;

#[agent]
async fn writer(text: String) -> String {
    text
}

fn main() {}
