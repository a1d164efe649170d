//! The promise of the README, word for word where it matters.
#![deny(warnings, missing_docs)]

use flock::prelude::*;

/// You are a meticulous researcher. Cite every source.
#[agent(
    input  = "topic: String | The topic to research",
    output = "findings: String | Research findings",
    retries = 3,
    hand_off = summarizer,
)]
struct Researcher;

/// Sums up.
#[agent(output = "summary: String | Concise summary", timeout = "1m")]
async fn summarizer(findings: String) -> Result<String> {
    Ok(findings.split(". ").take(3).collect())
}

/// What differs.
#[flock_type]
struct Comparison {
    /// How alike they are, 0 to 1.
    likeness: f64,
}

/// Compares.
#[agent]
async fn comparer(left: String, right: String) -> Result<Comparison> {
    Ok(Comparison {
        likeness: if left == right { 1.0 } else { 0.0 },
    })
}

/// Research a topic, then sum it up.
#[flock(start = Researcher, task_queue = "research", timeout = "30m")]
struct Research;

/// Compares two topics.
#[flock]
async fn compare(ctx: FlockContext, left: String, right: String) -> Result<Comparison> {
    let (a, b) = flock::join!(ctx.run::<Researcher>(left), ctx.run::<Researcher>(right));
    ctx.run::<comparer>((a?.findings, b?.findings)).await
}

fn main() {
    let registry = flock::registry::Registry::collect();
    let registry = match registry {
        Ok(registry) => registry,
        Err(error) => panic!("{error}"),
    };
    let names: Vec<_> = registry
        .agents()
        .map(|agent| agent.descriptor.name)
        .collect();
    assert_eq!(names, ["comparer", "researcher", "summarizer"]);
    let names: Vec<_> = registry
        .flocks()
        .map(|flock| flock.descriptor.name)
        .collect();
    assert_eq!(names, ["compare", "research"]);
}
