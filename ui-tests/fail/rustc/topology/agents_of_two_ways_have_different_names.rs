use flock::prelude::*;

fn route(ticket: &TriageOutput) -> Next {
    match ticket.urgent {
        true => Next::to::<support::agent>(),
        false => Next::to::<billing::agent>(),
    }
}

#[agent(output = "urgent: bool", hand_off(route, among = [support::agent, billing::agent]))]
async fn triage(ticket: String) -> Result<bool> {
    Ok(ticket.ends_with('!'))
}

mod support {
    use flock::prelude::*;

    #[agent(output = "reply")]
    pub(crate) async fn agent(ticket: String) -> Result<String> {
        Ok(ticket)
    }
}

mod billing {
    use flock::prelude::*;

    #[agent(output = "reply")]
    pub(crate) async fn agent(ticket: String) -> Result<String> {
        Ok(ticket)
    }
}

#[flock(start = triage)]
struct Desk;

fn main() {}
