use flock::prelude::*;

/// You are a meticulous researcher. Cite every source.
#[agent(
    input = "topic: String | The topic to research",
    output = "findings: String | Research findings",
    model = "openai/gpt-4o",
    retries = 3,
    hand_off = summarizer
)]
struct Researcher;

#[agent(output = "summary: String | Concise summary", timeout = "1m")]
async fn summarizer(findings: String) -> Result<String> {
    Ok(findings.split_inclusive(". ").take(3).collect())
}

/// Research a topic, then sum it up.
#[flock(start = Researcher, timeout = "30m")]
struct Research;
