//! Threads for flocks, whose futures stay on one thread.

use std::{
    fmt, io,
    num::NonZeroUsize,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use futures_util::future::LocalBoxFuture;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::{LocalSet, spawn_local},
};

type Job = Box<dyn FnOnce() -> LocalBoxFuture<'static, ()> + Send>;

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
                        .send(Box::new(flock))
                        .map_err(|_| io::Error::other("the thread has ended"))?;
                }
            }
        }
        Ok(())
    }
}

fn start() -> io::Result<Vec<UnboundedSender<Job>>> {
    let count = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    (0..count)
        .map(|index| {
            let (sender, jobs) = unbounded_channel();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()?;
            thread::Builder::new()
                .name(format!("flock-local-{index}"))
                .spawn(move || runtime.block_on(serve(jobs)))?;
            Ok(sender)
        })
        .collect()
}

/// Runs jobs until the engine is gone and the last flock has ended.
async fn serve(mut jobs: UnboundedReceiver<Job>) {
    let flocks = LocalSet::new();
    flocks
        .run_until(async {
            while let Some(job) = jobs.recv().await {
                spawn_local(job());
            }
        })
        .await;
    flocks.await;
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Threads { .. } => "Threads",
            Self::Here => "Here",
        })
    }
}
