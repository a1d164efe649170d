//! What KEDA scales.

use std::collections::BTreeSet;

use super::{BUILT, CONFIG, Place, QUEUE, environment, manifests, names, of, one};

pub(super) async fn keda() {
    let place = Place::new(CONFIG);
    let manifests = manifests(&place, "keda", &BUILT).await;
    assert!(of(&manifests, "HorizontalPodAutoscaler").is_empty());
    let deployments = names(&manifests, "Deployment");
    assert_eq!(names(&manifests, "ScaledObject"), deployments);
    let object = |name: &str| one(&manifests, "ScaledObject", name);
    for deployment in &deployments {
        assert_eq!(
            object(deployment)["spec"]["scaleTargetRef"]["name"],
            *deployment
        );
    }
    // By the build that the workers say they are.
    let flocks = object("pooled-shop-1-4-2");
    let said = environment(one(&manifests, "Deployment", "pooled-shop-1-4-2"));
    let trigger = &flocks["spec"]["triggers"][0]["metadata"];
    assert_eq!(
        trigger["workerDeploymentName"],
        said["TEMPORAL_DEPLOYMENT_NAME"]
    );
    assert_eq!(
        trigger["workerDeploymentBuildId"],
        said["TEMPORAL_WORKER_BUILD_ID"]
    );
    assert_eq!(trigger["endpoint"], said["TEMPORAL_ADDRESS"]);
    assert_eq!(trigger["namespace"], said["TEMPORAL_NAMESPACE"]);
    assert_eq!(trigger["taskQueue"], "pooled_shop");
    assert_eq!(trigger["queueTypes"], "workflow,activity");
    // From zero only while no flock runs that may call the queue's agents.
    assert_eq!(flocks["spec"]["minReplicaCount"], 0);
    let background = object("pooled-shop-background-1-4-2");
    let counted: Vec<_> = background["spec"]["triggers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|trigger| {
            assert_eq!(trigger["metadata"]["includeRunningWorkflowCount"], "true");
            trigger["metadata"]["workflowTaskQueueForCount"]
                .as_str()
                .unwrap()
        })
        .collect();
    assert_eq!(counted, ["pooled_shop", "pooled_shop-scheduled"]);
    let high = &object("pooled-shop-high-1-4-2")["spec"];
    assert_eq!(high["minReplicaCount"], 3);
    let trigger = high["triggers"][0]["metadata"].as_object().unwrap();
    assert!(!trigger.contains_key("includeRunningWorkflowCount"));
    // KEDA refuses to count on a queue of such a name, so there one stays.
    let hostile = of(&manifests, "ScaledObject");
    let hostile = hostile
        .iter()
        .find(|object| object["spec"]["triggers"][0]["metadata"]["taskQueue"] == QUEUE);
    assert_eq!(hostile.unwrap()["spec"]["minReplicaCount"], 1);
    // By the workers' certificate.
    let shown = &of(&manifests, "TriggerAuthentication")[0]["spec"]["secretTargetRef"];
    let shown: BTreeSet<_> = shown
        .as_array()
        .unwrap()
        .iter()
        .map(|shown| shown["parameter"].as_str().unwrap())
        .collect();
    assert_eq!(shown, ["ca", "cert", "key"].into());
}
