//! An attempt, as its agent sees it.

use std::sync::Arc;

use futures_util::{FutureExt, future::BoxFuture};
use temporalio_client::WorkflowExecutionInfo;

use super::{CHECKPOINT, Count, Inner};
use crate::{
    agent::{context::AgentBackend, state::States, stream::Saying},
    engine::temporal::{client::messages, wire::Wire},
    error::Result,
    value::{payload::Payload, run::RunId},
};

/// An attempt, as its agent sees it.
pub(super) struct ServerAttempt {
    pub(super) inner: Arc<Inner>,
    pub(super) run: RunId,
    pub(super) states: Arc<States>,
    /// How many bytes a checkpoint may have.
    pub(super) most: usize,
}

impl AgentBackend for ServerAttempt {
    fn run(&self) -> &RunId {
        &self.run
    }

    fn states(&self) -> &States {
        &self.states
    }

    fn checkpoint(&self, progress: Payload) -> BoxFuture<'_, ()> {
        // What a server would refuse must not keep it from hearing of the attempt.
        match Wire::new(progress, self.most).and_then(Wire::into_payload) {
            Ok(progress) => self.inner.details().progress = Some(progress),
            Err(error) => tracing::warn!(%error, "a checkpoint is not kept"),
        }
        self.inner.send_heartbeat(CHECKPOINT).boxed()
    }

    fn kept(&self) -> Option<Payload> {
        self.inner.kept.clone()
    }

    fn is_cancelled(&self) -> bool {
        self.inner.context.is_cancelled()
    }

    fn cancelled(&self) -> BoxFuture<'_, ()> {
        self.inner.context.cancelled().boxed()
    }

    fn is_heard(&self) -> bool {
        self.inner.streaming.is_heard()
    }

    fn ask_run(&self, name: &'static str, message: Payload) -> BoxFuture<'_, Result<Payload>> {
        let context = &self.inner.context;
        let run = WorkflowExecutionInfo::builder()
            .namespace(context.info().namespace.clone())
            .workflow_id(self.run.workflow_id.clone())
            .run_id(self.run.run_id.clone())
            .build()
            .bind_untyped(context.client());
        let client = context.client();
        async move { messages::ask(&client, &run, name, message).await }.boxed()
    }

    fn say(&self, saying: Saying<'_>) {
        let Count { attempt, lost, .. } = self.inner.count;
        self.inner.streaming.say((attempt, lost), &saying);
    }
}
