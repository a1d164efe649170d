use flock::prelude::*;

#[flock_type]
struct Report<'a> {
    text: std::borrow::Cow<'a, str>,
}

fn main() {}
