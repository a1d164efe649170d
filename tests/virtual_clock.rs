//! Long flocks in short tests.

use std::{
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, SystemTime},
};

use flock::testing::with_virtual_clock;
use libtest_mimic::Trial;

use crate::{
    flocks::waiting::monitor,
    support::{PATIENCE, builder},
};

pub(crate) fn trials() -> Vec<Trial> {
    // Not within a tokio runtime: the virtual clock brings its own.
    vec![Trial::test("virtual_clock::thirty_days", || {
        let (done, end) = mpsc::channel();
        // On a thread of its own: on a real clock it would not come back for thirty days.
        let days = thread::spawn(move || {
            thirty_days();
            let _ = done.send(());
        });
        match end.recv_timeout(PATIENCE) {
            Err(RecvTimeoutError::Timeout) => Err("still waiting".into()),
            _ => days.join().map_err(|_| "it panicked".into()),
        }
    })]
}

fn thirty_days() {
    let real = SystemTime::now();
    let (sum, took) = with_virtual_clock(builder(), async |runtime| {
        let run = runtime.start::<monitor>(()).await.expect("a start");
        let sum = run.result().await.expect("a result");
        let description = run.describe().await.expect("a description");
        let (started, ended) = (description.started, description.ended);
        let took = ended
            .zip(started)
            .and_then(|(end, start)| end.duration_since(start).ok());
        (sum, took.unwrap_or_default())
    })
    .expect("a runtime");
    assert_eq!(sum, (0..720).sum::<u64>());
    assert!(
        took >= Duration::from_secs(30 * 86_400),
        "{took:?} on the virtual clock"
    );
    assert!(
        real.elapsed().unwrap_or_default() < Duration::from_secs(60),
        "it waited for real"
    );
}
