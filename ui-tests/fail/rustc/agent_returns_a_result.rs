use flock::prelude::*;

struct Report;

#[agent]
async fn writer(text: String) -> Report {
    drop(text);
    Report
}

fn main() {}
