//! A model that is asked no more than so many questions at once.

use std::num::NonZeroUsize;

use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;

use super::{Model, ModelAnswer, ModelRequest};
use crate::error::{Error, Result};

/// It, and how many questions more it may be asked.
pub(super) struct AtOnce<M> {
    model: M,
    free: Semaphore,
}

impl<M: Model> AtOnce<M> {
    pub(super) fn new(model: M, most: NonZeroUsize) -> Self {
        let most = most.get().min(Semaphore::MAX_PERMITS);
        Self {
            model,
            free: Semaphore::new(most),
        }
    }
}

impl<M: Model> Model for AtOnce<M> {
    fn answer<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelAnswer>> {
        Box::pin(async move {
            let leave = self.free.acquire().await;
            let _leave = leave.map_err(Error::transient)?;
            self.model.answer(request).await
        })
    }
}
