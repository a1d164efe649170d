//! A flock whose agents, servers and models know secrets, and fail with them in their hands.

use flock::prelude::*;

use super::{
    connected::{Prober, ProberInput, Twofold, TwofoldInput},
    tooled::Turn,
};

/// The variable that has a password.
pub(crate) const PASSWORD: &str = "PLANTED_PASSWORD";

/// Fails with a URL that has a password, a token and a key, as libraries do.
#[tool(effect = "read", retries = 0)]
pub(crate) async fn leaks(ctx: AgentContext, how: String) -> Result<String> {
    let password = std::env::var(PASSWORD).unwrap_or_default();
    let url = format!("https://ann:{password}@127.0.0.1:1/mail?token={password}&q=1#{password}");
    let said = format!("error sending request for url ({url})");
    ctx.stream("asking");
    match how.as_str() {
        "ordinary" => Err(std::io::Error::other(said))?,
        "text" => flock::bail!("{said}"),
        "classified" => std::fs::read(said)
            .kind(ErrorKind::Permanent)
            .map(|_| String::new()),
        "displayed" => Err(Error::permanent(said).with_type("Leaked")),
        "context" => Err(Error::transient("it failed").context(said)),
        _ => panic!("{said}"),
    }
}

/// Asked with a key that its vendor refuses, and repeats.
#[agent(model = "openai/spied", input(question: String), output = "answer: String", retries = 0)]
pub(crate) struct Spied;

/// Tells what all of them said.
#[flock(task_queue = "own-planted")]
pub(crate) async fn planted(ctx: FlockContext, file: String) -> Result<Vec<String>> {
    let mut told = Vec::new();
    for how in [
        "ordinary",
        "text",
        "classified",
        "displayed",
        "context",
        "panic",
    ] {
        told.push(match ctx.run::<leaks>(how.to_owned()).await {
            Ok(output) => output,
            Err(error) => format!("{error:?}"),
        });
    }
    let spied = ctx.run::<Spied>("who are you?".to_owned()).await;
    told.push(format!("{:?}", spied.map(|spied| spied.answer)));
    let plan: Vec<Turn> = vec![vec!["secret:a".to_owned()]];
    let probed = ctx
        .run::<Prober>(ProberInput::from((file.clone(), plan)))
        .await;
    told.push(format!("{:?}", probed.map(|probed| probed.said)));
    let nobody = ctx
        .run::<Twofold>(TwofoldInput::from((file, Vec::new())))
        .retries(0)
        .await;
    told.push(format!("{:?}", nobody.map(|nobody| nobody.said)));
    ctx.set_status(&told)?;
    ctx.set_memo("told", &told)?;
    ctx.log(told.join("; "));
    ctx.metrics()
        .counter("told_total")
        .label("what", &told[0])
        .add(1);
    Ok(told)
}
