//! Agents and flocks with budgets. Each question to the model that plays costs 12 tokens.

use flock::{model::Usage, prelude::*};

use super::tooled::{Deputy, Turn, seek};

/// You have no more than that.
#[agent(
    model = "planned/any",
    input(file: String, plan: Vec<Turn>),
    output = "said: Vec<String>",
    tools = [seek, Deputy],
    budget(tokens = 24),
)]
pub(crate) struct Thrifty;

/// You may ask for more.
#[agent(
    model = "planned/any",
    input(file: String, plan: Vec<Turn>),
    output = "said: Vec<String>",
    tools = [seek],
    budget(tokens = 24, on_exceeded = "park"),
)]
pub(crate) struct Frugal;

/// You cost money, which nobody can count.
#[agent(
    model = "planned/any",
    input(file: String, plan: Vec<Turn>),
    output = "said: Vec<String>",
    tools = [seek],
    budget(cost = "0.50"),
)]
pub(crate) struct Dear;

/// You are asked once.
#[agent(
    model = "planned/any",
    input = "word: String",
    output = "said: Vec<String>"
)]
pub(crate) struct SaysOnce;

#[flock(start = Thrifty)]
pub(crate) struct Pinch;

#[flock(start = Frugal)]
pub(crate) struct Save;

#[flock(start = Dear)]
pub(crate) struct Splurge;

/// Asks as many at once as it is told, and again.
#[flock(budget(turns = 2, on_exceeded = "park"))]
pub(crate) async fn stampede(ctx: FlockContext, first: u32, then: u32) -> Result<u32> {
    for many in [first, then] {
        let calls = (0..many).map(|_| ctx.run::<SaysOnce>("a".to_owned()));
        for one in flock::join_all(calls).await {
            one?;
        }
    }
    Ok(first + then)
}

/// Asks once a run, and goes on as a new one.
#[flock(budget(turns = 2, on_exceeded = "park"))]
pub(crate) async fn refill(ctx: FlockContext, left: u32) -> Result<()> {
    ctx.run::<SaysOnce>("a".to_owned()).await?;
    match left.checked_sub(1) {
        Some(left) => Err(ctx.continue_as_new::<refill>(left)),
        None => Ok(()),
    }
}

/// Ends with what it has, without a person.
#[flock(budget(turns = 1))]
pub(crate) async fn modest(ctx: FlockContext) -> Result<String> {
    ctx.run::<SaysOnce>("a".to_owned()).await?;
    let second = ctx.run::<SaysOnce>("b".to_owned()).await;
    Ok(match second {
        Ok(_) => String::new(),
        Err(error) => error.type_name().to_owned(),
    })
}

/// Spends, and fails twice.
#[agent(retry(initial = "10ms"), retries = 2)]
pub(crate) async fn spends(ctx: AgentContext, all: u32) -> Result<u32> {
    ctx.spend(Usage::tokens(10, 0));
    match ctx.attempt() {
        last if last == all => Ok(last),
        _ => Err(Error::transient("again")),
    }
}

/// Gives what all its agent's attempts have cost.
#[flock]
pub(crate) async fn wastes(ctx: FlockContext, all: u32) -> Result<u32> {
    ctx.run::<spends>(all).await
}
