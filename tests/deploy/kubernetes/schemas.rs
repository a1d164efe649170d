//! Kubernetes' own schema takes what is written, and what other projects document of their kinds.

use std::collections::BTreeSet;

use super::{BUILT, CONFIG, KINDS, Place, applied, manifests, of, paths};

/// The fields of kinds that are not Kubernetes' own, as far as they are used here. `*` is any key.
///
/// KEDA: <https://keda.sh/docs/2.21/reference/scaledobject-spec/>, …/scalers/temporal/, …/concepts/authentication/.
/// Worker Controller: `docs/configuration.md`, `docs/worker-resource-templates.md` and the CRDs' chart of its repository,
/// `temporalio/temporal-worker-controller` 1.8.
const FIELDS: [(&str, &str, &[&str]); 5] = [
    (
        "keda.sh/v1alpha1",
        "ScaledObject",
        &[
            "scaleTargetRef.name",
            "pollingInterval",
            "cooldownPeriod",
            "initialCooldownPeriod",
            "minReplicaCount",
            "maxReplicaCount",
            "fallback.failureThreshold",
            "fallback.replicas",
            "fallback.behavior",
            "advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.stabilizationWindowSeconds",
            "advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies.type",
            "advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies.value",
            "advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies.periodSeconds",
            "triggers.type",
            "triggers.authenticationRef.name",
            "triggers.metadata.endpoint",
            "triggers.metadata.namespace",
            "triggers.metadata.taskQueue",
            "triggers.metadata.queueTypes",
            "triggers.metadata.targetQueueSize",
            "triggers.metadata.workerDeploymentName",
            "triggers.metadata.workerDeploymentBuildId",
            "triggers.metadata.includeRunningWorkflowCount",
            "triggers.metadata.workflowTaskQueueForCount",
            "triggers.metadata.tlsServerName",
        ],
    ),
    (
        "keda.sh/v1alpha1",
        "TriggerAuthentication",
        &[
            "secretTargetRef.parameter",
            "secretTargetRef.name",
            "secretTargetRef.key",
        ],
    ),
    (
        "temporal.io/v1alpha1",
        "Connection",
        &[
            "hostPort",
            "tls.serverName",
            "mutualTLSSecretRef.name",
            "apiKeySecretRef.name",
            "apiKeySecretRef.key",
        ],
    ),
    (
        "temporal.io/v1alpha1",
        "WorkerDeployment",
        &[
            "minReadySeconds",
            "progressDeadlineSeconds",
            "workerOptions.connectionRef.name",
            "workerOptions.temporalNamespace",
            "rollout.strategy",
            "rollout.steps.rampPercentage",
            "rollout.steps.pauseDuration",
            "sunset.scaledownDelay",
            "sunset.deleteDelay",
            // A pod's template, which Kubernetes' own schema takes in a Deployment.
            "template.*",
        ],
    ),
    (
        "temporal.io/v1alpha1",
        "WorkerResourceTemplate",
        &["workerDeploymentRef.name", "template.*"],
    ),
];

/// Every kind with every configuration that makes another file of it.
pub(super) async fn schemas() {
    let key = "[temporal]\naddress = 'a.tmprl.cloud:7233'\napi_key_env = 'SHOP_KEY'";
    for config in ["", CONFIG, key] {
        let place = Place::new(config);
        for kind in KINDS {
            for image in [&[][..], &BUILT] {
                let manifests = manifests(&place, kind, image).await;
                assert!(!of(&manifests, "Namespace").is_empty());
                for document in applied(&manifests) {
                    let version = document["apiVersion"].as_str().unwrap();
                    let name = document["kind"].as_str().unwrap();
                    let known = FIELDS
                        .iter()
                        .find(|(known, kind, _)| *known == version && *kind == name);
                    let Some((.., fields)) = known else {
                        // Kubernetes has taken it.
                        assert!(!version.contains("keda") && !version.contains("temporal"));
                        continue;
                    };
                    let mut found = BTreeSet::new();
                    paths(&document["spec"], "", &mut found);
                    for path in found {
                        let fits = fields.iter().any(|field| match field.strip_suffix('*') {
                            Some(start) => path.starts_with(start),
                            None => path == *field,
                        });
                        assert!(fits, "{kind}: {name} has no {path}");
                    }
                }
            }
        }
    }
}
