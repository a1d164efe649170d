//! Agents that are put together by the patterns of a context.

use flock::{context::Spoken, prelude::*};

use super::traced::{trace, until_begun};

#[agent(output = "text: String")]
pub(crate) async fn drafts(text: String, advice: Option<u32>) -> Result<String> {
    Ok(format!("{text}{}", advice.unwrap_or_default()))
}

/// Scores what ends in 0, 1, 2, 3 with 1, 4, 2, 3, and breaks at 4.
#[agent(output = "score: u32, advice: u32", retries = 0)]
pub(crate) async fn scores(text: String) -> Result<(u32, u32)> {
    let round = text.chars().last().and_then(|last| last.to_digit(10));
    let round = round.unwrap_or_default();
    match [1, 4, 2, 3].get(round as usize) {
        Some(score) => Ok((*score, round + 1)),
        None => Err(Error::permanent("enough").with_type("Tired")),
    }
}

/// The best of so many rounds, or the first with a score.
#[flock]
pub(crate) async fn refines(ctx: FlockContext, rounds: u32, wanted: u32) -> Result<String> {
    let refined = ctx
        .refine::<drafts, scores>(
            ("draft ".to_owned(), None),
            |draft| draft.text.as_str().into(),
            |input, review| input.advice = Some(review.advice),
        )
        .until(|review| review.score >= wanted)
        .score(|review| review.score.into())
        .rounds(rounds)
        .await?;
    Ok(format!(
        "{} by {} of {}, {}",
        refined.output.text, refined.review.score, refined.rounds, refined.accepted
    ))
}

/// Each call has an answer of its own.
#[agent(output = "word: String", retries = 0)]
pub(crate) async fn votes(ctx: AgentContext, answers: Vec<String>) -> Result<String> {
    let key = ctx.idempotency_key();
    let step = key.rsplit('-').next().and_then(|step| step.parse().ok());
    let at: usize = step.unwrap_or_default();
    match answers.get(at).map(String::as_str) {
        Some("fails") => Err(Error::permanent("no opinion").with_type("Undecided")),
        Some("waits") => std::future::pending().await,
        Some(word) => Ok(word.to_owned()),
        None => Err(Error::permanent("one voter too many")),
    }
}

#[flock]
pub(crate) async fn elects(
    ctx: FlockContext,
    answers: Vec<String>,
    majority: bool,
) -> Result<String> {
    let voters = u32::try_from(answers.len()).unwrap_or_default();
    let mut vote = ctx
        .vote::<votes>(answers)
        .by(|said| said.word.to_lowercase())
        .voters(voters);
    if majority {
        vote = vote.majority();
    }
    let voted = vote.await?;
    Ok(format!(
        "{}: {} of {}",
        voted.output.word, voted.votes, voted.voters
    ))
}

#[agent(output = "text: String", retries = 0)]
pub(crate) async fn capitals(page: String) -> Result<String> {
    Ok(page.to_uppercase())
}

/// Shows what was put together by brackets.
#[agent(output = "text: String", retries = 0)]
pub(crate) async fn merges(texts: Vec<String>) -> Result<String> {
    match texts.iter().any(|text| text.contains('!')) {
        true => Err(Error::permanent("it cannot be merged").with_type("Unmergeable")),
        false => Ok(format!("({})", texts.join(" "))),
    }
}

#[flock]
pub(crate) async fn reduces(
    ctx: FlockContext,
    pages: Vec<String>,
    at_once: usize,
) -> Result<String> {
    let merged = ctx
        .map_reduce::<capitals, merges>(
            pages,
            |read| texts(read.into_iter().map(|read| read.text)).into(),
            |merged| texts(merged.into_iter().map(|merged| merged.text)).into(),
        )
        .at_once(at_once)
        .concurrency(2)
        .await?;
    Ok(merged.text)
}

fn texts(texts: impl Iterator<Item = String>) -> Vec<String> {
    texts.collect()
}

#[agent(output = "argument: String, gives_in: bool")]
pub(crate) async fn argues(side: String, heard: Vec<String>) -> Result<(String, bool)> {
    Ok((format!("{side} after {}", heard.len()), heard.len() >= 4))
}

