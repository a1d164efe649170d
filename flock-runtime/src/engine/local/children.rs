//! The children of a run.

use std::{
    future::ready,
    sync::{Arc, Weak},
};

use futures_util::FutureExt;

use super::{
    backend::Calls,
    execution::{Execution, Parent},
    inbox::Message,
    limits::Limits,
    metadata::Metadata,
    run::Run,
    runs::Added,
    said::Said,
};
use crate::{
    engine::{RunId, Scope, StartOptions, StartRequest},
    error::{Error, Result, RunError},
    flock::{
        child_call::{ChildCall, ChildEnd, ClosePolicy, StartedChild, already_running, not_found},
        event::StepEvent,
    },
    value::payload::Payload,
};

/// The children of a run.
#[derive(Default)]
pub(super) struct Children {
    links: Vec<Link>,
    /// Set at the run's end: what its body drops then cancels nothing.
    closed: bool,
}

struct Link {
    child: Arc<Execution>,
    policy: ClosePolicy,
    /// There while the parent's cancellation reaches the child.
    held: Weak<()>,
}

impl Children {
    fn add(&mut self, link: Link) {
        let links = &mut self.links;
        // A parent of thousands keeps those that are of use.
        if links.len() == links.capacity() {
            links.retain(|link| !link.child.has_ended());
        }
        links.push(link);
    }

    /// Those that somebody holds.
    fn held(&self) -> Vec<Arc<Execution>> {
        let held = self.links.iter();
        let held = held.filter(|link| link.held.strong_count() > 0);
        held.map(|link| Arc::clone(&link.child)).collect()
    }
}

impl Run {
    /// Asks those children to end that somebody holds.
    pub(super) fn cancel_held(&self) {
        for child in self.children(|children| children.held()) {
            child.cancel("its parent was cancelled");
        }
    }

    /// The body is at its end: what it drops from here on is no doing of its own.
    pub(super) fn close(&self) {
        self.children(|children| children.closed = true);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.children(|children| children.closed)
    }

    /// Does with each child what was said of it for its parent's end.
    pub(super) fn leave_children(&self) {
        let links = self.children(|children| std::mem::take(&mut children.links));
        for link in links {
            match link.policy {
                ClosePolicy::Terminate => link.child.terminate("its parent has ended"),
                ClosePolicy::Cancel => link.child.cancel("its parent has ended"),
                ClosePolicy::Abandon => {}
            }
        }
    }
}

impl Calls {
    pub(super) fn start_child(&self, call: ChildCall) -> Result<StartedChild> {
        call.check_linked(&self.shared.parts.registry)?;
        let (timeout, run_timeout) = call.limits();
        let request = StartRequest {
            flock: call.flock,
            input: call.input,
            options: StartOptions {
                workflow_id: Some(call.workflow_id.clone()),
                task_queue: Some(call.task_queue),
                session_id: self.run.metadata(Metadata::session),
                id_reuse: Some(call.options.id_reuse),
                traceparent: call.trace.map(|trace| trace.to_string()),
                ..StartOptions::default()
            },
        };
        let limits = Limits::new(timeout, run_timeout);
        let now = self.shared.clock.now();
        let (child, messages, run_input) = match self.shared.runs.add(request, limits, now) {
            Ok(Added::New(child, messages, run_input)) => (child, messages, run_input),
            Ok(Added::Existing(_)) => return Err(already_running(&call.workflow_id)),
            Err(RunError::AlreadyRunning(id) | RunError::AlreadyUsed(id)) => {
                return Err(already_running(&id));
            }
            Err(error) => return Err(Error::permanent(error)),
        };
        let held = Arc::new(());
        let execution = Arc::clone(&child.execution);
        // Who hears the parent follows its children.
        if self.run.execution.is_heard() {
            execution.said(Said::expect);
        }
        let link = Link {
            child: Arc::clone(&execution),
            policy: call.options.close_policy,
            held: match call.scope {
                Scope::Run => Arc::downgrade(&held),
                Scope::Shielded => Weak::new(),
            },
        };
        self.run.children(|children| children.add(link));
        // It may have been asked to end while the child was not among its children.
        if call.scope == Scope::Run && self.run.execution.is_cancelled() {
            execution.cancel("its parent was cancelled");
        }
        let (id, parent) = (RunId::clone(&child.id), Arc::clone(&self.run));
        let name = call.flock.descriptor.name;
        parent.execution.tell(StepEvent::ChildStarted {
            child: id.clone(),
            flock: name.to_owned(),
        });
        execution.set_parent(Parent {
            execution: Arc::downgrade(&parent.execution),
            child: id.clone(),
            flock: name,
        });
        self.shared
            .begin(child, messages, run_input, self.handle.clone())
            .map_err(Error::permanent)?;
        let told = Arc::clone(&execution);
        Ok(StartedChild {
            id,
            result: async move {
                execution
                    .outcome()
                    .await
                    .map_err(|error| ended(error, name))
            }
            .boxed_local(),
            cancel: Box::new(move |reason| {
                let _held = &held;
                if !parent.is_closed() {
                    told.cancel(reason);
                }
                ready(()).boxed_local()
            }),
        })
    }

    /// Tells another run something; over once that run will see it.
    pub(super) async fn signal_external(
        &self,
        workflow_id: &str,
        name: &'static str,
        message: Payload,
    ) -> Result<()> {
        let gone = || not_found(workflow_id);
        let run = self.shared.runs.find(&RunId::latest(workflow_id));
        let (signal, taken) = Message::signal(name, message);
        run.ok_or_else(gone)?.send(signal).map_err(|_| gone())?;
        taken.await.map_err(|_| gone())
    }

    pub(super) fn cancel_external(&self, workflow_id: &str, reason: &str) -> Result<()> {
        let run = self.shared.runs.find(&RunId::latest(workflow_id));
        let run = run.ok_or_else(|| not_found(workflow_id))?;
        run.execution.cancel(reason);
        Ok(())
    }
}

fn ended(error: RunError, flock: &str) -> Error {
    match error {
        RunError::Failed(failure) => Error::from(failure),
        RunError::Cancelled => ChildEnd::Cancelled.of(flock),
        RunError::TimedOut => ChildEnd::TimedOut.of(flock),
        RunError::Terminated { .. } => ChildEnd::Terminated.of(flock),
        error => Error::permanent(error),
    }
}
