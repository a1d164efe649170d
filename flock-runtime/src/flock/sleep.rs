//! A durable timer, as a future that `select!` takes as it is.

use std::fmt;

use futures_util::{
    FutureExt,
    future::{FusedFuture, LocalBoxFuture},
};

use super::call::{Running, awaited};
use crate::error::Result;

/// A durable timer: the future of [`FlockContext::sleep`](super::FlockContext::sleep).
#[must_use = "a timer starts when it is awaited"]
pub struct Sleep {
    call: Running<Result<()>>,
}

impl Sleep {
    pub(crate) fn new(timer: LocalBoxFuture<'static, Result<()>>) -> Self {
        Self { call: timer.fuse() }
    }
}

awaited!(Sleep => Result<()>, |this, cx| this.call.poll_unpin(cx));

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.call.is_terminated() {
            false => "Sleep(waiting)",
            true => "Sleep(over)",
        })
    }
}
