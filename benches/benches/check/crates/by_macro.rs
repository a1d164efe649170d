//! Five agents, by the macro.

use flock::prelude::*;

use crate::Verdict;

/// You are a meticulous researcher. Cite every source.
#[agent(
    input = "topic: String | The topic to research, depth: u8 = 2",
    output = "findings: String | What was found, sources: Vec<String> | Where it was found",
    model = "openai/gpt-4o",
    temperature = 0.2,
    retries = 3,
    timeout = "2m",
    hand_off = summarizer_00
)]
pub struct Researcher00;

/// Sums up in three sentences.
#[agent(output = "summary: String | Concise summary", hand_off = writer_00)]
pub async fn summarizer_00(findings: String) -> Result<String> {
    Ok(findings.split_inclusive(". ").take(3).collect())
}

/// Writes a draft.
#[agent(
    output = "draft: String | The text, words: u32 | How long it is",
    retry(initial = "1s", max = "30s", non_retryable = ["ValueError"]),
    task_queue = "writers",
    hand_off = critic_00
)]
pub async fn writer_00(
    /// What it is about
    topic: String,
    summary: String,
    depth: u8,
) -> Result<(String, u32)> {
    let draft = format!("{topic}\n\n{}", summary.repeat(depth.into()));
    let words = u32::try_from(draft.split_whitespace().count()).unwrap_or(u32::MAX);
    Ok((draft, words))
}

/// Judges a draft.
#[agent(
    output = "verdict: Verdict | How good it is",
    timeout = "30s",
    heartbeat = "5s",
    hand_off = Editor00
)]
pub async fn critic_00(ctx: AgentContext, draft: String) -> Result<Verdict> {
    Ok(Verdict {
        score: u8::from(draft.len() > 80) + u8::from(ctx.attempt() == 1),
        reason: None,
    })
}

/// You are an editor. Mend what the verdict names.
#[agent(
    input = "draft: String, verdict: Verdict | What is to be mended",
    output = "article: String | Ready to print",
    model = "anthropic/claude-sonnet-4-5",
    max_tokens = 4096,
    priority = 2
)]
pub struct Editor00;
