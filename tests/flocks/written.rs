//! What may be written in more than one way.

use std::ops::ControlFlow;

use flock::prelude::*;

use super::{
    traced::trace,
    undone::{does, undoes},
};

/// A helper that knows nothing of the flock's state, and makes a future like any other.
async fn after(ctx: &FlockContext, time: &str, word: &str) -> Result<String> {
    ctx.sleep(time).await?;
    Ok(word.to_owned())
}

/// Waits in arms of every kind.
#[derive(Default)]
pub(crate) struct Arms {
    rounds: u32,
}

#[flock]
impl Arms {
    #[run]
    pub(crate) async fn run(ctx: FlockContext<Self>) -> Result<Vec<String>> {
        let mut words = Vec::new();
        words.push(flock::select! {
            // A call, a block and a call of the context; none is fused.
            word = after(&ctx, "1s", "call") => word?,
            () = async { ctx.sleep("1h").await.unwrap_or_default() } => "block".to_owned(),
            _ = ctx.sleep("2h") => "sleep".to_owned(),
        });
        words.push(flock::select! {
            word = after(&ctx, "1h", "call") => word?,
            word = async { "block" } => word.to_owned(),
        });
        // What outlives the `select!` is asked each time, and no more once it has ended.
        let mut long = flock::fuse(after(&ctx, "3s", "long"));
        let mut sleep = ctx.sleep("1s");
        loop {
            flock::select! {
                word = long => words.push(word?),
                slept = sleep => {
                    slept?;
                    ctx.state_mut(|state| state.rounds += 1);
                }
                complete => break,
            }
        }
        let (left, right) = flock::join!(after(&ctx, "1s", "left"), async { "right" });
        words.extend([left?, right.to_owned()]);
        words.push(ctx.state(|state| state.rounds.to_string()));
        Ok(words)
    }
}

/// Undoes in a saga whose steps are a closure of the one kind or the other, and rounds after it.
#[flock]
pub(crate) async fn closures(ctx: FlockContext, file: String, left: u32) -> Result<String> {
    let step = |name: &str| (file.clone(), name.to_owned());
    let first = ctx.saga(async |saga| {
        saga.undo::<undoes>(step("a"));
        ctx.run::<does>(step("a")).await?;
        flock::bail!(invalid, "no {}", "more");
    });
    let first: Result<(), _> = first.await;
    let (context, names) = (ctx.clone(), [step("b"), step("b")]);
    let second = ctx.saga(|saga| async move {
        let [does_b, undoes_b] = names;
        saga.undo::<undoes>(undoes_b);
        context.run::<does>(does_b).await?;
        Err::<(), _>(flock::err!("no more"))
    });
    let second = second.await;
    trace(&file, &format!("{:?}", first.is_err() && second.is_err()));
    ctx.rounds::<closures>((file.clone(), left), async |now| {
        now.left -= 1;
        Ok(match now.left {
            0 => ControlFlow::Break("done".to_owned()),
            _ => ControlFlow::Continue(()),
        })
    })
    .await
}
