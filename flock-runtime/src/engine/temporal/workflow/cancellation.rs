//! What ends a run's operations, and who waits for it. The SDK keeps a callback in a token for each operation,
//! which holds the run's context, and forgets it only when the operation has come to its end; for each look at a
//! token it keeps a waker until the token is cancelled. So what was dropped before its end would keep the context
//! for ever, of which the run's own token is a part, and a flock that waits often would grow with each wait.

use std::{
    cell::OnceCell,
    collections::BTreeMap,
    future::Future,
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake, Waker},
};

use futures_util::future::{Either, select};
use temporalio_sdk::{WaitConditionOptions, WorkflowCancellationToken, WorkflowContext};

use super::FlockWorkflow;
use crate::{engine::Scope, error::Result, flock::cancelled};

/// A run's tokens. They go with the run: what is left in them goes then, and not at the run's end, whose task
/// would tell the server of it.
#[derive(Default)]
pub(super) struct Cancellation {
    of_run: OnceCell<(WorkflowCancellationToken, Arc<Waiting>)>,
    /// Nobody cancels it before.
    shielded: WorkflowCancellationToken,
}

impl Cancellation {
    fn of_run(
        &self,
        context: &WorkflowContext<FlockWorkflow>,
    ) -> &(WorkflowCancellationToken, Arc<Waiting>) {
        self.of_run.get_or_init(|| {
            let (token, waiting) = (context.cancellation_token(), Arc::<Waiting>::default());
            let waker = Waker::from(Arc::clone(&waiting));
            // The one look at the token that is waited with.
            let _ = pin!(token.cancelled()).poll(&mut Context::from_waker(&waker));
            (token, waiting)
        })
    }
}

impl Drop for Cancellation {
    fn drop(&mut self) {
        self.shielded.cancel();
        if let Some((token, _)) = self.of_run.get() {
            token.cancel();
        }
    }
}

/// What cancels an operation of this scope.
pub(super) fn token(
    context: &WorkflowContext<FlockWorkflow>,
    scope: Scope,
) -> WorkflowCancellationToken {
    context.state(|workflow| match scope {
        Scope::Run => workflow.cancellation.of_run(context).0.clone(),
        Scope::Shielded => workflow.cancellation.shielded.clone(),
    })
}

/// Ends when the run is asked to end.
pub(super) fn asked(context: &WorkflowContext<FlockWorkflow>) -> Asked {
    let (token, waiting) = context.state(|workflow| workflow.cancellation.of_run(context).clone());
    let number = waiting.join();
    Asked {
        token,
        waiting,
        number,
    }
}

/// Waits until `condition` is met.
///
/// # Errors
/// `Cancelled`, in the scope of a run that is asked to end.
pub(super) async fn until(
    context: &WorkflowContext<FlockWorkflow>,
    scope: Scope,
    mut condition: impl FnMut() -> bool,
) -> Result<()> {
    let mut options = WaitConditionOptions::default();
    // One of its own: the wakers in it go with the wait.
    options.cancellation_token = Some(WorkflowCancellationToken::new());
    let met = pin!(context.wait_condition_with_options(|_| condition(), options));
    let met = match scope {
        Scope::Shielded => met.await,
        Scope::Run => match select(met, asked(context)).await {
            Either::Left((met, _)) => met,
            Either::Right(((), _)) => return Err(cancelled()),
        },
    };
    met.map_err(|_| cancelled())
}

/// Those that wait for the end, in the order in which they began to.
#[derive(Default)]
struct Waiting(Mutex<Wakers>);

#[derive(Default)]
struct Wakers {
    next: u64,
    wakers: BTreeMap<u64, Waker>,
}

impl Waiting {
    fn wakers(&self) -> MutexGuard<'_, Wakers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(&self) -> u64 {
        let mut wakers = self.wakers();
        wakers.next += 1;
        wakers.next
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        let wakers = std::mem::take(&mut self.wakers().wakers);
        wakers.into_values().for_each(Waker::wake);
    }
}

/// See [`asked`].
pub(super) struct Asked {
    token: WorkflowCancellationToken,
    waiting: Arc<Waiting>,
    number: u64,
}

impl Future for Asked {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.token.is_cancelled() {
            return Poll::Ready(());
        }
        let waker = cx.waker().clone();
        self.waiting.wakers().wakers.insert(self.number, waker);
        Poll::Pending
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.waiting.wakers().wakers.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn who_waits_is_kept_once_and_no_longer_than_it_waits() {
        let waiting = Arc::<Waiting>::default();
        let token = WorkflowCancellationToken::new();
        let woken = Arc::new(Count(AtomicUsize::new(0)));
        let waker = Waker::from(Arc::clone(&woken));
        let mut cx = Context::from_waker(&waker);
        let asked = || Asked {
            token: token.clone(),
            waiting: Arc::clone(&waiting),
            number: waiting.join(),
        };
        let (mut first, mut second) = (asked(), asked());
        for _ in 0..100 {
            assert!(Pin::new(&mut first).poll(&mut cx).is_pending());
            assert!(Pin::new(&mut second).poll(&mut cx).is_pending());
        }
        assert_eq!(waiting.wakers().wakers.len(), 2);
        drop(first);
        assert_eq!(waiting.wakers().wakers.len(), 1);
        token.cancel();
        Arc::clone(&waiting).wake();
        assert_eq!(woken.0.load(Ordering::Relaxed), 1);
        assert!(Pin::new(&mut second).poll(&mut cx).is_ready());
    }
}
