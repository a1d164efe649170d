//! Futures side by side, in the order in which they are written.
#![deny(warnings)]

use std::future::{pending, ready};

pub(crate) fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let Ok(runtime) = runtime else { panic!() };
    runtime.block_on(async {
        let (a, b) = flock::join!(ready(1), async { "two" });
        assert_eq!((a, b), (1, "two"));
        assert_eq!(flock::join_all([ready(1), ready(2)]).await, [1, 2]);

        // Where both are ready, the first wins: every time, or a replay would go another way.
        for _ in 0..100 {
            let first = flock::select! {
                () = fused(ready(())) => "first",
                () = fused(ready(())) => "second",
            };
            assert_eq!(first, "first");
        }
        let late = flock::select! {
            () = fused(pending()) => "never",
            () = fused(ready(())) => "second",
        };
        assert_eq!(late, "second");
    });
}

fn fused<F: Future>(
    future: F,
) -> flock::__private::futures_util::future::Fuse<std::pin::Pin<Box<F>>> {
    flock::__private::futures_util::FutureExt::fuse(Box::pin(future))
}
