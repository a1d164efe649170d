//! A durable timer, as a future that `select!` takes as it is.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::future::{FusedFuture, LocalBoxFuture};

use crate::error::Result;

/// The future of [`FlockContext::sleep`](super::FlockContext::sleep).
#[must_use = "a timer starts when it is awaited"]
pub struct Sleep(Option<LocalBoxFuture<'static, Result<()>>>);

impl Sleep {
    pub(crate) fn new(timer: LocalBoxFuture<'static, Result<()>>) -> Self {
        Self(Some(timer))
    }
}

impl Future for Sleep {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(timer) = &mut self.0 else {
            return Poll::Pending;
        };
        let result = timer.as_mut().poll(cx);
        if result.is_ready() {
            self.0 = None;
        }
        result
    }
}

impl FusedFuture for Sleep {
    fn is_terminated(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Sleep(waiting)"
        } else {
            "Sleep(over)"
        })
    }
}
