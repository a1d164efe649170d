use flock::prelude::*;

#[agent(output = "reply: String")]
async fn billing(ticket: String) -> Result<String> {
    Ok(ticket)
}

/// Answer, or pass it on.
#[agent(input = "ticket: String", hand_off(model, among = [billing]))]
struct Clerk;

#[flock(start = Clerk)]
struct Desk;

fn main() {}
