//! Ten agents in a row, each giving 20 KB: history must grow with the steps, not with their square.
//! And values that are too large for a server.

use flock::prelude::*;

use super::traced::trace;

fn page(n: usize) -> String {
    // Text that does not compress to nothing and is the same on every replay.
    (0..2_000)
        .map(|i| format!("{:09} ", (i + 1) * (n + 7) * 7_919 % 999_999_937))
        .collect()
}

macro_rules! pages {
    ($($agent:ident: $field:literal $(then $next:ident)?),* $(,)?) => {$(
        #[agent(output = $field $(, hand_off = $next)?)]
        pub(crate) async fn $agent(seed: u64) -> Result<String> {
            Ok(page(usize::try_from(seed).unwrap_or_default()))
        }
    )*};
}

pages! {
    page_one: "text_one: String" then page_two,
    page_two: "text_two: String" then page_three,
    page_three: "text_three: String" then page_four,
    page_four: "text_four: String" then page_five,
    page_five: "text_five: String" then page_six,
    page_six: "text_six: String" then page_seven,
    page_seven: "text_seven: String" then page_eight,
    page_eight: "text_eight: String" then page_nine,
    page_nine: "text_nine: String" then page_ten,
    page_ten: "text_ten: String",
}

/// Ten pages of 20 KB.
#[flock(start = page_one)]
pub(crate) struct Book;

/// A result that no server takes.
#[flock]
pub(crate) async fn swells(_ctx: FlockContext, bytes: u64) -> Result<String> {
    Ok("x".repeat(usize::try_from(bytes).unwrap_or_default()))
}

#[agent(output = "text: String")]
pub(crate) async fn bloated(bytes: u64) -> Result<String> {
    Ok("x".repeat(usize::try_from(bytes).unwrap_or_default()))
}

/// An agent's result that no server takes.
#[flock(start = bloated)]
pub(crate) struct Bloat;

#[agent(output = "length: u64")]
pub(crate) async fn measures(text: String) -> Result<u64> {
    Ok(text.len() as u64)
}

/// Fails at such length that no server takes the failure.
#[agent]
pub(crate) async fn rants(bytes: u64) -> Result<()> {
    let words = "x".repeat(usize::try_from(bytes).unwrap_or_default());
    Err(Error::invalid(words).with_type("Rant"))
}

/// An agent's failure that no server takes.
#[flock]
pub(crate) async fn listens(ctx: FlockContext, bytes: u64) -> Result<()> {
    ctx.run::<rants>(bytes).await
}

/// A flock's own.
#[flock]
pub(crate) async fn raves(_ctx: FlockContext, bytes: u64) -> Result<()> {
    let words = "x".repeat(usize::try_from(bytes).unwrap_or_default());
    Err(Error::invalid(words).with_type("Rant"))
}

/// Sends more in one go than a server takes with a workflow task: by a map, side by side, and at last
/// with its result.
#[flock]
pub(crate) async fn floods(ctx: FlockContext, bytes: u64) -> Result<String> {
    let text = "x".repeat(usize::try_from(bytes).unwrap_or_default());
    let mapped = ctx.map::<measures>(vec![text.clone(); 10]).await?;
    let calls = (0..10).map(|_| ctx.run::<measures>(text.clone()));
    let beside = flock::join_all(calls).await;
    for measured in mapped.into_iter().map(Ok).chain(beside) {
        if measured?.length != bytes {
            return Err(Error::permanent("something was lost"));
        }
    }
    let last = ctx.run::<measures>(text.clone());
    let never = ctx.within("1ms", last).await;
    Ok(format!("{}{text}{text}{text}", never.is_ok()))
}

/// Memos that would fill the task, were they sent one by one.
#[flock]
pub(crate) async fn rewrites(ctx: FlockContext, bytes: u64) -> Result<u64> {
    let text = "x".repeat(usize::try_from(bytes).unwrap_or_default());
    let mut kept = 0;
    for _ in 0..10 {
        match ctx.set_memo("text", &text) {
            Ok(()) => kept += 1,
            Err(error) if error.type_name() == "TooLarge" => break,
            Err(error) => return Err(error),
        }
    }
    Ok(kept)
}

/// An agent's input that no server takes.
#[flock]
pub(crate) async fn overfeeds(ctx: FlockContext, bytes: u64) -> Result<u64> {
    let text = "x".repeat(usize::try_from(bytes).unwrap_or_default());
    Ok(ctx.run::<measures>(text).await?.length)
}

#[agent(output = "honey: u64")]
pub(crate) async fn bee(n: u64) -> Result<u64> {
    Ok(n)
}

/// So many agents at once, on a queue of their own.
#[flock(task_timeout = "1m")]
pub(crate) async fn swarm(ctx: FlockContext, bees: u64, hive: String) -> Result<u64> {
    let calls = (0..bees).map(|n| ctx.run::<bee>(n).task_queue(&hive));
    let mut honey = 0;
    for bee in flock::join_all(calls).await {
        honey += bee?.honey;
    }
    Ok(honey)
}

#[agent(local, output = "text: String")]
pub(crate) async fn ladle(file: String, bytes: u64) -> Result<String> {
    trace(&file, "ladle");
    Ok("x".repeat(usize::try_from(bytes).unwrap_or_default()))
}

/// What `local` agents give goes with the flock's own workflow task: one after the other, side by side,
/// and a hundred small ones beside them.
#[flock(task_timeout = "1m")]
pub(crate) async fn pours(ctx: FlockContext, file: String, bytes: u64) -> Result<u64> {
    let mut poured = 0;
    for _ in 0..8 {
        poured += ctx.run::<ladle>((file.clone(), bytes)).await?.text.len() as u64;
    }
    let calls = (0..108).map(|n| {
        let bytes = if n < 8 { bytes } else { 5_000 };
        ctx.run::<ladle>((file.clone(), bytes))
    });
    for text in flock::join_all(calls).await {
        poured += text?.text.len() as u64;
    }
    Ok(poured)
}

#[derive(Default)]
pub(crate) struct Chorus {
    joined: u32,
    begun: bool,
    sung: u32,
}

/// Sings until so many have joined in.
#[flock]
impl Chorus {
    #[run]
    pub(crate) async fn run(ctx: FlockContext<Self>, singers: u32) -> Result<()> {
        ctx.wait_until(move |chorus| chorus.sung == singers).await
    }

    #[query]
    pub(crate) fn joined(&self) -> u32 {
        self.joined
    }

    #[signal]
    pub(crate) fn begin(&mut self) {
        self.begun = true;
    }

    /// Waits for all the others, so that all answers go with one workflow task.
    #[update]
    pub(crate) async fn sing(ctx: FlockContext<Self>, bytes: u64) -> Result<String> {
        ctx.state_mut(|chorus| chorus.joined += 1);
        ctx.wait_until(|chorus| chorus.begun).await?;
        ctx.state_mut(|chorus| chorus.sung += 1);
        Ok("x".repeat(usize::try_from(bytes).unwrap_or_default()))
    }
}
