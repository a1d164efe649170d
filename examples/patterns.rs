//! How agents are put together: a router, specialists that hand over, a critic, a vote, map and reduce, a debate, and a
//! planner with workers.
//!
//! ```text
//! cargo run --example patterns -- flocks             # scripted models, with no key
//! cargo run --example patterns -- run polish
//! cargo run --example patterns -- run research --input topic=lighthouses
//! ```
//!
//! What a function does more than a few lines by hand: it ends early, it is bounded, and when something fails the
//! error has what was done before.

use flock::{context::Spoken, model::Scripted, prelude::*};

/// What a customer wants.
#[flock_type]
#[derive(Debug, Clone)]
enum Wish {
    Answer,
    Summary,
}

/// You find out what a customer wants.
#[agent(model = "openai/gpt-4o", input = "mail: String", output = Wish)]
struct Triage;

/// You answer a question in one sentence.
#[agent(
    model = "openai/gpt-4o",
    input = "question: String",
    output = "answer: String"
)]
struct Expert;

/// You write a text. When there is advice, follow it.
#[agent(
    model = "openai/gpt-4o",
    input = "topic: String, advice: Option<String>",
    output = "text: String"
)]
struct Writer;

/// You judge a text by points from 0 to 10, and say what would make it better.
#[agent(
    model = "openai/gpt-4o",
    input = "text: String",
    output = "points: u8, advice: String"
)]
struct Critic;

/// You say in a few words what a page is about.
#[agent(
    model = "openai/gpt-4o",
    input = "page: String",
    output = "summary: String"
)]
struct Reader;

/// You put texts together, in one sentence.
#[agent(
    model = "openai/gpt-4o",
    input = "texts: Vec<String>",
    output = "text: String"
)]
struct Editor;

/// You say whether a mail is spam.
#[agent(
    model = "openai/gpt-4o",
    input = "mail: String",
    output = "spam: bool, why: String"
)]
struct Guard;

/// You speak for your side, and answer what was said.
#[agent(
    model = "openai/gpt-4o",
    input = "side: String, heard: Vec<String>",
    output = "argument: String"
)]
struct Advocate;

/// You decide which of the sides is right.
#[agent(
    model = "openai/gpt-4o",
    input = "heard: Vec<String>",
    output = "verdict: String"
)]
struct Judge;

/// You plan which questions are still to be answered: none when enough is known.
#[agent(
    model = "openai/gpt-4o",
    input = "topic: String, known: Vec<String>",
    output = "questions: Vec<String>"
)]
struct Planner;

/// A router: the compiler sees that every wish has its way.
#[flock]
async fn desk(ctx: FlockContext, mail: Option<String>) -> Result<String> {
    let mail = mail.unwrap_or_else(|| "How high is it?".to_owned());
    match ctx.run::<Triage>(mail.as_str()).await? {
        Wish::Answer => Ok(ctx.run::<Expert>(mail).await?.answer),
        Wish::Summary => Ok(ctx.run::<Reader>(mail).await?.summary),
    }
}

/// You answer what is easy, and say whether the keeper is to take over what is not.
#[agent(
    model = "openai/gpt-4o",
    input = "question: String",
    output = "reply: String, keeper: bool"
)]
struct Reception;

/// You keep the lighthouse, and know all about it.
#[agent(
    model = "openai/gpt-4o",
    input = "question: String",
    output = "reply: String"
)]
struct Keeper;

/// A hand-off between specialists in one conversation: the keeper has heard what was said before.
#[flock]
async fn visit(ctx: FlockContext, questions: Option<Vec<String>>) -> Result<Vec<String>> {
    let usual = || ["May I come up?", "Why does it blink?"].map(str::to_owned);
    let mut replies = Vec::new();
    let mut reception = ctx.chat::<Reception>();
    for question in questions.unwrap_or_else(|| usual().into()) {
        let heard = reception.say(&*question).await?;
        if !heard.keeper {
            replies.push(heard.reply);
            continue;
        }
        let mut keeper = reception.hand_to::<Keeper>();
        replies.push(keeper.say(question).await?.reply);
        reception = keeper.hand_to();
    }
    Ok(replies)
}

/// Evaluator and optimizer: written anew until the critic gives eight points, three times at most. The best counts.
#[flock]
async fn polish(ctx: FlockContext, topic: Option<String>) -> Result<String> {
    let topic = topic.unwrap_or_else(|| "gulls".to_owned());
    let refined = ctx
        .refine::<Writer, Critic>(
            (topic, None),
            |written| written.text.as_str().into(),
            |input, review| input.advice = Some(review.advice.clone()),
        )
        .until(|review| review.points >= 8)
        .score(|review| review.points.into())
        .await?;
    Ok(refined.output.text)
}

