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

#[agent(output = "delay: u32", hand_off = sorry, loop_to = triage, max_rounds = 2)]
async fn hurry(ticket: String) -> Result<u32> {
    Ok(ticket.len() as u32)
}

// On its way to the end it has the type; `wait` ends after a round of `hurry` as well.
#[agent(output = "delay: Option<String>")]
async fn sorry(delay: u32) -> Result<Option<String>> {
    Ok(Some(delay.to_string()))
}

#[agent(output = "answer")]
async fn wait(ticket: String) -> Result<String> {
    Ok(ticket)
}

#[flock(start = triage, output = "ticket, delay: Option<String>")]
struct Desk;

fn main() {}
