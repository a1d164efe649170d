//! How much a run sends with one workflow task. A server takes 4 MB with the commands of a task, and
//! so many agents at a time; a task with more it refuses as a whole, and gives it out again, for
//! ever. So what does not fit waits for the next task.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    rc::Rc,
    task::Poll,
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use temporalio_sdk::{
    TimerOptions, WaitConditionOptions, WorkflowCancellationToken, WorkflowContext,
};

use super::{FlockWorkflow, cancellation, claims::SMALL};
use crate::{
    engine::Scope,
    error::{Error, Result},
};

/// As many bytes go with a task: the largest value there is.
const MOST: usize = 2 * 1024 * 1024;
/// As many at most, with what cannot wait.
const ALL: usize = 3 * 1024 * 1024;
/// What a command takes besides its value.
const COMMAND: usize = 1024;
/// As many agents are under way at a time: a server refuses a task after 2000, and counts those that
/// were cancelled and have not heard of it.
const AGENTS: usize = 1500;
/// As many `local` agents are: what they give, if it is small, is not asked for room before.
const LOCAL: usize = 64;

/// What a run has sent with the present task, and what is under way.
#[derive(Default)]
pub(crate) struct TaskLimits {
    /// How long history was when the task began.
    task: Cell<u32>,
    bytes: Cell<usize>,
    /// Brings the next task, for all that wait for it.
    next: RefCell<Option<Shared<LocalBoxFuture<'static, ()>>>>,
    agents: Cell<usize>,
    local: Cell<usize>,
    /// Answers to updates that wait.
    answers: Cell<usize>,
}

impl TaskLimits {
    /// Each task begins with room for everything.
    fn at(&self, task: u32) {
        if self.task.replace(task) != task {
            self.bytes.set(0);
            self.next.take();
        }
    }

    /// Whether the present task has room below `limit`.
    fn fits(&self, task: u32, bytes: usize, limit: usize) -> bool {
        self.at(task);
        self.bytes.get() + bytes + COMMAND <= limit
    }

    /// Puts it to the present task, where that has room below `limit`.
    fn take(&self, task: u32, bytes: usize, limit: usize) -> bool {
        let fits = self.fits(task, bytes, limit);
        if fits {
            self.add(bytes);
        }
        fits
    }

    fn add(&self, bytes: usize) {
        self.bytes.set(self.bytes.get() + bytes + COMMAND);
    }
}

/// Waits until a value of so many bytes can be sent. The same on replay: how long history was is the
/// same then, and the timer is part of it.
pub(crate) async fn wait(context: &WorkflowContext<FlockWorkflow>, bytes: usize) {
    until(context, |room, task| room.take(task, bytes, MOST)).await;
}

/// Waits until a task has room.
async fn until(
    context: &WorkflowContext<FlockWorkflow>,
    has_room: impl Fn(&TaskLimits, u32) -> bool,
) {
    poll_fn(|cx| {
        let room = context.state(FlockWorkflow::task_limits);
        loop {
            if has_room(&room, context.history_length()) {
                return Poll::Ready(());
            }
            let mut next = room
                .next
                .borrow_mut()
                .get_or_insert_with(|| next_task(context))
                .clone();
            match next.poll_unpin(cx) {
                // A task has begun, and with it `take` begins anew.
                Poll::Ready(()) => room.next.take(),
                Poll::Pending => return Poll::Pending,
            };
        }
    })
    .await;
}

fn next_task(context: &WorkflowContext<FlockWorkflow>) -> Shared<LocalBoxFuture<'static, ()>> {
    let context = context.clone();
    let timer = async move {
        let mut options = TimerOptions::from(Duration::from_millis(1));
        // The end of the run ends nothing here: it is what may have to be sent.
        options.cancellation_token = Some(WorkflowCancellationToken::new());
        context.timer(options).await;
    };
    timer.boxed_local().shared()
}

/// What brings the next task holds the run's context, and its state holds that: dropped with the body, it keeps
/// nothing alive.
pub(super) struct Clear(pub(super) Rc<TaskLimits>);

impl Drop for Clear {
    fn drop(&mut self) {
        drop(self.0.next.take());
    }
}

/// Sends a value that cannot wait.
///
/// # Errors
/// `Invalid` of type `TooLarge`, when it does not fit beside what is sent already.
pub(crate) fn now(context: &WorkflowContext<FlockWorkflow>, bytes: usize) -> Result<()> {
    let room = context.state(FlockWorkflow::task_limits);
    if room.take(context.history_length(), bytes, ALL) {
        return Ok(());
    }
    let message = format!(
        "{bytes} bytes of JSON are too many beside the {} that the flock sends in one go (3 MiB): await something in between, or keep the data elsewhere and a reference here",
        room.bytes.get()
    );
    Err(Error::invalid(message).with_type("TooLarge"))
}

