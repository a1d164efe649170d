//! What a function under `#[tool]` takes and gives, and what is known of it.
#![deny(warnings)]

use std::time::Duration;

use flock::{
    Agent,
    agent::{AgentKind, tool::Tool},
    prelude::*,
};

#[derive(Clone)]
struct Index(&'static str);

/// A page.
#[flock_type]
#[derive(Debug, Clone)]
struct Page {
    /// Where it is.
    address: String,
    text: String,
}

/// Searches the web.
///
/// The newest pages come first; ask again with other words when nothing is found.
#[tool(
    effect = "read",
    max_result = 20_000,
    timeout = "20s",
    retries = 2,
    task_queue = "web"
)]
async fn web_search(
    ctx: AgentContext,
    State(index): State<Index>,
    /// What to search for, in a few words
    query: String,
    /// How many pages at most
    most: Option<u8>,
) -> Result<Vec<Page>> {
    let text = format!("{} {query}", ctx.attempt());
    let page = Page {
        address: index.0.to_owned(),
        text,
    };
    Ok(vec![page; most.unwrap_or(1).into()])
}

/// Fetches a page.
#[tool(
    effect = "idempotent",
    needs_approval,
    input(/** Where it is */ address: String, again: bool = false),
    output(page: Page, size: u32)
)]
async fn fetch_page(address: String, again: bool) -> Result<(Page, u32)> {
    let text = format!("{again}");
    Ok((Page { address, text }, 4))
}

/// Sends a mail.
#[tool(name = "send-mail", effect = "write", needs_approval = true)]
async fn send(#[allow(unused)] to: String) -> Result<()> {
    Ok(())
}

#[doc = include_str!("../options.rs")]
#[tool(effect = "read", local)]
async fn told_by_a_file() -> Result<String> {
    Ok(String::new())
}

/// Pays.
#[agent(effect = "write", needs_approval)]
async fn pay(amount: u32) -> Result<u32> {
    Ok(amount)
}

/// A tool is called by a flock as well.
#[flock]
async fn research(ctx: FlockContext, topic: String) -> Result<Vec<Page>> {
    let page = ctx.run::<fetch_page>((topic.clone(), true)).await?.page;
    ctx.run::<web_search>((page.text, Some(3))).await
}

pub(crate) fn main() {
    let search = web_search::DESCRIPTOR;
    assert_eq!(search.name, "web_search");
    assert_eq!(
        search.description,
        "Searches the web.\n\nThe newest pages come first; ask again with other words when nothing is found."
    );
    let AgentKind::Tool(tool) = search.kind else {
        panic!("{:?}", search.kind);
    };
    assert_eq!(tool.max_result, Some(20_000));
    assert_eq!(search.inputs[0].name, "query");
    assert_eq!(
        search.inputs[0].description,
        "What to search for, in a few words"
    );
    assert!(search.inputs[1].optional);
    assert_eq!(search.options.timeout, Some(Duration::from_secs(20)));
    assert_eq!(search.options.retry.max_attempts, Some(3));
    assert_eq!(search.options.task_queue, Some("web"));
    assert_eq!(said(&search.effects), "read None");
    assert_eq!(web_search::STATE.len(), 1);
    let entry = web_search::TOOL;
    assert_eq!(
        (entry.name, entry.description),
        ("web_search", search.description)
    );
    let schema = (entry.schema)();
    let asked = &schema.as_value()["properties"]["query"];
    assert_eq!(asked["description"], "What to search for, in a few words");

    assert_eq!(
        said(&fetch_page::DESCRIPTOR.effects),
        "idempotent Some(true)"
    );
    assert_eq!(send::NAME, "send-mail");
    assert_eq!(said(&send::DESCRIPTOR.effects), "write Some(true)");
    let AgentKind::Tool(plain) = send::DESCRIPTOR.kind else {
        panic!("{:?}", send::DESCRIPTOR.kind);
    };
    assert_eq!(plain.max_result, None);
    assert!(
        told_by_a_file::TOOL
            .description
            .contains("//! Every option")
    );
    assert!(matches!(pay::DESCRIPTOR.kind, AgentKind::Function));
    assert_eq!(said(&pay::DESCRIPTOR.effects), "write Some(true)");
    assert!(pay::TOOLS.is_empty() && web_search::TOOLS.is_empty());
}

fn said(effects: &flock::__private::EffectOptions) -> String {
    let effect = effects.effect.map(|effect| effect.to_string());
    format!(
        "{} {:?}",
        effect.unwrap_or_default(),
        effects.needs_approval
    )
}
