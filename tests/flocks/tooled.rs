//! Agents whose models call tools. The model is played: its input says what it asks for in each turn.

use std::time::Duration;

use flock::{
    __private::SendFuture,
    model::{Message, Model, ModelAnswer, ModelRequest, ToolCall, Usage},
    prelude::*,
};
use serde_json::{Value, json};

use super::traced::trace;

/// What is done in one turn: `tool:word`, or `tool:{json}` for arguments as they are.
pub(crate) type Turn = Vec<String>;

/// What a model is to call, turn by turn.
pub(crate) fn turns(turns: &[&[&str]]) -> Vec<Turn> {
    let turn = |turn: &&[&str]| turn.iter().map(ToString::to_string).collect();
    turns.iter().map(turn).collect()
}

/// Plays the plan in its input, and answers with all that it was told.
#[derive(Clone)]
pub(crate) struct Planned;

impl Model for Planned {
    fn answer<'a>(&'a self, request: &'a ModelRequest) -> SendFuture<'a, Result<ModelAnswer>> {
        Box::pin(async move { Ok(play(request).usage(Usage::tokens(10, 2))) })
    }
}

fn play(request: &ModelRequest) -> ModelAnswer {
    let (file, turn) = (&request.input["file"], request.turn());
    if let Some(file) = file.as_str().filter(|file| !file.is_empty()) {
        trace(file, &format!("{} turn {turn}", request.agent));
    }
    let plan: Vec<Turn> = serde_json::from_value(request.input["plan"].clone()).unwrap_or_default();
    let Some(wanted) = plan.get(turn - 1) else {
        let told = request.messages.iter().filter_map(|message| match message {
            Message::Result(result) => Some(match result.failed {
                true => format!("{} failed: {}", result.name, result.text),
                false => format!("{}: {}", result.name, result.text),
            }),
            _ => None,
        });
        return request.answer(json!({ "said": told.collect::<Vec<_>>() }));
    };
    ModelAnswer::calls(wanted.iter().enumerate().map(|(at, wanted)| {
        let (tool, word) = wanted.split_once(':').unwrap_or((wanted, ""));
        let arguments = match word.starts_with('{') {
            true => serde_json::from_str(word).unwrap_or_default(),
            false => json!({ "file": file, "word": word }),
        };
        ToolCall::new(format!("{turn}-{at}"), tool, arguments)
    }))
}

/// Looks something up.
#[tool(effect = "read", heartbeat = "10s", retry(initial = "50ms"))]
pub(crate) async fn seek(
    file: String,
    /// What to seek up.
    word: String,
) -> Result<String> {
    trace(&file, &format!("looks {word}"));
    Ok(format!("saw {word}"))
}

/// Takes words of three letters.
#[tool(effect = "read", output = "length: usize", heartbeat = "10s")]
pub(crate) async fn measure(word: String) -> Result<usize> {
    match word.len() {
        3 => Ok(3),
        other => Err(Error::invalid(format!(
            "`{word}` has {other} letters, not three"
        ))),
    }
}

/// Is not there.
#[tool(effect = "read", retries = 0)]
pub(crate) async fn broken(word: String) -> Result<String> {
    Err(Error::transient(format!("no {word} today")).with_type("Closed"))
}

/// Says a lot.
#[tool(effect = "read", max_result = 20)]
pub(crate) async fn talk(word: String) -> Result<String> {
    Ok(word.repeat(10))
}

/// Gives its key, at the second attempt.
#[tool(effect = "idempotent", heartbeat = "10s", retry(initial = "50ms"))]
pub(crate) async fn put(ctx: AgentContext, file: String, word: String) -> Result<String> {
    trace(&file, &format!("{word} {}", ctx.idempotency_key()));
    match ctx.attempt() {
        1 => Err(Error::transient("once more")),
        _ => Ok(ctx.idempotency_key()),
    }
}

