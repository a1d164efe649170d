//! What an agent's `tools` may be.
#![deny(warnings)]

use flock::{
    Agent,
    agent::{AgentKind, tool::Tool},
    prelude::*,
};

mod web {
    use flock::prelude::*;

    /// Searches the web.
    #[tool(effect = "read")]
    pub(crate) async fn search(query: String) -> Result<String> {
        Ok(query)
    }
}

/// Sums up.
#[agent(input(text: String))]
struct Summarizer;

/// Compares two topics.
///
/// Not part of the description.
#[flock]
async fn compare(ctx: FlockContext, left: String, right: String) -> Result<String> {
    let left = ctx.run::<Summarizer>(left).await?;
    Ok(left + &right)
}

/// Waits for a person.
#[derive(Default)]
struct Approval;

#[flock]
impl Approval {
    #[run]
    async fn run(ctx: FlockContext<Self>, draft: String) -> Result<String> {
        ctx.run::<Summarizer>(draft).await
    }
}

/// Sums up, and that is all.
#[flock(start = Summarizer)]
struct Summary;

/// You are a meticulous researcher.
#[agent(
    tools = [web::search, Summarizer, compare, Approval, Summary, crate::tool::agents_and_flocks_are_tools::Left],
    max_turns = 10,
    input(topic: String),
)]
struct Researcher;

/// You are one of two.
#[agent(tools = [Right])]
struct Left;

/// You are the other.
#[agent(tools = [Left])]
struct Right;

pub(crate) fn main() {
    let names: Vec<_> = Researcher::TOOLS.iter().map(|tool| tool.name).collect();
    assert_eq!(
        names,
        [
            "search",
            "summarizer",
            "compare",
            "approval",
            "summary",
            "left"
        ]
    );
    assert_eq!(compare::TOOL.description, "Compares two topics.");
    assert_eq!(Summarizer::TOOL.description, "Sums up.");
    let AgentKind::Model(model) = Researcher::DESCRIPTOR.kind else {
        panic!("{:?}", Researcher::DESCRIPTOR.kind);
    };
    assert_eq!((model.calls_tools, model.max_turns), (true, Some(10)));
    let names = [Left::TOOLS[0].name, Right::TOOLS[0].name];
    assert_eq!(names, ["right", "left"]);
    let schema = (web::search::TOOL.schema)();
    assert!(schema.as_value()["properties"]["query"].is_object());
}
