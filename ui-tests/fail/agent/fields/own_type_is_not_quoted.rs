use flock::prelude::*;

#[flock_type]
struct Ticket {
    text: String,
}

/// Answers.
#[agent(input = "Ticket")]
struct Clerk;

fn main() {}
