//! Flocks that tell other flocks something.

use std::fmt;

use super::{FlockContext, cancelled, message::Signal};
use crate::{error::Result, flock::backend::Scope, value::payload::Payload};

impl<S: 'static> FlockContext<S> {
    /// Another run, whoever started it, by its workflow id (Temporal: external workflow): to be signalled
    /// or cancelled.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// #[signal]
    /// struct Arrived {
    ///     parcel: String,
    /// }
    ///
    /// #[flock]
    /// async fn deliver(ctx: FlockContext, parcel: String, order: String) -> Result<()> {
    ///     ctx.sleep("2d").await?;
    ///     ctx.external(order).signal(Arrived { parcel }).await
    /// }
    /// ```
    pub fn external(&self, workflow_id: impl Into<String>) -> External {
        External {
            context: self.plain(),
            workflow_id: workflow_id.into(),
        }
    }
}

/// Another run (Temporal: external workflow). It need not be one of this program's flocks.
#[derive(Clone)]
pub struct External {
    context: FlockContext,
    workflow_id: String,
}

impl External {
    /// Its workflow id.
    pub fn workflow_id(&self) -> &str {
        &self.workflow_id
    }

    /// Sends its latest run a signal. It is kept there until the flock asks for it.
    ///
    /// # Errors
    /// `NotFound` when no such run is going on; `Cancelled` when this run is cancelled meanwhile.
    pub async fn signal<M: Signal>(&self, message: M) -> Result<()> {
        let message = Payload::encode(&message)?;
        let context = &self.context;
        if context.scope() == Scope::Run && context.is_cancelled() {
            return Err(cancelled());
        }
        let sent = context.backend().signal_external(
            context.scope(),
            self.workflow_id.clone(),
            M::NAME,
            message,
        );
        sent.await
    }

    /// Cancels its latest run: asks it to end. It may clean up. Nothing happens when it has ended.
    ///
    /// # Errors
    /// `NotFound` when there is no such run.
    pub async fn cancel(&self, reason: &str) -> Result<()> {
        let backend = self.context.backend();
        let asked = backend.cancel_external(self.workflow_id.clone(), reason.to_owned());
        asked.await
    }
}

impl fmt::Debug for External {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("External").field(&self.workflow_id).finish()
    }
}