#[agent(output = "verdict: String", retries = 0)]
pub(crate) async fn judges(heard: Vec<String>, mute: bool) -> Result<String> {
    match mute {
        true => Err(Error::permanent("no verdict").with_type("Mute")),
        false => Ok(heard.join(", ")),
    }
}

fn heard(said: &[Spoken<ArguesOutput>]) -> Vec<String> {
    said.iter()
        .map(|one| format!("{} {}", one.round, one.output.argument))
        .collect()
}

#[flock]
pub(crate) async fn debates(ctx: FlockContext, rounds: u32, mute: bool) -> Result<String> {
    let judged = ctx
        .debate::<argues, judges>(
            ["pro", "con"],
            |side, said| (side.to_owned(), heard(said)).into(),
            |said| (heard(said), mute).into(),
        )
        .rounds(rounds)
        .until(|said| said.iter().all(|one| one.output.gives_in))
        .await?;
    Ok(judged.verdict)
}

/// Plans so many tasks, then one fewer, and so on.
#[agent(output = "tasks: Vec<u32>")]
pub(crate) async fn plans(first: u32, done: u32) -> Result<Vec<u32>> {
    let (mut round, mut left) = (first, done);
    while round > 0 && left >= round {
        left -= round;
        round -= 1;
    }
    Ok((0..round).map(|task| round * 10 + task).collect())
}

#[agent(output = "done: u32", retries = 0)]
pub(crate) async fn works(file: String, task: u32) -> Result<u32> {
    trace(&file, "begins");
    // The last round has one task alone.
    until_begun(&file, usize::from(task >= 20) + 1).await;
    trace(&file, "ends");
    match task {
        20 => Err(Error::permanent("it cannot be done").with_type("Undoable")),
        task => Ok(task),
    }
}

#[flock]
pub(crate) async fn works_alone(ctx: FlockContext, file: String, task: u32) -> Result<u32> {
    Ok(ctx.run::<works>((file, task)).await?.done)
}

/// Plans and work, by agents or by children.
#[flock]
pub(crate) async fn orchestrates(
    ctx: FlockContext,
    file: String,
    first: u32,
    rounds: u32,
    children: bool,
) -> Result<Vec<u32>> {
    let count = |done: usize| u32::try_from(done).unwrap_or(u32::MAX);
    let task = |task: &u32| (file.clone(), *task);
    match children {
        true => {
            let done = ctx
                .orchestrate::<plans>()
                .child::<works_alone>(
                    |done| (first, count(done.len())).into(),
                    |plan| plan.tasks.iter().map(|one| task(one).into()).collect(),
                )
                .concurrency(2)
                .rounds(rounds)
                .await?;
            Ok(done.outputs)
        }
        false => {
            let done = ctx
                .orchestrate::<plans>()
                .run::<works>(
                    |done| (first, count(done.len())).into(),
                    |plan| plan.tasks.iter().map(|one| task(one).into()).collect(),
                )
                .concurrency(2)
                .rounds(rounds)
                .await?;
            assert!(done.plan.tasks.is_empty(), "the last plan has none");
            Ok(done.outputs.into_iter().map(|one| one.done).collect())
        }
    }
}

/// A router: the compiler sees that each kind has its way.
#[flock_type]
#[derive(Debug, Clone)]
pub(crate) enum Way {
    Merge,
    Read,
}

#[agent(output = Way)]
pub(crate) async fn sorts_out(text: String) -> Result<Way> {
    Ok(if text.contains(' ') {
        Way::Merge
    } else {
        Way::Read
    })
}

#[flock]
pub(crate) async fn routes(ctx: FlockContext, text: String) -> Result<String> {
    match ctx.run::<sorts_out>(text.as_str()).await? {
        Way::Read => Ok(ctx.run::<capitals>(text).await?.text),
        Way::Merge => {
            let words = texts(text.split(' ').map(str::to_owned));
            Ok(ctx.run::<merges>(words).await?.text)
        }
    }
}
