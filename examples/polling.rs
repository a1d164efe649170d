//! A film is encoded elsewhere, and asked after until it is done.
//!
//! ```text
//! cargo run --example polling
//! cargo run --example polling -- run encode --input film="Metropolis" --json
//! ```
//!
//! On Temporal, `… -- dev` in one terminal and `… -- run encode --engine temporal` in another. Kill
//! the worker between two questions, start it again: the run goes on asking where it was.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use flock::prelude::*;

/// How long the encoder of this example takes.
const WORK: Duration = Duration::from_millis(1_200);

/// Hands the film to the encoder, which answers at once with the number of a job.
#[agent(output = "job: String")]
async fn submit(film: String) -> Result<String> {
    let now = since_1970()?;
    Ok(format!("{}@{}", film.replace(' ', "-"), now.as_millis()))
}

/// Asks how far the job is. This is an agent, and not a part of the flock, because it reaches outside:
/// its answer is kept in the history, and a replay is given that in place of asking again.
#[agent(output = "percent: u8", timeout = "10s")]
async fn look_up(job: String) -> Result<u8> {
    let began = job.rsplit_once('@').and_then(|(_, at)| at.parse().ok());
    let began = began.ok_or_else(|| Error::not_found(format!("there is no job `{job}`")))?;
    let worked = since_1970()?.saturating_sub(Duration::from_millis(began));
    let percent = worked.as_millis() * 100 / WORK.as_millis();
    Ok(u8::try_from(percent.min(100)).unwrap_or(100))
}

/// Has a film encoded, and waits for it.
#[flock(timeout = "1h")]
async fn encode(ctx: FlockContext, film: Option<String>) -> Result<String> {
    let film = film.unwrap_or_else(|| "The Lighthouse Keeper".to_owned());
    let job = ctx.run::<submit>(film.clone()).await?.job;

    // Between two questions the flock sleeps by a durable timer: it costs nothing, may last for days,
    // and survives the worker. What really takes days should be asked after every hour, not every
    // second: each question is kept in the history.
    let shown = ctx.clone();
    let mut asked = 0;
    let done = ctx
        .poll::<look_up>(job.clone())
        .every("300ms")
        .at_most(20)
        .until(move |found| {
            asked += 1;
            // Seen by `status` while the run goes on.
            let _ = shown.set_status(format!("{} % after {asked} questions", found.percent));
            shown.log(format_args!("{} %", found.percent));
            found.percent == 100
        });

    // Twenty questions are one limit; time is another, and whichever is met first ends the wait.
    match ctx.within("30s", async { done.await }).await {
        Ok(_) => Ok(format!("{film} is encoded: {job}")),
        Err(error) if error.type_name() == "PollExhausted" => {
            Ok(format!("{film} is not done yet; look for {job} tomorrow"))
        }
        Err(error) => Err(error),
    }
}

fn since_1970() -> Result<Duration> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?)
}

flock::main!();
