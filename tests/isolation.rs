//! Runs side by side on one worker keep to themselves.

use flock::{
    __private::futures_util::{StreamExt, stream},
    Runtime,
};
use libtest_mimic::Trial;

use crate::{
    flocks::traced::echoes,
    support::{local, temporal, test},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("isolation::local", || async { side_by_side(local()).await }),
        test("isolation::temporal", || async {
            side_by_side(temporal().await).await
        }),
    ]
}

async fn side_by_side(runtime: Runtime) {
    let mixed: Vec<(String, String)> = stream::iter(0..100)
        .map(|n| {
            let runtime = runtime.clone();
            async move {
                let text = format!("the text of run {n}");
                let run = runtime
                    .start::<echoes>(text.clone())
                    .await
                    .expect("a start");
                (text, run.result().await.expect("a result"))
            }
        })
        .buffer_unordered(100)
        .collect()
        .await;
    for (sent, given) in mixed {
        assert_eq!(sent, given);
    }
}
