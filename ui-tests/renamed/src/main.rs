//! Here the dependency is called `agents`, and the edition is an older one.
#![deny(warnings, missing_docs)]

use agents::{agent, flock, flock_type, signal, AgentContext, FlockContext, Result, State};

/// A ticket.
#[flock_type(crate = ::agents)]
#[derive(Debug, Clone)]
pub struct Ticket {
    /// In a line.
    pub subject: String,
    /// Not always.
    #[serde(default)]
    pub due: Option<String>,
}

/// Sorts tickets.
#[agent(
    crate = ::agents,
    input(ticket: Ticket, /** How far */ depth: u8 = 2),
    output = "text: String | What it says, class: String",
    retries = 1,
    timeout = "30s",
    hand_off(route, among = [editor, Writer]),
)]
async fn triage(
    ctx: AgentContext,
    State(limit): State<u8>,
    ticket: Ticket,
    depth: u8,
) -> Result<(String, String)> {
    ctx.checkpoint(&()).await?;
    Ok((ticket.subject, format!("{depth} of {limit}")))
}

fn route(output: &TriageOutput) -> agents::Next {
    match output.class.is_empty() {
        true => agents::Next::to::<Writer>(),
        false => agents::Next::to::<editor>(),
    }
}

/// Write.
#[agent(
    crate = "::agents",
    input = "text",
    output = "letter",
    model = "a/b",
    local
)]
struct Writer;

/// Edits.
#[agent(crate = ::agents, output = "letter", loop_to = triage, max_rounds = 2, max_attempts = 3)]
async fn editor(text: String) -> Result<String> {
    Ok(text)
}

/// Declared.
#[flock(crate = ::agents, start = triage, output = "letter", timeout = "5m", retries = 2)]
struct Desk;

/// Coded.
#[flock(crate = ::agents, output(left: String, right: String))]
async fn both(ctx: FlockContext, text: String) -> Result<(String, String)> {
    let (left, right) = agents::join!(
        ctx.run::<editor>(text.as_str()),
        ctx.run::<editor>(text.as_str()),
    );
    let first = agents::select! {
        letter = ctx.run::<editor>(text.as_str()) => letter?.letter,
        letter = ctx.run::<Writer>(text.as_str()) => letter?.letter,
    };
    Ok((left?.letter + &first, right?.letter))
}

/// A letter arrived.
#[signal(crate = ::agents, name = "mail")]
#[derive(Debug)]
pub struct Letter {
    /// What it says.
    pub text: String,
}

/// Waits for a person.
#[derive(Default)]
struct Approval {
    by: Option<String>,
}

#[flock(crate = ::agents, name = "approval")]
impl Approval {
    #[run]
    async fn run(ctx: FlockContext<Self>, draft: String) -> Result<String> {
        let letter = ctx.signal::<Letter>().await?;
        ctx.wait_until(|approval| approval.by.is_some()).await?;
        Ok(draft + &letter.text)
    }

    #[signal]
    fn approve(&mut self, by: String) {
        self.by = Some(by);
    }

    #[query]
    fn approver(&self) -> Option<String> {
        self.by.clone()
    }

    #[update(name = "ask-for")]
    async fn ask(ctx: FlockContext<Self>, whom: String) -> Result<bool> {
        ctx.state_mut(|approval| approval.by = Some(whom));
        Ok(true)
    }

    #[validate(ask)]
    fn may_ask(&self, whom: String) -> Result<()> {
        match whom.is_empty() {
            true => Err(agents::Error::invalid("whom?")),
            false => Ok(()),
        }
    }
}

/// Adds what the agents ask for.
fn setup(builder: agents::RuntimeBuilder) -> Result<agents::RuntimeBuilder> {
    Ok(builder.state(1_u8))
}

agents::main!(setup);
