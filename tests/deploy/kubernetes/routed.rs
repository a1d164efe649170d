//! A build, routed as the manifests say.

use serde_json::Value;

use super::{
    BUILT, arguments,
    begun::{Begun, command, own, ran, variables},
    manifests, of,
};
use crate::support::until_some;

/// The workers of a build come, the job has new runs go to it, and a run is done there.
pub(super) async fn routed() {
    let place = own().await;
    let manifests = manifests(&place, "kubernetes", &BUILT).await;
    let mut workers = Vec::new();
    for deployment in of(&manifests, "Deployment") {
        workers.push((
            deployment,
            Begun::of(&place, deployment, &manifests, &[]).await,
        ));
    }
    for (deployment, worker) in &workers {
        worker.ready(deployment).await;
    }
    let job = of(&manifests, "Job")[0];
    let (variables, _) = variables(&place, job, &manifests).await;
    let done = async || {
        let job = command(&place, &arguments(job), &variables).output().await;
        job.unwrap().status.success().then_some(())
    };
    until_some("the job is done", done).await;
    let said = ran(&place, &variables).await;
    assert!(said.contains("one lamp, in paper"), "{said}");
    let show = ["deployments", "show", "pooled-shop", "--json"].map(str::to_owned);
    let shown = command(&place, &show, &variables).output().await.unwrap();
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown["current"], "1.4.2");
}
