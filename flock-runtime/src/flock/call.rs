//! What a flock awaits: options first, then a future that knows its own end, as `select!` asks.

use std::{
    fmt,
    task::{Context, Poll},
};

use futures_util::{
    FutureExt,
    future::{Fuse, FusedFuture, LocalBoxFuture},
};

use super::backend::Begun;

/// A call: its options, until it is looked at for the first time, and then what it gives.
pub(super) struct Call<Options, T> {
    options: Option<Options>,
    running: Running<T>,
}

/// What goes on. Looked at after its end, there is nothing to come: as with every fused future.
pub(super) type Running<T> = Fuse<LocalBoxFuture<'static, T>>;

// The options are handed on, never pinned.
impl<Options, T> Unpin for Call<Options, T> {}

impl<Options, T> Call<Options, T> {
    pub(super) fn new(options: Options) -> Self {
        Self {
            options: Some(options),
            running: Fuse::terminated(),
        }
    }

    /// Its options, where it has not begun.
    pub(super) fn ready(self) -> Option<Options> {
        self.options
    }

    /// The same call by other options; of one that has begun nothing is to come.
    pub(super) fn map<Others, Of>(
        self,
        others: impl FnOnce(Options) -> Others,
    ) -> Call<Others, Of> {
        Call {
            options: self.options.map(others),
            running: Fuse::terminated(),
        }
    }

    /// Sets options; what goes on has none any more.
    pub(super) fn set(&mut self, set: impl FnOnce(&mut Options)) {
        if let Some(options) = &mut self.options {
            set(options);
        }
    }

    /// Looks at it, and has it `begin` the first time.
    pub(super) fn look(
        &mut self,
        cx: &mut Context<'_>,
        begin: impl FnOnce(Options) -> Begun<T>,
    ) -> Poll<T> {
        if let Some(options) = self.options.take() {
            match begin(options) {
                Begun::Ended(result) => return Poll::Ready(result),
                Begun::Running(running) => self.running = running.fuse(),
            }
        }
        self.running.poll_unpin(cx)
    }

    pub(super) fn is_terminated(&self) -> bool {
        self.options.is_none() && self.running.is_terminated()
    }

    /// As it is shown: whose call it is, and how far it has come.
    pub(super) fn show(&self, f: &mut fmt::Formatter<'_>, call: &str, of: &str) -> fmt::Result {
        match &self.options {
            Some(_) => write!(f, "{call}({of}, ready)"),
            None if self.running.is_terminated() => write!(f, "{call}(done)"),
            None => write!(f, "{call}({of}, running)"),
        }
    }
}

/// Makes a future that knows its own end of what has a field `call` that knows it.
macro_rules! awaited {
    (
        $call:ident $(<$t:ident $(: $bound:path)?>)? => $output:ty,
        |$this:ident, $cx:ident| $look:expr
    ) => {
        impl $(<$t $(: $bound)?>)? std::future::Future for $call $(<$t>)? {
            type Output = $output;

            fn poll(
                self: std::pin::Pin<&mut Self>,
                $cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<$output> {
                let $this = self.get_mut();
                $look
            }
        }

        impl $(<$t $(: $bound)?>)? futures_util::future::FusedFuture for $call $(<$t>)? {
            fn is_terminated(&self) -> bool {
                self.call.is_terminated()
            }
        }
    };
}

pub(super) use awaited;
