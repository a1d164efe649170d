//! What a step costs on the local engine.
//!
//! ```text
//! cargo bench -p flock-benches --bench local              # some ten seconds
//! cargo bench -p flock-benches --bench local -- --quick   # one or two
//! ```
//!
//! Beside it, the least it could cost: the same functions called directly, with inputs and results
//! as JSON on the way, as they travel in a flock. Best of some rounds, since all that disturbs makes
//! slower. Then what the engine keeps in memory, as Linux tells it.

mod memory;

use std::time::{Duration, Instant};

use flock::{Runtime, prelude::*};
use serde::{Deserialize, Serialize};

type Outcome<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// The most a step should cost in one flock.
const IN_SEQUENCE: Duration = Duration::from_nanos(800);

/// And where many flocks run at once, their starts and results included.
const AT_ONCE: Duration = Duration::from_micros(3);

/// Flocks at once, of two steps each.
const FLOCKS: usize = 1_000;

/// Finds what is known.
#[agent(output = "findings: String", hand_off = summarizer)]
async fn researcher(topic: String) -> Result<String> {
    Ok(format!("what is known of {topic}"))
}

/// Sums it up.
#[agent(output = "summary: String")]
async fn summarizer(findings: String) -> Result<String> {
    Ok(format!("in short: {findings}"))
}

/// Two agents.
#[flock(start = researcher)]
struct Research;

/// One agent, many times over.
#[flock]
async fn repeated(ctx: FlockContext, steps: u64) -> Result<String> {
    let mut findings = String::new();
    for _ in 0..steps {
        findings = ctx.run::<researcher>("durable execution").await?.findings;
    }
    Ok(findings)
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let Some(arguments) = flock_benches::arguments() else {
        return Ok(());
    };
    let (rounds, steps) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => (10, 100_000),
        ["--quick"] => (2, 20_000),
        _ => {
            return Err(
                "the only option is `--quick`: cargo bench -p flock-benches --bench local -- --quick".into(),
            );
        }
    };

    let runtime = Runtime::builder().build()?;
    let (mut direct, mut sequence, mut at_once) = (Duration::MAX, Duration::MAX, Duration::MAX);
    for _ in 0..rounds {
        direct = direct.min(directly(steps).await?);
        sequence = sequence.min(in_sequence(&runtime, steps).await?);
        at_once = at_once.min(all_at_once(&runtime).await?);
    }

    println!(
        "{:<38}{:>12}{:>12}{:>12}{:>12}",
        "", "steps/s", "us/step", "overhead", "target"
    );
    print("called directly, by way of JSON", direct, direct, None);
    let title = format!("one flock of {steps} steps");
    print(&title, sequence, direct, Some(IN_SEQUENCE));
    let title = format!("{FLOCKS} flocks of 2 steps at once");
    print(&title, at_once, direct, Some(AT_ONCE));
    memory::print().await
}

fn print(title: &str, step: Duration, direct: Duration, target: Option<Duration>) {
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let met = target.map_or_else(String::new, |target| {
        let met = if step <= target { "met" } else { "MISSED" };
        format!("{:.1} {met}", micros(target))
    });
    let per_second = 1.0 / step.as_secs_f64();
    let overhead = micros(step.saturating_sub(direct));
    let step = micros(step);
    println!("{title:<38}{per_second:>12.0}{step:>12.2}{overhead:>12.2}{met:>12}");
}

/// One step's time when nothing is between caller and function but JSON.
async fn directly(steps: u32) -> Outcome<Duration> {
    #[derive(Serialize, Deserialize)]
    struct Topic {
        topic: String,
    }
    #[derive(Serialize, Deserialize)]
    struct Findings {
        findings: String,
    }
    let began = Instant::now();
    for _ in 0..steps {
        let topic = "durable execution".to_owned();
        let input = serde_json::to_vec(&Topic { topic })?;
        let Topic { topic } = serde_json::from_slice(&input)?;
        let findings = researcher(topic).await?;
        let output = serde_json::to_vec(&Findings { findings })?;
        let Findings { findings } = serde_json::from_slice(&output)?;
        std::hint::black_box(findings);
    }
    Ok(began.elapsed() / steps)
}

/// One step's time in one flock of `steps`.
async fn in_sequence(runtime: &Runtime, steps: u32) -> Outcome<Duration> {
    let began = Instant::now();
    let run = runtime.start::<repeated>(u64::from(steps)).await?;
    run.result().await?;
    Ok(began.elapsed() / steps)
}

/// One step's time when many flocks run at once, starts and results included.
async fn all_at_once(runtime: &Runtime) -> Outcome<Duration> {
    let began = Instant::now();
    let mut runs = Vec::with_capacity(FLOCKS);
    for _ in 0..FLOCKS {
        runs.push(runtime.start::<Research>("durable execution").await?);
    }
    for run in &runs {
        run.result().await?;
    }
    Ok(began.elapsed() / (2 * FLOCKS as u32))
}
