use flock::prelude::*;

#[flock_type]
struct Report {
    #[serde(rename = "t")]
    text: &'static str,
}

fn main() {}
