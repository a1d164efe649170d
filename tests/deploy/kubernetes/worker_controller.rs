//! What the Worker Controller is told, and what it sets.

use super::{
    BUILT, CONFIG, Place,
    begun::{Begun, command, own, ran, variables},
    environment, manifests, names, of, one, secrets,
};
use crate::support::until_some;

/// What the controller sets, its documentation says; the rest of a worker is in the manifest, and it works.
pub(super) async fn controlled() {
    let place = own().await;
    let namespace = environment(
        of(&manifests(&place, "kubernetes", &[]).await, "Deployment")[0],
    )["TEMPORAL_NAMESPACE"].clone();
    let manifests = manifests(&place, "worker-controller", &BUILT).await;
    assert!(of(&manifests, "Deployment").is_empty());
    let workers = names(&manifests, "WorkerDeployment");
    assert_eq!(names(&manifests, "WorkerResourceTemplate"), workers);
    let connection = &of(&manifests, "Connection")[0];
    assert_eq!(
        connection["spec"]["hostPort"],
        "temporal-frontend.temporal:7233"
    );
    let worker = one(&manifests, "WorkerDeployment", "pooled-shop");
    let options = &worker["spec"]["workerOptions"];
    assert_eq!(
        options["connectionRef"]["name"],
        connection["metadata"]["name"]
    );
    assert_eq!(options["temporalNamespace"], namespace);
    let steps = worker["spec"]["rollout"]["steps"].as_array().unwrap();
    let steps: Vec<_> = steps
        .iter()
        .map(|step| step["rampPercentage"].as_u64().unwrap())
        .collect();
    assert!(steps.is_sorted_by(|a, b| a < b) && steps.iter().all(|step| (1..100).contains(step)));

    let set = |name: &str| {
        let deployment = format!("pooled-shop/{name}");
        [
            ("TEMPORAL_NAMESPACE", namespace.clone()),
            ("TEMPORAL_DEPLOYMENT_NAME", deployment),
            ("TEMPORAL_WORKER_BUILD_ID", "1.4.2-ab12".to_owned()),
        ]
    };
    let mut begun = Vec::new();
    for name in &workers {
        let worker = one(&manifests, "WorkerDeployment", name);
        assert!(!environment(worker).contains_key("TEMPORAL_ADDRESS"));
        let process = Begun::of(&place, worker, &manifests, &set(name)).await;
        begun.push((worker, process));
    }
    let (mut variables, _) = variables(&place, worker, &manifests).await;
    variables.insert("TEMPORAL_NAMESPACE".to_owned(), namespace.clone());
    for (worker, begun) in &begun {
        begun.ready(worker).await;
        // As the controller does it.
        let name = format!(
            "pooled-shop/{}",
            worker["metadata"]["name"].as_str().unwrap()
        );
        let current = ["deployments", "set-current", &name, "--build-id=1.4.2-ab12"];
        let current = current.map(str::to_owned);
        let done = async || {
            let set = command(&place, &current, &variables).output().await;
            set.unwrap().status.success().then_some(())
        };
        until_some("its build is current", done).await;
    }
    let said = ran(&place, &variables).await;
    assert!(said.contains("one lamp, in paper"), "{said}");

    // Certificates and keys go the controller's ways, and not twice.
    let place = Place::new(CONFIG);
    let mutual = super::manifests(&place, "worker-controller", &BUILT).await;
    let connection = &of(&mutual, "Connection")[0]["spec"];
    assert_eq!(
        connection["mutualTLSSecretRef"]["name"],
        "pooled-shop-temporal-tls"
    );
    let said = environment(one(&mutual, "WorkerDeployment", "pooled-shop"));
    let said: Vec<_> = said
        .keys()
        .filter(|name| name.starts_with("TEMPORAL_"))
        .collect();
    assert_eq!(said, ["TEMPORAL_TLS_SERVER_CA_CERT_PATH"]);
    let place = Place::new("[temporal]\naddress = 'a.tmprl.cloud:7233'\napi_key_env = 'SHOP_KEY'");
    let keyed = super::manifests(&place, "worker-controller", &BUILT).await;
    let connection = &of(&keyed, "Connection")[0]["spec"];
    assert_eq!(connection["apiKeySecretRef"]["key"], "shop-key");
    assert_eq!(
        secrets(one(&keyed, "WorkerDeployment", "pooled-shop"))["SHOP_KEY"],
        "shop-key"
    );
}
