//! Flocks that ask people.

use flock::prelude::*;

use super::told::Enough;

/// What is to be published.
#[flock_type]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Article {
    pub(crate) title: String,
    pub(crate) words: u32,
}

/// How good it is.
#[flock_type]
#[derive(Debug, PartialEq)]
pub(crate) enum Grade {
    Good,
    Bad { why: String },
}

/// Asks several people at once, and tells what each said.
#[flock]
pub(crate) async fn panel(ctx: FlockContext, article: Article) -> Result<Vec<String>> {
    let (first, second, grade) = flock::join!(
        ctx.approval("publish", &article)
            .describe("May this go out?")
            .options(["now", "later"])
            .by(["ann", "role:editors"])
            .within("2d"),
        ctx.approval("publish", &article.title),
        ctx.approval("grade", &article).typed::<Grade>().by(["bob"]),
    );
    let said = |decision: Decision| {
        let none = || "-".to_owned();
        format!(
            "{} {} {} {}",
            decision.approved,
            decision.option.unwrap_or_else(none),
            decision.by.unwrap_or_else(none),
            decision.comment.unwrap_or_else(none)
        )
    };
    Ok(vec![said(first?), said(second?), format!("{:?}", grade?)])
}

/// Asks within a limit, and falls back where it is told so.
#[flock]
pub(crate) async fn hurried(ctx: FlockContext, limit: String, fallback: bool) -> Result<String> {
    let request = ctx.approval("hurry", &limit).within(limit.as_str());
    let request = match fallback {
        true => request.on_timeout(Decision::reject().comment("nobody came")),
        false => request,
    };
    let decision = request.await?;
    // Until then it can be asked what it knows.
    ctx.signal::<Enough>().await?;
    Ok(format!("{}: {:?}", decision.approved, decision.comment))
}

/// Takes a request back, then opens one of the same name.
#[flock]
pub(crate) async fn second_thoughts(ctx: FlockContext) -> Result<String> {
    flock::select! {
        _ = ctx.approval("plan", "a") => {}
        enough = ctx.signal::<Enough>() => { enough?; }
    }
    let decision = ctx.approval("plan", "b").await?;
    Ok(decision.comment.unwrap_or_default())
}

/// Asks in the run that goes on with its work.
#[flock]
pub(crate) async fn asks_later(ctx: FlockContext, round: u32) -> Result<String> {
    if round == 0 {
        return Err(ctx.continue_as_new::<asks_later>(1));
    }
    let decision = ctx.approval("go", round).await?;
    Ok(decision.comment.unwrap_or_default())
}

/// Options that are wrong.
#[flock]
pub(crate) async fn badly_asked(ctx: FlockContext, name: String, limit: String) -> Result<()> {
    ctx.approval(&name, ()).within(limit.as_str()).await?;
    Ok(())
}
