//! Threads for flocks, whose futures stay on one thread.

use std::{
    fmt,
    future::{Future, poll_fn},
    io,
    num::NonZeroUsize,
    panic::AssertUnwindSafe,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    thread,
};

use futures_util::{FutureExt, StreamExt, future::LocalBoxFuture, stream::FuturesUnordered};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::{coop::unconstrained, spawn_local},
};

pub(super) enum Job {
    Flock(Box<dyn FnOnce() -> LocalBoxFuture<'static, ()> + Send>),
    /// The engine is gone, and all flocks with it.
    Stop,
}

pub(super) enum Executor {
    /// Some threads, started with the first flock, ended with the engine.
    Threads {
        threads: OnceLock<Vec<UnboundedSender<Job>>>,
        next: AtomicUsize,
    },
    /// The `LocalSet` around the caller.
    Here,
}

impl Executor {
    pub(super) fn threads() -> Self {
        Self::Threads {
            threads: OnceLock::new(),
            next: AtomicUsize::new(0),
        }
    }

    pub(super) fn spawn<F>(&self, flock: F) -> io::Result<()>
    where
        F: FnOnce() -> LocalBoxFuture<'static, ()> + Send + 'static,
    {
        match self {
            Self::Here => {
                spawn_local(flock());
            }
            Self::Threads { threads, next } => {
                if threads.get().is_none() {
                    // When two starts race, one set of threads sees its channel closed and ends.
                    let _ = threads.set(start()?);
                }
                if let Some(threads) = threads.get() {
                    let index = next.fetch_add(1, Ordering::Relaxed) % threads.len();
                    threads[index]
                        .send(Job::Flock(Box::new(flock)))
                        .map_err(|_| io::Error::other("the thread has ended"))?;
                }
            }
        }
        Ok(())
    }

    /// Does `work` beside the flocks, for no longer than the engine lasts.
    pub(super) fn beside(&self, handle: &Handle, work: impl Future<Output = ()> + Send + 'static) {
        match self {
            Self::Here => {
                handle.spawn(work);
            }
            // Where the engine is gone, `work` is dropped at once.
            Self::Threads { .. } => drop(self.spawn(move || work.boxed_local())),
        }
    }

    /// Drops all flocks, each on its thread, and ends the threads.
    pub(super) fn stop(&self) {
        if let Self::Threads { threads, .. } = self {
            for thread in threads.get().into_iter().flatten() {
                // One that is not there any more has stopped.
                let _ = thread.send(Job::Stop);
            }
        }
    }
}

fn start() -> io::Result<Vec<UnboundedSender<Job>>> {
    // It keeps the time for all. Of several threads, so that an agent may `block_in_place` where it is
    // polled first.
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("flock-local-clock")
        .enable_time()
        .build()?;
    let runtime = Arc::new(Ended(Some(runtime)));
    let count = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    (0..count)
        .map(|index| {
            let (sender, jobs) = unbounded_channel();
            let runtime = Arc::clone(&runtime);
            thread::Builder::new()
                .name(format!("flock-local-{index}"))
                .spawn(move || serve(&runtime, jobs))?;
            Ok(sender)
        })
        .collect()
}

/// Ends with the last of the threads, without waiting: nothing of it is still wanted.
struct Ended(Option<Runtime>);

impl Drop for Ended {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Runs jobs until the engine is gone.
fn serve(runtime: &Ended, mut jobs: UnboundedReceiver<Job>) {
    let Some(runtime) = &runtime.0 else {
        return;
    };
    let mut flocks = FuturesUnordered::new();
    let work = poll_fn(|cx| {
        loop {
            match jobs.poll_recv(cx) {
                Poll::Ready(Some(Job::Flock(flock))) => {
                    // A panic is that of one flock, which its own end tells of.
                    flocks.push(AssertUnwindSafe(flock()).catch_unwind());
                }
                Poll::Ready(Some(Job::Stop) | None) => return Poll::Ready(()),
                Poll::Pending => break,
            }
        }
        while let Poll::Ready(Some(_)) = flocks.poll_next_unpin(cx) {}
        Poll::Pending
    });
    // Flocks yield by themselves: tokio's budget would be one for all of a thread.
    runtime.block_on(unconstrained(work));
    // Their timers are the runtime's.
    let _entered = runtime.enter();
    drop(flocks);
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Threads { .. } => "Threads",
            Self::Here => "Here",
        })
    }
}
