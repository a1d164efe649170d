//! Flocks that somebody follows.

use std::time::Duration;

use flock::prelude::*;

use super::told::{Enough, Review, improver};

/// A text, improved by a flock of its own.
#[flock]
pub(crate) async fn improves(ctx: FlockContext, text: String) -> Result<String> {
    ctx.run::<improver>(text).await
}

#[derive(Default)]
pub(crate) struct Followed {
    notes: Vec<String>,
}

/// Does a bit of everything.
#[flock]
impl Followed {
    #[run]
    pub(crate) async fn run(ctx: FlockContext<Self>, text: String) -> Result<String> {
        let better = ctx.run::<improver>(text).await?;
        let better = ctx.child::<improves>(better).await?;
        ctx.set_status("asking")?;
        ctx.approval("publish", &better).by(["ann"]).await?;
        ctx.set_status("waiting")?;
        // Nothing has changed.
        ctx.set_status("waiting")?;
        ctx.signal::<Enough>().await?;
        ctx.set_status("done")?;
        let notes = ctx.state(|state| state.notes.join(" "));
        Ok(format!("{better}: {notes}"))
    }

    #[update]
    pub(crate) fn note(&mut self, word: String) -> Result<usize> {
        self.notes.push(word);
        Ok(self.notes.len())
    }

    #[validate(note)]
    fn says_something(&self, word: String) -> Result<()> {
        match word.is_empty() {
            true => flock::bail!("that is no word"),
            false => Ok(()),
        }
    }
}

/// Asks, and thinks better of it; asks, and nobody answers; waits until it may end.
#[flock]
pub(crate) async fn wavers(ctx: FlockContext) -> Result<()> {
    flock::select! {
        _ = ctx.approval("go", ()) => {}
        _ = ctx.signal::<Enough>() => {}
    }
    let late = Decision::reject();
    ctx.approval("later", ())
        .within("1s")
        .on_timeout(late)
        .await?;
    ctx.signal::<Review>().await?;
    Ok(())
}

/// Asks, and shows something meanwhile.
#[flock]
pub(crate) async fn juggles(ctx: FlockContext) -> Result<()> {
    let shown = async {
        for step in 0..3 {
            ctx.set_status(format!("step {step}"))?;
            ctx.signal::<Enough>().await?;
        }
        Ok::<_, Error>(())
    };
    let (decision, shown) = flock::join!(ctx.approval("go", ()), shown);
    decision.and(shown)
}

/// Does not come far.
#[flock]
pub(crate) async fn stumbles(_ctx: FlockContext) -> Result<()> {
    flock::bail!("over a stone")
}

/// Loses a child, and goes on as a new run.
#[flock]
pub(crate) async fn wanders(ctx: FlockContext, is_first: bool) -> Result<String> {
    if is_first {
        let lost = ctx.child::<stumbles>(()).await;
        return match lost {
            Ok(()) => Ok("home".to_owned()),
            Err(_) => Err(ctx.continue_as_new::<wanders>(false)),
        };
    }
    ctx.run::<improver>("a text".to_owned()).await
}

/// Takes its time to clean up after it was asked to end.
#[flock]
pub(crate) async fn tidies(ctx: FlockContext, seconds: u64) -> Result<()> {
    let asked = ctx.sleep("1d").await;
    let tidying = Duration::from_secs(seconds);
    ctx.shielded().sleep(tidying).await?;
    asked
}

#[derive(Default)]
pub(crate) struct Broods {
    go: bool,
}

/// Asks again and again, and never waits: what it asks for cannot come.
#[flock(task_queue = "own-broods")]
impl Broods {
    #[run]
    pub(crate) async fn run(ctx: FlockContext<Self>) -> Result<()> {
        while !ctx.state(|state| state.go) {}
        Ok(())
    }

    #[signal]
    pub(crate) fn go(&mut self) {
        self.go = true;
    }
}

/// Where a parcel goes.
#[flock_type]
#[derive(Debug, Clone)]
pub(crate) struct Place {
    city: String,
    floor: Option<u8>,
}

#[flock_type]
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    to: Place,
    by: Vec<Place>,
}

#[agent(output = "ratio: f64")]
async fn divides(by: f64) -> Result<f64> {
    Ok(1.0 / by)
}

/// Sends a parcel, and says how much of it.
#[flock]
pub(crate) async fn sends(ctx: FlockContext, parcel: Parcel, parts: f64) -> Result<f64> {
    drop(parcel);
    Ok(ctx.run::<divides>(parts).await?.ratio)
}

/// What was measured.
#[flock_type]
#[derive(Debug, Clone, Default)]
struct Measured {
    best: Option<f64>,
    all: Vec<Option<f32>>,
}

#[agent(output = "measured: Measured, last: Option<f64>")]
async fn gauges(at: String, before: Option<f64>) -> Result<(Measured, Option<f64>)> {
    let _ = before;
    let mut measured = Measured::default();
    match at.as_str() {
        "output" => return Ok((measured, Some(f64::NEG_INFINITY))),
        "field" => measured.best = Some(f64::NAN),
        "element" => measured.all = vec![None, Some(f32::INFINITY)],
        _ => {}
    }
    Ok((measured, None))
}

/// Has what may be nothing be a number that JSON does not have.
#[flock]
pub(crate) async fn gauge(ctx: FlockContext, at: String) -> Result<Option<f64>> {
    let before = (at == "input").then_some(f64::INFINITY);
    let given = ctx.run::<gauges>((at.clone(), before)).await?;
    drop(given.measured);
    match at.as_str() {
        "status" => ctx.set_status(Some(f64::NAN))?,
        "asked" => drop(ctx.approval("best", Some(f64::NAN)).await?),
        "late" => {
            let asked = ctx.approval("best", ()).typed::<Option<f64>>();
            let _ = asked.within("1h").on_timeout(Some(f64::NAN)).await?;
        }
        _ => {}
    }
    Ok((at == "result").then_some(f64::INFINITY).or(given.last))
}

/// Calls an agent within a limit that is none.
#[flock]
pub(crate) async fn misspells(ctx: FlockContext, limit: String) -> Result<f64> {
    let divided = ctx.run::<divides>(1.0).timeout(limit.as_str()).await?;
    Ok(divided.ratio)
}