/// Sends a mail.
#[tool(effect = "write", needs_approval, heartbeat = "10s")]
pub(crate) async fn mail(file: String, word: String) -> Result<String> {
    trace(&file, &format!("mails {word}"));
    Ok("sent".to_owned())
}

/// Charges a card: takes for ever the first time.
#[tool(
    effect = "write",
    output = "cents: u32",
    timeout = "20s",
    heartbeat = "15s",
    retries = 3
)]
pub(crate) async fn charge(file: String, word: String) -> Result<u32> {
    trace(&file, &format!("charges {word}"));
    let charged = std::fs::read_to_string(&file)?.matches("charges").count();
    match (charged, word.as_str()) {
        (1, "panic") => panic!("in the middle"),
        (1, _) => std::future::pending().await,
        _ => Ok(700),
    }
}

/// Charges a card, and hangs until its worker dies.
#[tool(
    effect = "write",
    output = "cents: u32",
    timeout = "5m",
    heartbeat = "5s"
)]
pub(crate) async fn charge_slowly(file: String, word: String) -> Result<u32> {
    trace(&file, &format!("charges {word}"));
    std::future::pending().await
}

/// Works for so long that a heartbeat tells how far the conversation has come; then it hangs, the
/// first time, until its worker dies.
#[tool(effect = "read")]
pub(crate) async fn linger(file: String, word: String) -> Result<String> {
    tokio::time::sleep(Duration::from_secs(10)).await;
    trace(&file, &format!("lingers {word}"));
    match std::fs::read_to_string(&file)?.matches("lingers").count() {
        1 => std::future::pending().await,
        _ => Ok(format!("stayed {word}")),
    }
}

/// You do what the plan says, all in one.
#[agent(
    model = "planned/any",
    input(file: String, plan: Vec<Turn>),
    output = "said: Vec<String>",
    tools = [seek, measure, broken, talk, put, shout, linger],
    max_turns = 3,
    loop = "activity",
    heartbeat = "15s",
    retry(initial = "50ms"),
)]
pub(crate) struct Solo;

/// An agent that is a tool.
#[agent]
pub(crate) async fn shout(word: String) -> Result<String> {
    Ok(word.to_uppercase())
}

/// A flock that is a tool.
#[flock]
pub(crate) async fn ponder(ctx: FlockContext, word: String) -> Result<String> {
    ctx.sleep("10ms").await?;
    Ok(format!("{word}?"))
}

/// You do what the plan says.
#[agent(
    model = "planned/any",
    input(file: String, plan: Vec<Turn>),
    output = "said: Vec<String>",
    tools = [seek, measure, broken, talk, put, mail, charge, charge_slowly, shout, ponder, Deputy],
    max_turns = 12,
    heartbeat = "10s",
    retry(initial = "50ms"),
)]
pub(crate) struct Planner;

/// You do what is left to you.
#[agent(
    model = "planned/any",
    input(file: String, plan: Vec<Turn>),
    output = "said: Vec<String>",
    tools = [seek, measure],
    max_turns = 2,
    heartbeat = "10s",
)]
pub(crate) struct Deputy;

/// Asks one agent.
#[flock(start = Planner)]
pub(crate) struct Plan;

/// Asks the one whose conversation is one step.
#[flock(start = Solo)]
pub(crate) struct Alone;

/// Asks the one with two turns.
#[flock(start = Deputy)]
pub(crate) struct Delegate;

/// Calls tools as a flock does.
#[flock]
pub(crate) async fn calls_tools(ctx: FlockContext, file: String, word: String) -> Result<Value> {
    let kept = ctx.run::<charge>((file, word)).await?;
    ctx.sleep(Duration::from_millis(1)).await?;
    Ok(json!({ "cents": kept.cents }))
}

/// What a child spends counts as its parent's.
#[flock]
pub(crate) async fn calls_a_flock(ctx: FlockContext, file: String) -> Result<Vec<String>> {
    let deputy = DeputyInput::from((file, Vec::new()));
    Ok(ctx.child::<Delegate>(deputy).await?.said)
}