/// Waits until there is room within `bound`, which somebody's drop makes.
async fn free(
    context: &WorkflowContext<FlockWorkflow>,
    scope: Scope,
    bound: &'static Bound,
) -> Result<()> {
    let room = context.state(FlockWorkflow::task_limits);
    cancellation::until(context, scope, || bound.is_free(&room)).await
}

/// How many there may be at a time, and where they are counted.
struct Bound {
    count: fn(&TaskLimits) -> &Cell<usize>,
    most: usize,
}

impl Bound {
    fn is_free(&self, room: &TaskLimits) -> bool {
        (self.count)(room).get() < self.most
    }
}

const ALL_AGENTS: Bound = Bound {
    count: |room| &room.agents,
    most: AGENTS,
};

const LOCAL_AGENTS: Bound = Bound {
    count: |room| &room.local,
    most: LOCAL,
};

/// An agent at work: its end makes room for another.
pub(crate) struct AtWork {
    context: WorkflowContext<FlockWorkflow>,
    bound: &'static Bound,
}

impl AtWork {
    /// Waits until another agent may be started.
    ///
    /// # Errors
    /// `Cancelled`, in the scope of a run that is asked to end.
    pub(crate) async fn begin(
        context: &WorkflowContext<FlockWorkflow>,
        scope: Scope,
    ) -> Result<Self> {
        let room = context.state(FlockWorkflow::task_limits);
        while !ALL_AGENTS.is_free(&room) {
            free(context, scope, &ALL_AGENTS).await?;
        }
        Ok(Self::counted(context, &ALL_AGENTS))
    }

    /// Waits until another `local` agent may be started, and has room for a small result.
    ///
    /// # Errors
    /// `Cancelled`, in the scope of a run that is asked to end.
    pub(crate) async fn begin_local(
        context: &WorkflowContext<FlockWorkflow>,
        scope: Scope,
    ) -> Result<Self> {
        let room = context.state(FlockWorkflow::task_limits);
        loop {
            until(context, |room, task| room.fits(task, SMALL, MOST)).await;
            if LOCAL_AGENTS.is_free(&room) {
                break;
            }
            free(context, scope, &LOCAL_AGENTS).await?;
        }
        Ok(Self::counted(context, &LOCAL_AGENTS))
    }

    fn counted(context: &WorkflowContext<FlockWorkflow>, bound: &'static Bound) -> Self {
        let room = context.state(FlockWorkflow::task_limits);
        let count = (bound.count)(&room);
        count.set(count.get() + 1);
        Self {
            context: context.clone(),
            bound,
        }
    }

    /// A `local` one has given so many bytes, which go with the present task.
    pub(crate) fn gave(self, bytes: usize) {
        let room = self.context.state(FlockWorkflow::task_limits);
        room.at(self.context.history_length());
        room.add(bytes);
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        let room = self.context.state(FlockWorkflow::task_limits);
        let count = (self.bound.count)(&room);
        let before = count.get();
        count.set(before - 1);
        if before >= self.bound.most {
            // Those that wait look again.
            self.context.state_mut(|_| ());
        }
    }
}

/// Waits until an answer of so many bytes can be sent. The run's end waits for it.
pub(crate) async fn answer(context: &WorkflowContext<FlockWorkflow>, bytes: usize) {
    let room = context.state(FlockWorkflow::task_limits);
    room.answers.set(room.answers.get() + 1);
    wait(context, bytes).await;
    room.answers.set(room.answers.get() - 1);
    if room.answers.get() == 0 {
        context.state_mut(|_| ());
    }
}

/// Waits until all answers are on their way.
pub(crate) async fn answered(context: &WorkflowContext<FlockWorkflow>) {
    let room = context.state(FlockWorkflow::task_limits);
    // A run that has been asked to end waits as well.
    let mut options = WaitConditionOptions::default();
    options.cancellation_token = Some(WorkflowCancellationToken::new());
    let answered = move |_: &FlockWorkflow| room.answers.get() == 0;
    let _ = context.wait_condition_with_options(answered, options).await;
}

#[cfg(test)]
mod tests {
    use super::{super::wire::MAX_BYTES, *};

    #[test]
    fn a_task_takes_what_fits_and_each_value_fits_one() {
        let room = TaskLimits::default();
        assert!(room.take(3, MAX_BYTES, MOST), "the largest value");
        assert!(!room.take(3, 4096, MOST), "full");
        assert!(room.take(3, 1, ALL), "what cannot wait");
        assert!(room.take(7, 1, MOST), "the next task");
        let half = MOST / 2 - COMMAND;
        assert!(room.take(9, half, MOST) && room.take(9, half, MOST));
        assert!(!room.take(9, 0, MOST));
    }
}
