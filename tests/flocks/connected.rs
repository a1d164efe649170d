//! Agents whose models call tools of MCP servers. The model is played, as that of `tooled`.

use flock::{RuntimeBuilder, config::McpSection, prelude::*};

use super::tooled::{Turn, seek};

/// The program that is the server: this one.
pub(crate) fn server() -> McpSection {
    let program = std::env::current_exe().expect("this program");
    McpSection::command(program.display().to_string(), ["--mcp-server"])
}

/// The servers of the agents below.
pub(crate) fn servers(builder: RuntimeBuilder) -> RuntimeBuilder {
    let mut asks_first = server();
    asks_first.tools = Some(vec!["p*".to_owned()]);
    asks_first.needs_approval = vec!["put".to_owned()];
    asks_first.max_result = Some(20);
    // Each a process of its own: what kills one is not to be seen at another.
    let mut apart = [server(), server()];
    for (at, server) in apart.iter_mut().enumerate() {
        server.args.push(at.to_string());
    }
    let [frail, mortal] = apart;
    builder
        .mcp_server("probe", server())
        .mcp_server("frail", frail)
        .mcp_server("mortal", mortal)
        .mcp_server("careful", asks_first)
}

/// You do what the plan says.
#[agent(
    model = "planned/any",
    input(file: String, plan: Vec<Turn>),
    output = "said: Vec<String>",
    tools = [seek],
    mcp = ["probe"],
    heartbeat = "5s",
    retry(initial = "50ms"),
)]
pub(crate) struct Prober;

/// You do what the plan says, and have no tools of your own.
#[agent(
    model = "planned/any",
    input(file: String, plan: Vec<Turn>),
    output = "said: Vec<String>",
    mcp = ["probe", "careful"],
)]
pub(crate) struct Twofold;

/// You do what the plan says, with a server that dies.
#[agent(
    model = "planned/any",
    input(file: String, plan: Vec<Turn>),
    output = "said: Vec<String>",
    mcp = ["frail"],
)]
pub(crate) struct Shaker;

/// You do what the plan says, with another server that dies.
#[agent(
    model = "planned/any",
    input(file: String, plan: Vec<Turn>),
    output = "said: Vec<String>",
    mcp = ["mortal"],
)]
pub(crate) struct Spender;

#[flock(start = Prober)]
pub(crate) struct Probing;

#[flock(start = Shaker)]
pub(crate) struct Shaking;

#[flock(start = Spender)]
pub(crate) struct Spending;

#[flock(start = Twofold)]
pub(crate) struct Doubly;

/// Greets, where a person agrees.
#[flock]
pub(crate) async fn greeted(ctx: FlockContext, name: String) -> Result<String> {
    let decision = ctx.approval("greet", &name).await?;
    let how = decision.comment.unwrap_or_default();
    match decision.approved {
        true => Ok(format!("hello, {name}, {how}")),
        false => Err(Error::denied("not to be greeted")),
    }
}
