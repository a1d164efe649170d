//! Agents that leave a line in a file each time they run, for tests that kill their worker.

use std::{fs::OpenOptions, io::Write, time::Duration};

use flock::prelude::*;

/// Appends a line. One `write` call, so that lines of two processes do not mix.
pub(crate) fn trace(file: &str, line: &str) {
    let file = OpenOptions::new().create(true).append(true).open(file);
    file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()))
        .expect("the trace file");
}

/// Waits until so many have begun, as they say in the file, and a moment longer, in which too many would begin.
pub(crate) async fn until_begun(file: &str, count: usize) {
    let begun = || std::fs::read_to_string(file).unwrap_or_default();
    while begun().matches("begins").count() < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
}

#[agent(output = "a: u64")]
pub(crate) async fn first(file: String) -> Result<u64> {
    trace(&file, "first");
    Ok(1)
}

#[agent(
    output = "b: u64",
    heartbeat = "5s",
    timeout = "5m",
    retry(initial = "100ms")
)]
pub(crate) async fn second(ctx: AgentContext, file: String, hang_once: bool) -> Result<u64> {
    let again = if ctx.lost_workers() == 0 {
        ""
    } else {
        ", again"
    };
    trace(&file, &format!("second {}{again}", ctx.attempt()));
    if hang_once && again.is_empty() {
        std::future::pending::<()>().await;
    }
    Ok(2)
}

#[agent(output = "c: u64")]
pub(crate) async fn third(file: String) -> Result<u64> {
    trace(&file, "third");
    Ok(3)
}

/// Three steps with a pause after the first.
#[flock(task_queue = "own-crash")]
pub(crate) async fn traced(
    ctx: FlockContext,
    file: String,
    pause_ms: u64,
    hang_once: bool,
) -> Result<u64> {
    let a = ctx.run::<first>(file.clone()).await?.a;
    ctx.sleep(Duration::from_millis(pause_ms)).await?;
    let b = ctx.run::<second>((file.clone(), hang_once)).await?.b;
    let c = ctx.run::<third>(file).await?.c;
    Ok(a + b + c)
}

#[agent(output = "opened: bool", heartbeat = "10s", retry(initial = "100ms"))]
pub(crate) async fn gated(ctx: AgentContext, file: String, gate: String) -> Result<bool> {
    trace(&file, &format!("waits {}", ctx.attempt()));
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    while !std::path::Path::new(&gate).exists() {
        ticks.tick().await;
    }
    trace(&file, "passes");
    Ok(true)
}

/// Waits in an agent until a file is there.
#[flock(start = gated, task_queue = "own-gate")]
pub(crate) struct Gate;

#[agent(output = "who: String")]
pub(crate) async fn who(n: u64) -> Result<String> {
    Ok(format!("{n}:{}", std::process::id()))
}

/// Many small steps, for workers to share.
#[flock(task_queue = "own-shared")]
pub(crate) async fn shared_work(ctx: FlockContext, count: u64) -> Result<Vec<String>> {
    let calls = (0..count).map(|n| ctx.run::<who>(n));
    flock::join_all(calls)
        .await
        .into_iter()
        .map(|result| Ok(result?.who))
        .collect()
}

#[agent(task_queue = "own-side", output = "process: u32")]
pub(crate) async fn elsewhere() -> Result<u32> {
    Ok(std::process::id())
}

/// An agent on a queue that the flock's own worker does not serve.
#[flock(task_queue = "own-main")]
pub(crate) async fn apart(ctx: FlockContext) -> Result<u32> {
    Ok(ctx.run::<elsewhere>(()).await?.process)
}

thread_local! {
    static SEEN: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

#[agent(output = "echo: String")]
pub(crate) async fn echo(text: String) -> Result<String> {
    SEEN.with_borrow_mut(|seen| seen.push(text.clone()));
    tokio::task::yield_now().await;
    Ok(text)
}

/// Passes its own text through several steps.
#[flock]
pub(crate) async fn echoes(ctx: FlockContext, text: String) -> Result<String> {
    let mut text = text;
    for _ in 0..3 {
        text = ctx.run::<echo>(text).await?.echo;
    }
    Ok(text)
}

#[agent(output = "alone: bool")]
pub(crate) async fn hermit() -> Result<bool> {
    Ok(true)
}

/// An agent on a queue that nobody serves.
#[flock]
pub(crate) async fn lonely(ctx: FlockContext, hermitage: String) -> Result<bool> {
    Ok(ctx.run::<hermit>(()).task_queue(hermitage).await?.alone)
}

#[agent(output = "seen: bool", heartbeat = "10s")]
pub(crate) async fn crowded(file: String, place: String) -> Result<bool> {
    trace(&file, &format!("+{place}"));
    // However slowly tasks come, two of a queue are to have met.
    while most_at_once(&std::fs::read_to_string(&file)?, &place) < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    trace(&file, &format!("-{place}"));
    Ok(true)
}

/// How many agents were at work in a place at once, by what they left.
pub(crate) fn most_at_once(traces: &str, place: &str) -> i32 {
    let (mut live, mut most) = (0, 0);
    for line in traces.lines().filter(|line| line.ends_with(place)) {
        live += if line.starts_with('+') { 1 } else { -1 };
        most = most.max(live);
    }
    most
}

/// Six agents at once on each of these queues.
#[flock]
pub(crate) async fn crowd(ctx: FlockContext, file: String, queues: Vec<String>) -> Result<()> {
    let six = |queue: &String| std::iter::repeat_n(queue.clone(), 6);
    let calls = queues.iter().flat_map(six).map(|queue| {
        ctx.run::<crowded>((file.clone(), queue.clone()))
            .task_queue(queue)
    });
    for result in flock::join_all(calls).await {
        result?;
    }
    Ok(())
}
