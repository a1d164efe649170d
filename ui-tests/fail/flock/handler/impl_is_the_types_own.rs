use flock::prelude::*;

#[derive(Default)]
struct Approval {
    by: Option<String>,
}

#[flock]
impl Drop for Approval {
    fn drop(&mut self) {}
}

fn main() {}
