use flock::prelude::*;

#[flock_type]
struct Ticket {
    subject: String,
}

/// You answer with JSON.
#[agent(model = "openai/gpt-4o", template = "About {subject}: }", input = Ticket)]
struct Clerk;

fn main() {}
