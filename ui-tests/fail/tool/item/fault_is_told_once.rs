use flock::prelude::*;

/// Searches the web.
#[tool(effect = "read", timeout = "5 mins")]
async fn web_search(query: String) -> Result<String> {
    Ok(query)
}

/// You are a researcher.
#[agent(tools = [web_search, Asker], input(topic: String))]
struct Researcher;

/// You ask.
#[agent(retrys = 3)]
struct Asker;

/// You pass it on.
#[agent(tools = [ask])]
struct Other;

/// Asks.
#[flock(retrys = 3)]
async fn ask(ctx: FlockContext, topic: String) -> Result<String> {
    let found = ctx.run::<web_search>(topic).await?;
    ctx.run::<Researcher>(found).await
}

fn main() {}
