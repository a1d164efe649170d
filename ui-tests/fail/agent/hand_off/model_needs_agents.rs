use flock::prelude::*;

/// Sorts letters.
#[agent(hand_off(model))]
struct Clerk;

fn main() {}
