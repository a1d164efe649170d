//! A worker beside something else in this process, such as the run that it serves.

use std::{pin::pin, time::Duration};

use crate::{
    cli::{
        exit::{Exit, Fault},
        render::show,
        runs::outcome,
    },
    engine::temporal::Worker,
};

/// A worker that stops sooner has nothing at work.
const SOON: Duration = Duration::from_secs(1);

/// Serves runs with `worker` as long as `work` lasts, then lets it finish what it has begun, unless a
/// signal comes.
pub(crate) async fn serve_during(
    worker: Worker,
    work: impl Future<Output = Result<Exit, Fault>>,
) -> Result<Exit, Fault> {
    // Listening from here on: a second signal is to find the run's last words said.
    let again = outcome::interrupted();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = async {
        // Dropping the sender counts as well.
        let _ = stopped.await;
    };
    let mut serving = pin!(worker.run(shutdown));
    let done = tokio::select! {
        done = work => done,
        died = &mut serving => return Err(match died {
            Ok(()) => Fault::new(Exit::Failed, "the worker stopped before the run ended"),
            Err(error) => error.into(),
        }),
    };
    drop(stop);
    // It was told to end, not the run: that it takes a while must be known at once.
    let quiet = match &done {
        Err(fault) if fault.exit().is_signal() => Duration::ZERO,
        _ => SOON,
    };
    let waiting = async {
        tokio::time::sleep(quiet).await;
        show::note("stopping: agents at work here may finish; Ctrl-C ends at once");
        again.await
    };
    tokio::select! {
        served = serving => {
            let exit = done?;
            served?;
            Ok(exit)
        }
        // What is left to say has been said, or is said by the fault.
        _ = waiting => done,
    }
}
