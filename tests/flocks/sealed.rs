//! Flocks that nobody is to overhear.

use flock::prelude::*;

/// Keeps what it was told, fails, and says it when it is asked again.
#[agent(
    output = "said: String",
    heartbeat = "5s",
    retries = 1,
    retry(initial = "10ms")
)]
pub(crate) async fn whispers(ctx: AgentContext, secret: String) -> Result<String> {
    match ctx.resume::<String>()? {
        Some(kept) => Ok(format!("{kept}, {secret}")),
        None => {
            ctx.checkpoint(&secret).await?;
            Err(flock::err!("it must not be known that {secret}"))
        }
    }
}

/// Says what it was told as it fails.
#[agent(output = "said: String", retries = 0)]
pub(crate) async fn blurts(secret: String) -> Result<String> {
    Err(Error::permanent(format!("it is {secret}")).with_detail("secret", secret))
}

/// Somebody has told, too.
#[signal]
pub(crate) struct Confession {
    pub(crate) text: String,
}

/// Has its secret go everywhere.
#[flock]
pub(crate) async fn confides(ctx: FlockContext, secret: String, fails: bool) -> Result<String> {
    ctx.set_memo("diary", &secret)?;
    let said = ctx.run::<whispers>(secret.clone()).await?.said;
    let told = ctx.signal::<Confession>().await?.text;
    let failed = match ctx.run::<blurts>(secret.clone()).await {
        Ok(_) => return Err(Error::permanent("it should have failed")),
        Err(error) => error,
    };
    if fails {
        return Err(failed);
    }
    Ok(format!("{said}; {told}; {failed}"))
}

/// A long text, and as long an answer.
#[agent(output = "text: String")]
pub(crate) async fn copies(text: String) -> Result<String> {
    Ok(text)
}

/// Has a text copied.
#[flock]
pub(crate) async fn archives(ctx: FlockContext, text: String) -> Result<String> {
    Ok(ctx.run::<copies>(text).await?.text)
}