/// Side by side, and the answer of most: two of three are enough.
#[flock]
async fn filter(ctx: FlockContext, mail: Option<String>) -> Result<bool> {
    let mail = mail.unwrap_or_else(|| "You have won.".to_owned());
    let voted = ctx.vote::<Guard>(mail).by(|said| said.spam).await?;
    Ok(voted.output.spam)
}

/// Map and reduce: many pages, and one text, of three at a time.
#[flock]
async fn digest(ctx: FlockContext, pages: Option<Vec<String>>) -> Result<String> {
    let usual = || ["The lamp.", "The keeper.", "The stairs.", "The sea."].map(str::to_owned);
    let merged = ctx
        .map_reduce::<Reader, Editor>(
            pages.unwrap_or_else(|| usual().into()),
            |read| {
                read.into_iter()
                    .map(|page| page.summary)
                    .collect::<Vec<_>>()
                    .into()
            },
            |merged| {
                merged
                    .into_iter()
                    .map(|part| part.text)
                    .collect::<Vec<_>>()
                    .into()
            },
        )
        .at_once(3)
        .concurrency(2)
        .await?;
    Ok(merged.text)
}

/// A debate with a judge: both sides speak at once, and have heard what was said before.
#[flock]
async fn debate(ctx: FlockContext) -> Result<String> {
    let judged = ctx
        .debate::<Advocate, Judge>(
            ["keep the lighthouse", "sell the lighthouse"],
            |side, said| (side.to_owned(), heard(said)).into(),
            |said| heard(said).into(),
        )
        .await?;
    Ok(judged.verdict)
}

fn heard(said: &[Spoken<AdvocateOutput>]) -> Vec<String> {
    let heard = said.iter();
    heard
        .map(|one| format!("{}: {}", one.side, one.output.argument))
        .collect()
}

/// Answers one question; a run of its own.
#[flock]
async fn answer(ctx: FlockContext, question: Option<String>) -> Result<String> {
    let question = question.unwrap_or_else(|| "Who built it?".to_owned());
    Ok(ctx.run::<Expert>(question).await?.answer)
}

/// An orchestrator: plans, has a child answer each question, two at a time, and plans again by what is known.
#[flock]
async fn research(ctx: FlockContext, topic: Option<String>) -> Result<Vec<String>> {
    let topic = topic.unwrap_or_else(|| "a lighthouse".to_owned());
    let done = ctx
        .orchestrate::<Planner>()
        .child::<answer>(
            |known| (topic.clone(), known.to_vec()).into(),
            |plan| {
                plan.questions
                    .iter()
                    .map(|question| Some(question.clone()).into())
                    .collect()
            },
        )
        .concurrency(2)
        .rounds(3)
        .await?;
    Ok(done.outputs)
}

/// What the models say where no key is at hand.
const SCRIPT: &str = r#"{
    "triage": [{ "answer": "Answer" }],
    "expert": [
        { "when": { "question": "How high is it?" }, "answer": "Forty metres." },
        { "when": { "question": "Who built it?" }, "answer": "The harbour." },
        { "answer": "Nobody knows." }
    ],
    "reception": [
        { "when": { "question": "May I come up?" }, "answer": { "reply": "At ten.", "keeper": false } },
        { "answer": { "reply": "Let me ask.", "keeper": true } }
    ],
    "keeper": [{ "answer": "To be told from others." }],
    "writer": [
        { "when": { "advice": "shorter" }, "answer": "Gulls fly." },
        { "answer": "Gulls, as is well known, fly." }
    ],
    "critic": [
        { "when": { "text": "Gulls fly." }, "answer": { "points": 9, "advice": "" } },
        { "answer": { "points": 4, "advice": "shorter" } }
    ],
    "guard": [{ "answer": { "spam": true, "why": "nobody wins" } }],
    "reader": [{ "answer": "{{page}}" }],
    "editor": [
        { "when": { "texts": ["The lamp.", "The keeper."] }, "answer": "The keeper's lamp." },
        { "when": { "texts": ["The stairs.", "The sea."] }, "answer": "Stairs to the sea." },
        { "answer": "The keeper's lamp, above the stairs to the sea." }
    ],
    "advocate": [{ "answer": "We must {{side}}." }],
    "judge": [{ "answer": "It is kept." }],
    "planner": [
        { "when": { "known": [] }, "answer": ["Who built it?", "Who pays for it?"] },
        { "answer": [] }
    ]
}"#;

fn setup(builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
    match std::env::var_os("OPENAI_API_KEY") {
        Some(_) => Ok(builder),
        None => Ok(builder.model("openai", Scripted::from_json(SCRIPT)?)),
    }
}

flock::main!(setup);
