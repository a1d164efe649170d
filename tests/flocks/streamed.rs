//! Agents that say something while they are at work.

use std::{path::Path, time::Duration};

use flock::{
    __private::futures_util::future::BoxFuture,
    model::{Model, ModelAnswer, ModelRequest},
    prelude::*,
};
use tokio::time::sleep;

use super::{growth::Tick, told::Enough, traced::trace};

/// Waits until a line stands in the file.
async fn until(file: &str, line: &str) {
    loop {
        let text = std::fs::read_to_string(Path::new(file)).unwrap_or_default();
        if text.lines().any(|traced| traced == line) {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Guesses at its first attempt, knows at its second; goes on when it may.
#[agent(
    output = "said: String",
    heartbeat = "15s",
    retry(initial = "50ms", backoff = 1)
)]
pub(crate) async fn ruminates(ctx: AgentContext, file: String) -> Result<String> {
    trace(
        &file,
        &format!("attempt {}, {} lost", ctx.attempt(), ctx.lost_workers()),
    );
    if ctx.attempt() == 1 {
        ctx.stream("a wild");
        ctx.stream(" guess");
        until(&file, "fail").await;
        return Err(Error::transient("it was a guess"));
    }
    ctx.stream("the ");
    ctx.stream("truth");
    until(&file, "end").await;
    ctx.stream(", and nothing else");
    Ok("told".to_owned())
}

/// Says what it thinks.
#[flock(start = ruminates)]
pub(crate) struct Ruminate;

/// Has a limit for all its attempts, which the server would meet with the words of the last.
#[agent(output = "said: String", heartbeat = "15s", schedule_to_close = "1h")]
pub(crate) async fn hums(ctx: AgentContext, file: String) -> Result<String> {
    ctx.stream("never heard");
    trace(&file, "hums");
    until(&file, "end").await;
    Ok("hummed".to_owned())
}

/// Hums.
#[flock(start = hums)]
pub(crate) struct Hum;

/// More than anybody looks at.
pub(crate) const LINES: usize = 3_000;

/// Says much at once.
#[agent(output = "lines: usize")]
pub(crate) async fn rattles(ctx: AgentContext) -> Result<usize> {
    for line in 0..LINES {
        ctx.stream(format!("{line:063}\n"));
    }
    Ok(LINES)
}

/// Rattles.
#[flock(start = rattles)]
pub(crate) struct Rattle;

/// You tell stories.
#[agent(
    model = "spoken/any",
    input = "about: String",
    output = "story: String"
)]
pub(crate) struct Teller;

/// Tells a story.
#[flock(start = Teller)]
pub(crate) struct Tell;

/// You tell the truth, in the end.
#[agent(
    model = "gated/any",
    input = "file: String",
    output = "story: String",
    heartbeat = "30s"
)]
pub(crate) struct Witness;

/// Hears a witness.
#[flock(start = Witness)]
pub(crate) struct Testify;

/// A model that says the second half of its answer when it may.
pub(crate) struct Gated;

impl Model for Gated {
    fn answer<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelAnswer>> {
        Box::pin(async move {
            assert!(request.is_heard());
            request.say("{\"story\": \"It was ");
            let file = request.input["file"].as_str().unwrap_or_default();
            until(file, "end").await;
            request.say("the \\u0067ull\"}");
            Ok(request.answer("It was the gull".into()))
        })
    }
}

/// You look before you speak.
#[agent(
    model = "spoken/any",
    input = "about: String",
    output = "answer: String, sources: u32",
    tools = [looks]
)]
pub(crate) struct Sage;

/// Looks something up.
#[tool(effect = "read", output = "found: String")]
pub(crate) async fn looks(ctx: AgentContext, word: String) -> Result<String> {
    ctx.stream(format!("looking for {word}"));
    Ok(format!("much about {word}"))
}

/// Asks a sage, by a flock of its own.
#[flock]
pub(crate) async fn asks_sage(ctx: FlockContext, about: String) -> Result<String> {
    let told = ctx.child::<Ask>(about).await?;
    Ok(told.answer)
}

/// Asks a sage.
#[flock(start = Sage)]
pub(crate) struct Ask;

pub(crate) const STORY: &str =
    "Once upon a time a gull sat on a \"lighthouse\", and looked at the sea.";

pub(crate) const ANSWERS: &str = r#"{
    "teller": [
        { "pace": "5ms", "answer": "Once upon a time a gull sat on a \"lighthouse\", and looked at the sea." }
    ],
    "sage": [
        { "calls": [{ "tool": "looks", "arguments": { "word": "{{about}}" } }] },
        { "answer": { "answer": "It is {{about}}.", "sources": 1 } }
    ]
}"#;

/// Hears a witness, and lets other programs hear.
#[flock(start = Witness, stream)]
pub(crate) struct Proclaim;

/// Ruminates as often as it is told, each time in a run of its own, and hosts it all.
#[flock(stream)]
pub(crate) async fn retells(ctx: FlockContext, file: String, left: u32) -> Result<u32> {
    ctx.run::<ruminates>(format!("{file}{left}")).await?;
    match left {
        0 => Ok(0),
        _ => Err(ctx.continue_as_new::<retells>((file, left - 1))),
    }
}

/// Hosts what others publish, until it is enough.
#[flock(stream)]
pub(crate) async fn hosts(ctx: FlockContext) -> Result<()> {
    ctx.signal::<Enough>().await?;
    Ok(())
}

/// Hears a witness, and stays until it is enough.
#[flock(stream)]
pub(crate) async fn overhears(ctx: FlockContext, file: String) -> Result<String> {
    let story = ctx.run::<Witness>(file).await?.story;
    ctx.signal::<Enough>().await?;
    Ok(story)
}

/// Publishes itself, in as many runs as it is told.
#[flock(stream)]
pub(crate) async fn announces(ctx: FlockContext, left: u32) -> Result<u32> {
    ctx.publish("greeting", "hello")?;
    ctx.publish("left", &left)?;
    ctx.signal::<Enough>().await?;
    match left {
        0 => {
            ctx.publish("greeting", "goodbye")?;
            Ok(0)
        }
        _ => Err(ctx.continue_as_new::<announces>(left - 1)),
    }
}

/// Publishes what a stream does not take.
#[flock(stream)]
pub(crate) async fn shouts(ctx: FlockContext, bytes: usize) -> Result<()> {
    ctx.publish("loud", &"x".repeat(bytes))
}

/// Publishes to a stream that is not there.
#[flock]
pub(crate) async fn whispers(ctx: FlockContext) -> Result<()> {
    ctx.publish("quiet", "hello")
}

/// Hosts a stream until it has been asked too often; gives how many ticks that took.
#[flock(stream)]
pub(crate) async fn wears_out(ctx: FlockContext) -> Result<u32> {
    let mut ticks = 0;
    while !ctx.should_continue_as_new() {
        ctx.signal::<Tick>().await?;
        ticks += 1;
        ctx.publish("ticks", &ticks)?;
    }
    Ok(ticks)
}

/// Hosts a stream until a person says that it is enough, and goes on until it is.
#[flock(stream)]
pub(crate) async fn outworn(ctx: FlockContext, first: bool) -> Result<()> {
    if first {
        ctx.publish("greeting", "hello")?;
        ctx.approval("enough", "enough?").await?;
        return Err(ctx.continue_as_new::<outworn>(false));
    }
    ctx.signal::<Enough>().await?;
    Ok(())
}
