//! A runtime for tests: the local engine on a virtual clock, with agents replaced.

use std::{
    fmt,
    future::Future,
    rc::Rc,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::{runtime::Handle, task::LocalSet, time::Instant};

use super::{
    Double, Doubles, McpDouble, McpDoubles, TestRun,
    clock::{EPOCH, paused},
};
use crate::{
    agent::Agent,
    engine::local::LocalEngine,
    error::{Error, RunError, StartError},
    flock::Flock,
    model::Model,
    runtime::{Runtime, RuntimeBuilder},
    value::duration::IntoDuration,
};

/// A runtime for tests of flocks: the local engine on a virtual clock, with agents replaced by
/// closures. Each is apart from all others, so tests may run side by side.
///
/// Its methods wait by themselves, so a test is a plain `#[test]` function and not an `async` one.
/// Whenever everything waits, time moves on to the next timer: thirty days end in milliseconds.
///
/// ```standalone_crate
/// use flock::{prelude::*, testing::TestRuntime};
///
/// # #[agent(output = "findings: String")]
/// # async fn researcher(topic: String) -> Result<String> { Err(Error::permanent("offline")) }
/// # #[signal]
/// # struct Approve { by: String }
/// #[flock]
/// async fn publish(ctx: FlockContext, topic: String) -> Result<String> {
///     let found = ctx.run::<researcher>(topic).await?;
///     let approval = ctx.signal::<Approve>().within("3d").await?;
///     Ok(format!("{}, says {}", found.findings, approval.by))
/// }
///
/// // In a plain `#[test] fn`:
/// let test = TestRuntime::builder()
///     .agent::<researcher>(|input| async move { Ok(format!("{} is old", input.topic)) })
///     .fail_first::<researcher>(2, Error::transient("busy"))
///     .build()
///     .unwrap();
/// let run = test.start::<publish>("Rust".to_owned()).unwrap();
/// test.advance("2d");
/// run.signal(Approve { by: "Ann".into() }).unwrap();
/// assert_eq!(run.result().unwrap(), "Rust is old, says Ann");
/// run.assert_steps(["researcher"]);
/// assert_eq!(run.steps()[0].attempts, 3);
/// ```
///
/// What is not replaced runs as it is written. An agent that waits for something real, such as a
/// network, sees its time limit run out, since the clock does not wait for it. A struct agent needs a [`model`](TestRuntimeBuilder::model)
/// of the test's, such as [`Scripted`](crate::model::Scripted): no test asks a vendor's model.
#[derive(Clone)]
pub struct TestRuntime(Rc<Inner>);

struct Inner {
    // Dropped before the runtime that its tasks and timers belong to.
    tasks: LocalSet,
    tokio: tokio::runtime::Runtime,
    runtime: Runtime,
    doubles: Arc<Doubles>,
    /// The same moment on both clocks.
    began: (SystemTime, Instant),
}

/// Builds a [`TestRuntime`].
#[derive(Debug)]
#[must_use = "a builder does nothing until `build`"]
pub struct TestRuntimeBuilder {
    runtime: RuntimeBuilder,
    doubles: Doubles,
    servers: McpDoubles,
    began: SystemTime,
}

impl TestRuntime {
    /// Everything that is linked in, on a clock that starts at 2026-01-01 00:00 UTC.
    pub fn builder() -> TestRuntimeBuilder {
        Runtime::builder().into()
    }

    /// The same with nothing replaced.
    ///
    /// # Errors
    /// As [`TestRuntimeBuilder::build`].
    pub fn new() -> Result<Self, StartError> {
        Self::builder().build()
    }

    /// Starts a run of `F`, and lets it go as far as it can without time passing.
    ///
    /// # Errors
    /// When the input cannot be written as JSON.
    pub fn start<F: Flock>(&self, input: impl Into<F::Input>) -> Result<TestRun<F>, RunError> {
        let input = input.into();
        let handle = self.now_and_after(self.runtime().start::<F>(input).into_future())?;
        Ok(TestRun::new(self.clone(), handle))
    }

    /// Lets time pass: what is due meanwhile happens in its order.
    ///
    /// # Panics
    /// When `time` is text that is no duration.
    #[track_caller]
    pub fn advance(&self, time: impl IntoDuration) {
        match time.into_duration() {
            Ok(time) => self.now_and_after(async { tokio::time::sleep(time).await }),
            Err(error) => panic!("{error}"),
        }
    }

    /// The time on the virtual clock.
    pub fn now(&self) -> SystemTime {
        let (epoch, began) = self.0.began;
        self.block_on(async move { epoch + began.elapsed() })
    }

    /// Waits for `work`, on this runtime and its clock: for what needs more than one thing at a time.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.0.tasks.block_on(&self.0.tokio, work)
    }

    /// The runtime beneath, for [`block_on`](Self::block_on).
    pub fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    /// Waits for `work`, then for everything that can happen without time passing.
    pub(super) fn now_and_after<T>(&self, work: impl Future<Output = T>) -> T {
        self.block_on(async {
            let done = work.await;
            for _ in 0..SETTLE {
                tokio::task::yield_now().await;
            }
            done
        })
    }

    /// Waits for `work`; `None` when it waits for something that never comes.
    pub(super) fn while_time_passes<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.block_on(async { tokio::time::timeout(NEVER, work).await.ok() })
    }

    pub(super) fn doubles(&self) -> &Doubles {
        &self.0.doubles
    }
}

