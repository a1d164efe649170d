use flock::prelude::*;

/// Answers.
#[agent(input = "ticket", output = "reply", hand_off(Billing, among = [Billing]))]
struct Clerk;

/// Bills.
#[agent(input = "reply", output = "bill")]
struct Billing;

fn main() {}
