//! What a flock can do, by commands to Temporal. Every future here is the SDK's own, so that
//! nothing wakes a flock but an event of its history.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use futures_util::{FutureExt, future::LocalBoxFuture};
use temporalio_common::ActivityDefinition;
use temporalio_sdk::{TimerResult, WorkflowContext};

use super::{
    failure,
    options::{self, Schedule},
    wire::Wire,
    workflow::FlockWorkflow,
};
use crate::{
    engine::{AgentCall, FlockBackend},
    error::{Error, Result},
    flock::{Flock, FlockDescriptor},
    options::{CallOptions, ResolvedOptions},
    payload::Payload,
    runtime::Parts,
};

/// What all runs of a flock on a worker share.
pub(super) struct Shared {
    pub(super) flock: &'static FlockDescriptor,
    pub(super) parts: Parts,
    /// Options of calls that set nothing, by agent: most calls, so they are resolved once.
    pub(super) resolved: Mutex<HashMap<&'static str, Arc<ResolvedOptions>>>,
}

impl Shared {
    fn schedule(&self, call: &AgentCall) -> Result<Schedule> {
        let agent = call.agent.descriptor;
        self.parts.registry.linked(self.flock, agent)?;
        let resolve = || self.parts.resolve(agent, Some(self.flock), &call.options);
        if call.options != CallOptions::default() {
            return Schedule::new(&resolve());
        }
        let mut resolved = self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        let options = resolved
            .entry(agent.name)
            .or_insert_with(|| Arc::new(resolve()));
        let options = Arc::clone(options);
        drop(resolved);
        Schedule::new(&options)
    }
}

/// An agent by name: its types are known to the caller.
struct Named(&'static str);

impl ActivityDefinition for Named {
    type Input = Wire;
    type Output = Wire;

    fn name(&self) -> &str {
        self.0
    }
}

pub(super) struct Backend<F: Flock> {
    pub(super) context: WorkflowContext<FlockWorkflow<F>>,
    pub(super) shared: Arc<Shared>,
}

impl<F: Flock> FlockBackend for Backend<F> {
    fn run_agent(&self, call: AgentCall) -> LocalBoxFuture<'static, Result<Payload>> {
        let context = self.context.clone();
        let shared = Arc::clone(&self.shared);
        async move {
            let agent = call.agent.descriptor.name;
            let result = async {
                let schedule = shared.schedule(&call)?;
                let input = Wire::new(call.input).map_err(|error| error.context("its input"))?;
                let result = match schedule {
                    Schedule::Remote(options) => {
                        context.execute_activity(Named(agent), input, options).await
                    }
                    Schedule::Local(options) => {
                        context
                            .execute_local_activity(Named(agent), input, options)
                            .await
                    }
                };
                result
                    .map_err(|error| failure::of_activity(&error))?
                    .into_payload()
            };
            result.await.map_err(|error| error.in_agent(agent))
        }
        .boxed_local()
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, Result<()>> {
        let context = self.context.clone();
        async move {
            // A server takes no timer of zero.
            if duration.is_zero() {
                return Ok(());
            }
            match context.timer(options::bounded(duration)).await {
                TimerResult::Fired => Ok(()),
                TimerResult::Cancelled => Err(Error::cancelled("the run was cancelled")),
            }
        }
        .boxed_local()
    }

    fn now(&self) -> SystemTime {
        let started = || self.context.info().start_time();
        self.context
            .workflow_time()
            .or_else(started)
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }

    fn random(&self) -> u64 {
        self.context.random()
    }

    fn is_replaying(&self) -> bool {
        self.context.is_replaying()
    }
}