/// Between two moments everything that is ready gets its turn, as many times after one another.
const SETTLE: usize = 256;

/// With nothing else to wait for, the virtual clock is there at once.
const NEVER: Duration = Duration::from_secs(20 * 365 * 86_400);

impl TestRuntimeBuilder {
    /// Answers for the agent `A` in place of itself. Its limits and retries stay.
    ///
    /// The closure takes the agent's input struct, and gives its output struct or what converts into
    /// it: the value itself for one field, a tuple for more. `async |input| Ok(…)` will do, and
    /// `|input| async move { Ok(…) }`; with what is captured, only the second.
    pub fn agent<A: Agent>(mut self, answer: impl Double<A>) -> Self {
        self.doubles.answer(answer);
        self
    }

    /// Fails the first attempts of each call of `A`, then lets it, or what stands in for it, work.
    pub fn fail_first<A: Agent>(mut self, attempts: u32, error: Error) -> Self {
        self.doubles.fail(A::NAME, attempts, error);
        self
    }

    /// Hands off to `Next` where the agent `A`, which is replaced, would have its model choose.
    pub fn hand_off<A: Agent, Next: Agent>(mut self) -> Self {
        self.doubles.choose(A::NAME, Next::NAME);
        self
    }

    /// Answers for the MCP server that agents call `server`.
    ///
    /// ```standalone_crate
    /// use flock::{Effect, testing::{McpDouble, TestRuntime}};
    ///
    /// let files = McpDouble::new().tool("read_file", Effect::Read, |arguments| async move {
    ///     Ok(format!("what is in {}", arguments["path"]))
    /// });
    /// let test = TestRuntime::builder().mcp("files", files).build().unwrap();
    /// ```
    pub fn mcp(mut self, server: impl Into<String>, double: McpDouble) -> Self {
        self.servers.insert(server.into(), double);
        self
    }

    /// Answers for models named `provider/…`.
    pub fn model(mut self, provider: impl Into<String>, model: impl Model) -> Self {
        self.runtime = self.runtime.model(provider, model);
        self
    }

    /// Shared state for agents that take [`State<T>`](crate::State).
    pub fn state<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.runtime = self.runtime.state(value);
        self
    }

    /// When the virtual clock starts.
    pub fn starting_at(mut self, time: SystemTime) -> Self {
        self.began = time;
        self
    }

    /// The runtime.
    ///
    /// # Errors
    /// As [`RuntimeBuilder::parts`]; an agent that is replaced needs no state.
    ///
    /// # Panics
    /// In an `async` test: a test runtime brings its own clock.
    #[track_caller]
    pub fn build(self) -> Result<TestRuntime, StartError> {
        assert!(
            Handle::try_current().is_err(),
            "a TestRuntime brings its own tokio runtime: make the test a plain `#[test] fn`"
        );
        let doubles = Arc::new(self.doubles);
        let attempts = Arc::clone(&doubles);
        let runtime = self.runtime.in_test(attempts);
        let parts = runtime.servers(Arc::new(self.servers)).parts()?;
        let tokio = paused()?;
        let tasks = LocalSet::new();
        let (engine, began) = tasks.block_on(&tokio, async {
            let engine = LocalEngine::on_this_thread(parts.clone(), self.began);
            (engine, Instant::now())
        });
        let runtime = Runtime::new(parts, engine);
        Ok(TestRuntime(Rc::new(Inner {
            tasks,
            tokio,
            runtime,
            doubles,
            began: (self.began, began),
        })))
    }
}

impl From<RuntimeBuilder> for TestRuntimeBuilder {
    /// A test of a program's own setup.
    fn from(runtime: RuntimeBuilder) -> Self {
        Self {
            runtime,
            doubles: Doubles::watching(),
            servers: McpDoubles::default(),
            began: SystemTime::UNIX_EPOCH + EPOCH,
        }
    }
}

impl fmt::Debug for TestRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestRuntime({:?})", self.doubles())
    }
}
