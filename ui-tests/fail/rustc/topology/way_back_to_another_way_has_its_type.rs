use flock::prelude::*;

fn route(urgent: &bool) -> Next {
    match urgent {
        true => Next::to::<hurry>(),
        false => Next::to::<wait>(),
    }
}

#[agent(hand_off(route, among = [hurry, wait]))]
async fn triage(ticket: String) -> Result<bool> {
    Ok(ticket.ends_with('!'))
}

// What the one way gives, the other takes when it is gone in a later round.
#[agent(output = "delay: u32", loop_to = triage, max_rounds = 2)]
async fn hurry(ticket: String) -> Result<u32> {
    Ok(ticket.len() as u32)
}

#[agent(output = "answer")]
async fn wait(ticket: String, delay: Option<String>) -> Result<String> {
    Ok(ticket + &delay.unwrap_or_default())
}

#[flock(start = triage)]
struct Desk;

fn main() {}
