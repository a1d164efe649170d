//! A run, held by a test.

use std::{fmt, future::Future};

use super::{TestRuntime, TestStep};
use crate::{
    agent::Agent,
    engine::{RunDescription, RunId},
    error::RunError,
    flock::{
        Flock,
        approval::request::Answer,
        message::{Query, Signal, Update},
    },
    runtime::FlockHandle,
};

/// A run of the flock `F` on a [`TestRuntime`].
///
/// Whatever is sent arrives at the present time of the virtual clock, and the run goes as far as it
/// can before the call returns.
pub struct TestRun<F> {
    test: TestRuntime,
    handle: FlockHandle<F>,
}

impl<F: Flock> TestRun<F> {
    pub(super) fn new(test: TestRuntime, handle: FlockHandle<F>) -> Self {
        Self { test, handle }
    }

    /// Lets time pass until the run ends, and gives its result.
    ///
    /// # Errors
    /// [`RunError::Failed`] with the failure of the agent or flock, or how else the run ended; also
    /// when it waits for something that never comes, such as a signal that the test does not send.
    pub fn result(&self) -> Result<F::Output, RunError> {
        self.wait(self.handle.result(), "the run")
    }

    /// Sends the run a signal.
    ///
    /// # Errors
    /// As [`FlockHandle::signal`].
    pub fn signal<M: Signal>(&self, message: M) -> Result<(), RunError> {
        self.test.now_and_after(self.handle.signal(message))
    }

    /// Sends the run a query and gives its answer.
    ///
    /// # Errors
    /// As [`FlockHandle::query`].
    pub fn query<M: Query<Flock = F>>(&self, message: M) -> Result<M::Output, RunError> {
        self.wait(self.handle.query(message), "the query")
    }

    /// Sends the run an update, and lets time pass until it answers.
    ///
    /// # Errors
    /// As [`FlockHandle::update`].
    pub fn update<M: Update<Flock = F>>(&self, message: M) -> Result<M::Output, RunError> {
        let answer = self.wait(self.handle.update(message), "the update");
        self.test.now_and_after(std::future::ready(answer))
    }

    /// Answers an open approval of the run, by its id, such as `publish-1`.
    ///
    /// # Errors
    /// As [`FlockHandle::answer`].
    pub fn answer(&self, request: &str, answer: Answer) -> Result<(), RunError> {
        let answered = self.wait(self.handle.answer(request, answer), "the answer");
        self.test.now_and_after(std::future::ready(answered))
    }

    /// Cancels the run: asks it to end.
    ///
    /// # Errors
    /// As [`FlockHandle::cancel`].
    pub fn cancel(&self, reason: &str) -> Result<(), RunError> {
        self.test.now_and_after(self.handle.cancel(reason))
    }

    /// Where the run stands.
    ///
    /// # Errors
    /// As [`FlockHandle::describe`].
    pub fn describe(&self) -> Result<RunDescription, RunError> {
        self.test.block_on(self.handle.describe())
    }

    /// The agents that the run has called so far, in the order of the calls; those of the runs that go
    /// on with its work as well.
    pub fn steps(&self) -> Vec<TestStep> {
        self.test.doubles().steps(self.handle.run_id())
    }

    /// What the agent `A` was given, call by call.
    ///
    /// # Panics
    /// When an input does not fit the agent's type, which takes a flock that was compiled against
    /// another.
    #[track_caller]
    pub fn inputs<A: Agent>(&self) -> Vec<A::Input> {
        let steps = self.steps().into_iter();
        let inputs = steps.filter(|step| step.agent == A::NAME);
        inputs
            .map(|step| {
                serde_json::from_value(step.input)
                    .unwrap_or_else(|error| panic!("input of agent `{}`: {error}", A::NAME))
            })
            .collect()
    }

    /// Fails the test unless the run has called these agents, in this order.
    ///
    /// # Panics
    /// When it has called others.
    #[track_caller]
    pub fn assert_steps<'a>(&self, agents: impl IntoIterator<Item = &'a str>) {
        let wanted: Vec<&str> = agents.into_iter().collect();
        let steps = self.steps();
        let called: Vec<&str> = steps.iter().map(|step| step.agent.as_str()).collect();
        assert!(
            called == wanted,
            "run `{}` called other agents\n  wanted: {wanted:?}\n  called: {called:?}",
            self.handle.workflow_id()
        );
    }

    /// The workflow id and the run id.
    pub fn id(&self) -> &RunId {
        self.handle.id()
    }

    /// The handle beneath, for [`TestRuntime::block_on`].
    pub fn handle(&self) -> &FlockHandle<F> {
        &self.handle
    }

    fn wait<T>(
        &self,
        work: impl Future<Output = Result<T, RunError>>,
        what: &str,
    ) -> Result<T, RunError> {
        self.test.while_time_passes(work).unwrap_or_else(|| {
            let steps = self.steps();
            let steps: Vec<&str> = steps.iter().map(|step| step.agent.as_str()).collect();
            Err(RunError::Engine(format!(
                "{what} waits for something that never comes; did the test forget to send a signal? So far `{}` has called {steps:?}",
                self.handle.workflow_id()
            )))
        })
    }
}

impl<F> fmt::Debug for TestRun<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TestRun").field(&self.handle).finish()
    }
}
