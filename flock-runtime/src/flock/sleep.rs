//! A durable timer, as a future that `select!` takes as it is.

use std::{fmt, future::ready, time::SystemTime};

use futures_util::{
    FutureExt,
    future::{FusedFuture, LocalBoxFuture},
};

use super::{
    FlockContext,
    call::{Running, awaited},
};
use crate::{error::Result, value::duration::IntoDuration};

impl<S: 'static> FlockContext<S> {
    /// Waits for `duration`, days if need be: a durable timer. Dropping it cancels the timer.
    ///
    /// Gives `Cancelled` when the run is cancelled meanwhile.
    pub fn sleep(&self, duration: impl IntoDuration) -> Sleep {
        Sleep::new(match duration.into_duration() {
            Ok(duration) => self.backend().sleep(self.scope(), duration),
            Err(error) => ready(Err(error)).boxed_local(),
        })
    }

    /// Waits until `time`; not at all when it has passed.
    pub fn sleep_until(&self, time: SystemTime) -> Sleep {
        self.sleep(time.duration_since(self.now()).unwrap_or_default())
    }
}

/// The future of [`FlockContext::sleep`].
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
