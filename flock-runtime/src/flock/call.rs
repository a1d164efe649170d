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
pub(super) enum Call<Options, T> {
    Ready(Options),
    Running(Running<T>),
}

/// What goes on. Looked at after its end, there is nothing to come: as with every fused future.
pub(super) type Running<T> = Fuse<LocalBoxFuture<'static, T>>;

// The options are handed on, never pinned.
impl<Options, T> Unpin for Call<Options, T> {}

impl<Options, T> Call<Options, T> {
    pub(super) fn new(options: Options) -> Self {
        Self::Ready(options)
    }

    /// Sets options; what goes on has none any more.
    pub(super) fn set(&mut self, set: impl FnOnce(&mut Options)) {
        if let Self::Ready(options) = self {
            set(options);
        }
    }

    /// Looks at it, and has it `begin` the first time.
    pub(super) fn look(
        &mut self,
        cx: &mut Context<'_>,
        begin: impl FnOnce(Options) -> Begun<T>,
    ) -> Poll<T> {
        if let Self::Ready(_) = self
            && let Self::Ready(options) = std::mem::replace(self, Self::Running(Fuse::terminated()))
        {
            match begin(options) {
                Begun::Ended(result) => return Poll::Ready(result),
                Begun::Running(running) => *self = Self::Running(running.fuse()),
            }
        }
        match self {
            Self::Running(running) => running.poll_unpin(cx),
            Self::Ready(_) => Poll::Pending,
        }
    }

    pub(super) fn is_terminated(&self) -> bool {
        matches!(self, Self::Running(running) if running.is_terminated())
    }

    /// As it is shown: whose call it is, and how far it has come.
    pub(super) fn show(&self, f: &mut fmt::Formatter<'_>, call: &str, of: &str) -> fmt::Result {
        match self {
            Self::Ready(_) => write!(f, "{call}({of}, ready)"),
            Self::Running(running) if running.is_terminated() => write!(f, "{call}(done)"),
            Self::Running(_) => write!(f, "{call}({of}, running)"),
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
