use flock::prelude::*;

#[agent]
async fn writer(text: String) -> Option<String> {
    Some(text)
}

fn main() {}
