//! Data on its way: declared and coded flocks, routing, loops, types.

use flock::prelude::*;

use super::Greeting;

#[agent(output = "findings: String", hand_off = summarizer)]
pub(crate) async fn researcher(topic: String) -> Result<String> {
    Ok(format!("{topic} is old. {topic} is new."))
}

#[agent(output = "summary: String, length: u64")]
pub(crate) async fn summarizer(findings: String) -> Result<(String, u64)> {
    let summary = findings.split('.').next().unwrap_or_default().to_owned();
    let length = summary.len() as u64;
    Ok((summary, length))
}

/// A chain of two.
#[flock(start = researcher)]
pub(crate) struct Chain;

/// A chain that gives fields of both.
#[flock(start = researcher, output = "findings: String, length: u64")]
pub(crate) struct ChainOfBoth;

/// Two at once.
#[flock]
pub(crate) async fn compare(ctx: FlockContext, left: String, right: String) -> Result<String> {
    let (a, b) = flock::join!(ctx.run::<researcher>(left), ctx.run::<researcher>(right));
    Ok(format!("{} / {}", a?.findings, b?.findings))
}

#[flock]
pub(crate) async fn fan_out(ctx: FlockContext, count: u32) -> Result<Vec<String>> {
    let calls = (0..count).map(|n| ctx.run::<researcher>(format!("t{n}")));
    let results = flock::join_all(calls).await;
    results
        .into_iter()
        .map(|result| Ok(result?.findings))
        .collect()
}

fn route(triage: &TriageOutput) -> Next {
    match triage.class.as_str() {
        "billing" => Next::to::<billing>(),
        "support" => Next::to::<support>(),
        "unheard" => Next::to::<researcher>(),
        _ => Next::end(),
    }
}

#[agent(output = "class: String", hand_off(route, among = [billing, support]))]
pub(crate) async fn triage(ticket: String) -> Result<String> {
    Ok(ticket.split(':').next().unwrap_or_default().to_owned())
}

#[agent(output = "reply: String")]
pub(crate) async fn billing(ticket: String) -> Result<String> {
    Ok(format!("billing saw {ticket}"))
}

#[agent(output = "reply: String, level: u8")]
pub(crate) async fn support(ticket: String, class: String) -> Result<(String, u8)> {
    Ok((format!("{class} saw {ticket}"), 2))
}

/// Ways that part.
#[flock(start = triage)]
pub(crate) struct Desk;

#[agent(output = "draft: String", hand_off = critic)]
pub(crate) async fn writer(topic: String, draft: Option<String>) -> Result<String> {
    Ok(draft.map_or(topic, |draft| draft + "+"))
}

fn good_enough(critic: &CriticOutput) -> Next {
    if critic.good {
        Next::end()
    } else {
        Next::back()
    }
}

#[agent(output = "good: bool", hand_off(good_enough), loop_to = writer, max_rounds = 3)]
pub(crate) async fn critic(draft: String, wanted: u64) -> Result<bool> {
    Ok(draft.matches('+').count() as u64 >= wanted)
}

/// A loop with a way out.
#[flock(start = writer, input = "topic: String, wanted: u64", output = "draft: String")]
pub(crate) struct Refine;

/// What is given as itself is taken as what may be nothing: `title` on the way forward, `notes` only on
/// the way back, so that there are none in the first round.
#[agent(output = "title: String, pages: u32", hand_off = reviews)]
pub(crate) async fn writes(
    topic: String,
    notes: Option<Vec<String>>,
    again: Option<bool>,
) -> Result<(String, u32)> {
    let notes = notes.map_or_else(|| "no notes".to_owned(), |notes| notes.join("+"));
    Ok((format!("{topic}, {notes}, {again:?}"), 7))
}

#[agent(
    output = "notes: Vec<String>, again: Option<bool>, seen: Vec<String>, score: f64",
    loop_to = writes,
    max_rounds = 2
)]
pub(crate) async fn reviews(
    title: Option<String>,
    pages: Option<u32>,
    notes: Option<Vec<String>>,
    seen: Option<Vec<String>>,
    lost: Option<bool>,
) -> Result<(Vec<String>, Option<bool>, Vec<String>, f64)> {
    let mut seen = seen.unwrap_or_default();
    seen.push(format!("{title:?} {pages:?}"));
    let mut notes = notes.unwrap_or_default();
    notes.push(format!("note {}", notes.len() + 1));
    let score = if lost.is_some() { f64::NAN } else { 1.0 };
    let again = (notes.len() > 1).then_some(true);
    Ok((notes, again, seen, score))
}

/// A way back that brings what was not there in the first round.
#[flock(
    start = writes,
    input = "topic: String, lost: Option<bool>",
    output = "seen: Vec<String>, score: Option<f64>"
)]
pub(crate) struct Rounds;

#[agent(output = "count: u64", hand_off = counted, loop_to = counter, max_rounds = 2)]
pub(crate) async fn counter(count: u64) -> Result<u64> {
    Ok(count + 1)
}

#[agent(output = "said: String")]
pub(crate) async fn counted(count: u64) -> Result<String> {
    Ok(format!("counted to {count}"))
}

/// A loop of a fixed number of rounds.
#[flock(start = counter)]
pub(crate) struct Count;

#[flock_type]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) lines: Vec<Line>,
    pub(crate) kind: Kind,
    pub(crate) note: Option<String>,
}

#[flock_type]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) sku: String,
    pub(crate) cents: i64,
}

#[flock_type]
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Standard,
    Express { hours: u8 },
}

#[agent(input = Order)]
pub(crate) async fn price(order: Order) -> Result<i64> {
    Ok(order.lines.iter().map(|line| line.cents).sum())
}

/// Whole types as input, a bare value as output.
#[flock]
pub(crate) async fn checkout(ctx: FlockContext, order: Order) -> Result<i64> {
    ctx.run::<price>(order).await
}

#[agent(
    input = "name: String = \"you\", times: u8 = 2",
    output = "greeting: String",
    local
)]
pub(crate) async fn greet(
    State(greeting): State<Greeting>,
    name: String,
    times: u8,
) -> Result<String> {
    Ok(vec![format!("{} {name}", greeting.0); usize::from(times)].join(", "))
}

/// Defaults, shared state and a local activity.
#[flock(start = greet)]
pub(crate) struct Welcome;

#[agent(task_queue = "side-queue", output = "queue: String")]
pub(crate) async fn sideways(ctx: AgentContext) -> Result<String> {
    Ok(format!("{} attempt {}", ctx.agent(), ctx.attempt()))
}

/// An agent on a queue of its own.
#[flock]
pub(crate) async fn aside(ctx: FlockContext) -> Result<String> {
    Ok(ctx.run::<sideways>(()).await?.queue)
}
