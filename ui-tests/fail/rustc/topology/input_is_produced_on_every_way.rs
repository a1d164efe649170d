use flock::prelude::*;

fn route(output: &TriageOutput) -> Next {
    match output.urgent {
        true => Next::to::<support>(),
        false => Next::to::<billing>(),
    }
}

#[agent(output = "urgent: bool", hand_off(route, among = [support, billing]))]
async fn triage(ticket: String) -> Result<bool> {
    Ok(ticket.ends_with('!'))
}

#[agent(output = "reply")]
async fn support(ticket: String) -> Result<String> {
    Ok(ticket)
}

#[agent(output = "reply")]
async fn billing(account: u64) -> Result<String> {
    Ok(account.to_string())
}

#[flock(start = triage)]
struct Desk;

fn main() {}
