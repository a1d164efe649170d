//! `deploy kubernetes`, `keda`, `worker-controller` and `helm`: by Kubernetes' own schema, by what other projects document
//! of their kinds, and by what becomes of containers that are begun as the manifests say.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::TcpListener,
    process::Stdio,
};

use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use super::{Place, succeeded, tools};
use crate::{
    codec,
    observed::asked,
    support::{address, test, until_some},
};

pub(super) fn trials() -> Vec<Trial> {
    vec![
        test("deploy::kubernetes::the_schemas_take_it", schemas),
        test("deploy::kubernetes::it_is_of_this_program", of_this_program),
        test("deploy::kubernetes::nothing_else_is_named", named),
        test("deploy::kubernetes::a_queue_is_a_deployment", queue),
        test("deploy::kubernetes::a_build_is_routed::temporal", routed),
        test("deploy::keda::it_scales_what_there_is", keda),
        test(
            "deploy::worker_controller::it_sets_the_rest::temporal",
            controlled,
        ),
        test("deploy::helm::its_keys_are_the_chart_s", helm),
    ]
}

const KINDS: [&str; 3] = ["kubernetes", "keda", "worker-controller"];
/// An image that names a build.
const BUILT: [&str; 2] = ["--image", "registry.example.com/shop:1.4.2"];
/// As hostile as a task queue may be named: Kubernetes looks for `$(…)` in what containers are called with.
const QUEUE: &str = "a \"$(b)\"/ü, c";

const CONFIG: &str = r#"
[temporal]
address = "temporal.example.com:7233"
namespace = "shop"
tls = true
tls_ca_path = "ca.pem"
tls_cert_path = "cert.pem"
tls_key_path = "key.pem"

[codec]
keys_file = "keys"

[worker]
grace = "65s"

[serve]
metrics_listen = "127.0.0.1:9111"

[models.smart]
model = "openai/qwen3"
base_url = "http://models.shop.svc:8080/v1"
api_key_env = "SHOP_MODEL_KEY"

[agents.pack]
task_queue = 'a "$(b)"/ü, c'

[deploy]
namespace = "stores"
min_replicas = 0

[deploy.queues.high]
cpu = 2
memory = "2 GiB"
min_replicas = 3
max_replicas = 7
"#;

/// Manifests, by file.
type Manifests = BTreeMap<String, Vec<Value>>;

/// What is written, which Kubernetes takes.
async fn manifests(place: &Place, kind: &str, args: &[&str]) -> Manifests {
    let _ = fs::remove_dir_all(place.path("out"));
    succeeded(&place.deploy(&[&[kind, "--yes"], args].concat()).await);
    let check = Command::new(tools().await.join("python"))
        .arg("-c")
        .arg(include_str!("manifests.py"))
        .arg(place.path("out"))
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&check.stderr);
    assert!(check.status.success(), "{kind}: {said}");
    serde_json::from_slice(&check.stdout).unwrap()
}

/// Those that are applied, each with its kind and name.
fn applied(manifests: &Manifests) -> Vec<&Value> {
    let list = &manifests["kustomization.yaml"][0]["resources"];
    let list: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    list.iter().flat_map(|name| &manifests[*name]).collect()
}

fn of<'a>(manifests: &'a Manifests, kind: &str) -> Vec<&'a Value> {
    let mut found = applied(manifests);
    found.retain(|document| document["kind"] == kind);
    found
}

fn one<'a>(manifests: &'a Manifests, kind: &str, name: &str) -> &'a Value {
    let found = of(manifests, kind);
    let found = found
        .iter()
        .find(|document| document["metadata"]["name"] == name);
    found.unwrap_or_else(|| panic!("no {kind} {name}: {:?}", names(manifests, kind)))
}

fn names<'a>(manifests: &'a Manifests, kind: &str) -> BTreeSet<&'a str> {
    let found = of(manifests, kind).into_iter();
    found
        .map(|document| document["metadata"]["name"].as_str().unwrap())
        .collect()
}

fn container(manifest: &Value) -> &Value {
    &manifest["spec"]["template"]["spec"]["containers"][0]
}

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

/// The paths of what is in a value, without the places in lists.
fn paths(value: &Value, path: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let joint = if path.is_empty() { "" } else { "." };
                paths(value, &format!("{path}{joint}{key}"), into);
            }
        }
        Value::Array(items) => {
            for item in items {
                paths(item, path, into);
            }
        }
        _ => {
            into.insert(path.to_owned());
        }
    }
}

/// Every kind with every configuration that makes another file of it.
async fn schemas() {
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

async fn of_this_program() {
    let place = Place::new(CONFIG);
    let manifests = manifests(&place, "kubernetes", &BUILT).await;
    let workers = names(&manifests, "Deployment");
    assert_eq!(workers.len(), 5, "{workers:?}");
    assert_eq!(workers, names(&manifests, "HorizontalPodAutoscaler"));
    // One a queue, whatever the build.
    assert!(names(&manifests, "PodDisruptionBudget").contains("pooled-shop-high"));

    let high = one(&manifests, "Deployment", "pooled-shop-high-1-4-2");
    assert_eq!(high["metadata"]["namespace"], "stores");
    let pod = &high["spec"]["template"]["spec"];
    assert_eq!(pod["terminationGracePeriodSeconds"], 75);
    let resources = &container(high)["resources"];
    assert_eq!(
        resources["requests"],
        json!({ "cpu": "2", "memory": "2Gi" })
    );
    let scaler = one(
        &manifests,
        "HorizontalPodAutoscaler",
        "pooled-shop-high-1-4-2",
    );
    assert_eq!(scaler["spec"]["minReplicas"], 3);
    assert_eq!(scaler["spec"]["maxReplicas"], 7);
    // The scaler's own has no zero.
    let scaler = one(&manifests, "HorizontalPodAutoscaler", "pooled-shop-1-4-2");
    assert_eq!(scaler["spec"]["minReplicas"], 1);

    for deployment in of(&manifests, "Deployment") {
        assert_eq!(deployment["spec"].get("replicas"), None);
        let template = &deployment["spec"]["template"];
        let labels = template["metadata"]["labels"].as_object().unwrap();
        let selected = |by: &Value| {
            by.as_object()
                .unwrap()
                .iter()
                .all(|(key, value)| labels.get(key) == Some(value))
        };
        assert!(selected(&deployment["spec"]["selector"]["matchLabels"]));
        // Each of them is reached by what is around it.
        let service = one(&manifests, "Service", "pooled-shop-metrics");
        assert!(selected(&service["spec"]["selector"]));
        let policy = one(&manifests, "NetworkPolicy", "pooled-shop");
        assert!(selected(&policy["spec"]["podSelector"]["matchLabels"]));
        let budgets = of(&manifests, "PodDisruptionBudget");
        let budgets = budgets
            .iter()
            .filter(|budget| selected(&budget["spec"]["selector"]["matchLabels"]));
        assert_eq!(budgets.count(), 1);
        // And asks nothing of Kubernetes.
        let pod = &template["spec"];
        assert_eq!(pod["automountServiceAccountToken"], false);
        assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
        let security = &container(deployment)["securityContext"];
        assert_eq!(security["readOnlyRootFilesystem"], true);
        // Where it answers is where it is asked.
        let port = json!(9111);
        let annotations = &template["metadata"]["annotations"];
        assert_eq!(container(deployment)["ports"][0]["containerPort"], port);
        assert_eq!(annotations["prometheus.io/port"], "9111");
        assert_eq!(policy["spec"]["ingress"][0]["ports"][0]["port"], port);
        assert_eq!(
            environment(deployment)["FLOCK_METRICS_LISTEN"],
            "0.0.0.0:9111"
        );
    }

    let policy = one(&manifests, "NetworkPolicy", "pooled-shop");
    let ports: BTreeSet<_> = policy["spec"]["egress"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|rule| rule["ports"].as_array().unwrap())
        .map(|port| port["port"].as_u64().unwrap())
        .collect();
    assert_eq!(ports, [53, 443, 7233, 8080].into());

    let config = &of(&manifests, "ConfigMap")[0];
    assert_eq!(config["data"]["flock.toml"], CONFIG);
    // Another text has another name, which pods ask for.
    let other = Place::new(&CONFIG.replace("65s", "2m"));
    let other = self::manifests(&other, "kubernetes", &BUILT).await;
    assert_ne!(
        config["metadata"]["name"],
        of(&other, "ConfigMap")[0]["metadata"]["name"]
    );

    // What is asked of the Secret is in the example, which is not applied.
    let example = &manifests["secret.example.yaml"][0];
    assert_eq!(example["kind"], "Secret");
    assert!(of(&manifests, "Secret").is_empty());
    let keys: BTreeSet<_> = example["stringData"].as_object().unwrap().keys().collect();
    let pod = &high["spec"]["template"]["spec"];
    let mut asked: BTreeSet<_> = secrets(high).into_values().collect();
    for volume in pod["volumes"].as_array().unwrap() {
        let items = volume["secret"]["items"].as_array().into_iter().flatten();
        asked.extend(items.map(|item| item["key"].as_str().unwrap().to_owned()));
    }
    assert_eq!(asked.iter().collect::<BTreeSet<_>>(), keys);
    assert_eq!(asked.len(), 5);
}

/// What a container finds in its environment, as Kubernetes reads it, without secrets.
fn environment(manifest: &Value) -> BTreeMap<String, String> {
    let variables = container(manifest)["env"].as_array().unwrap().iter();
    let variables = variables.filter_map(|variable| {
        let value = variable["value"].as_str()?;
        let name = variable["name"].as_str().unwrap();
        Some((name.to_owned(), value.replace("$$", "$")))
    });
    variables.collect()
}

/// Its variables with secrets, each with the key.
fn secrets(manifest: &Value) -> BTreeMap<String, String> {
    let variables = container(manifest)["env"].as_array().unwrap().iter();
    let variables = variables.filter_map(|variable| {
        let key = variable["valueFrom"]["secretKeyRef"]["key"].as_str()?;
        let name = variable["name"].as_str().unwrap();
        Some((name.to_owned(), key.to_owned()))
    });
    variables.collect()
}

/// What it is called with, as Kubernetes reads it.
fn arguments(manifest: &Value) -> Vec<String> {
    let arguments = container(manifest)["args"].as_array().unwrap().iter();
    arguments
        .map(|argument| argument.as_str().unwrap().replace("$$", "$"))
        .collect()
}

/// Every command line and variable is one that the program knows.
async fn named() {
    let page = include_str!("../../docs/flock-toml.md");
    let mut seen = BTreeSet::new();
    for kind in KINDS {
        let place = Place::new(CONFIG);
        let manifests = manifests(&place, kind, &BUILT).await;
        let pods: Vec<_> = applied(&manifests)
            .into_iter()
            .filter(|document| container(document).is_object())
            .collect();
        assert!(pods.len() >= 5, "{kind}");
        for manifest in pods {
            let arguments = arguments(manifest);
            let words: Vec<_> = arguments.iter().map(String::as_str).collect();
            // An unknown word is told before the help.
            let help = place
                .call(&[&words[..], &["--help"]].concat())
                .output()
                .await;
            succeeded(&help.unwrap());
            for name in environment(manifest).into_keys() {
                let is_key = name.starts_with("FLOCK_") && name.contains("__");
                assert!(is_key || page.contains(&format!("`{name}`")), "{name}");
                seen.insert(name);
            }
        }
    }
    // Those that are keys of flock.toml are told where there is no such key.
    let place = Place::new(CONFIG);
    let keys = place.path("keys");
    fs::write(&keys, format!("a={}=", "A".repeat(43))).unwrap();
    let mut check = place.call(&["config", "check"]);
    let paths: Vec<_> = seen.iter().filter(|name| name.contains("__")).collect();
    assert_eq!(paths, ["FLOCK_CODEC__KEYS_FILE"]);
    check.env(paths[0], keys);
    let said = check.output().await.unwrap();
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(!said.contains("FLOCK_"), "{said}");
}

/// One that is named anew has a Deployment of its own, whatever its name.
async fn queue() {
    let before = manifests(&Place::new(""), "kubernetes", &[]).await;
    let after = manifests(&Place::new(CONFIG), "kubernetes", &[]).await;
    let (old, all) = (names(&before, "Deployment"), names(&after, "Deployment"));
    assert!(old.is_subset(&all) && old.len() == 4, "{all:?}");
    let new: Vec<_> = all.difference(&old).collect();
    let [name] = new[..] else { panic!("{new:?}") };
    let deployment = one(&after, "Deployment", name);
    // `--queues` takes several by commas.
    let called = [
        "worker",
        &format!("--task-queue={QUEUE}"),
        "--log-format=json",
    ];
    assert_eq!(arguments(deployment), called);
    // `latest` names no build: the worker is not versioned, and nothing has to be routed.
    assert!(!environment(deployment).contains_key("TEMPORAL_DEPLOYMENT_NAME"));
    assert!(of(&after, "Job").is_empty());
}

/// A container, begun as a manifest says on the tests' server. Killed when dropped.
struct Begun {
    _worker: Child,
    door: String,
}

/// The variables of a container, where its network and its volumes are this machine's.
async fn variables(
    place: &Place,
    manifest: &Value,
    manifests: &Manifests,
) -> (BTreeMap<String, String>, String) {
    let config = &of(manifests, "ConfigMap")[0]["data"]["flock.toml"];
    let path = place.path("mounted.toml");
    fs::write(&path, config.as_str().unwrap()).unwrap();
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut variables = environment(manifest);
    let mut here = |name: &str, value: String| {
        assert!(variables.insert(name.to_owned(), value).is_some(), "{name}");
    };
    here("FLOCK_METRICS_LISTEN", free.to_string());
    here("FLOCK_CONFIG", path.display().to_string());
    variables.insert("TEMPORAL_ADDRESS".to_owned(), address().await);
    (variables, free.to_string())
}

/// With what the pod says, and nothing of this shell's.
fn command(place: &Place, arguments: &[String], variables: &BTreeMap<String, String>) -> Command {
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let mut command = place.call(&words);
    command.env_clear().envs(variables);
    command
}

impl Begun {
    async fn of(
        place: &Place,
        manifest: &Value,
        manifests: &Manifests,
        set: &[(&str, String)],
    ) -> Self {
        let (mut variables, door) = variables(place, manifest, manifests).await;
        for (name, value) in set {
            // Kubernetes warns of a name that comes twice.
            let before = variables.insert((*name).to_owned(), value.clone());
            assert_eq!(before, None, "{name}");
        }
        let mut worker = command(place, &arguments(manifest), &variables);
        let worker = worker.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self {
            _worker: worker.unwrap(),
            door,
        }
    }

    /// Until the probes that the manifest names are answered, as is Prometheus.
    async fn ready(&self, manifest: &Value) {
        let container = container(manifest);
        let metrics = &manifest["spec"]["template"]["metadata"]["annotations"];
        let metrics = metrics["prometheus.io/path"].as_str().unwrap();
        let mut paths = vec![metrics];
        for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
            let probe = &container[probe]["httpGet"];
            assert_eq!(probe["port"], container["ports"][0]["name"]);
            paths.push(probe["path"].as_str().unwrap());
        }
        let listens = async || {
            let stream = tokio::net::TcpStream::connect(&self.door).await;
            stream.ok().map(drop)
        };
        until_some("a worker that listens", listens).await;
        for path in paths {
            let answers = async || (asked(&self.door, path).await.0 == 200).then_some(());
            until_some(path, answers).await;
        }
    }
}

/// What a run gives that is started now, with what the pods say of where Temporal is.
async fn ran(place: &Place, variables: &BTreeMap<String, String>) -> String {
    let run = ["run", "order", "--engine=temporal", "--input=item=lamp"];
    let run = run.map(str::to_owned);
    let ran = command(place, &run, variables).output().await.unwrap();
    succeeded(&ran);
    String::from_utf8(ran.stdout).unwrap()
}

/// Where nothing is said of secrets and TLS, in a namespace of the test's own.
async fn own() -> Place {
    Place::new(&format!(
        "[temporal]\nnamespace = '{}'\n",
        codec::namespace().await
    ))
}

/// The workers of a build come, the job has new runs go to it, and a run is done there.
async fn routed() {
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

async fn keda() {
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

/// What the controller sets, its documentation says; the rest of a worker is in the manifest, and it works.
async fn controlled() {
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
        begun.push((
            worker,
            Begun::of(&place, worker, &manifests, &set(name)).await,
        ));
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
    let mutual = self::manifests(&place, "worker-controller", &BUILT).await;
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
    let keyed = self::manifests(&place, "worker-controller", &BUILT).await;
    let connection = &of(&keyed, "Connection")[0]["spec"];
    assert_eq!(connection["apiKeySecretRef"]["key"], "shop-key");
    assert_eq!(
        secrets(one(&keyed, "WorkerDeployment", "pooled-shop"))["SHOP_KEY"],
        "shop-key"
    );
}

/// The keys that the chart's `values.yaml` (1.6.0) has, those that it only shows in comments (`sql`), and those that its
/// templates read beside it.
const CHART: &[&str] = &[
    "server.replicaCount",
    "server.config.logLevel",
    "server.config.persistence.defaultStore",
    "server.config.persistence.visibilityStore",
    "server.config.persistence.numHistoryShards",
    "sql.createDatabase",
    "sql.manageSchema",
    "sql.pluginName",
    "sql.databaseName",
    "sql.connectAddr",
    "sql.connectProtocol",
    "sql.user",
    "sql.existingSecret",
    "sql.secretKey",
    "sql.maxConns",
    "sql.maxIdleConns",
    "sql.maxConnLifetime",
    "server.config.namespaces.create",
    "server.config.namespaces.namespace.name",
    "server.config.namespaces.namespace.retention",
    "server.tls.*.enabled",
    "server.tls.*.secretName",
    "server.tls.*.serverName",
    "server.tls.*.requireClientAuth",
    "server.metrics.annotations.enabled",
    "server.*.replicaCount",
    "server.*.podDisruptionBudget.maxUnavailable",
    "server.*.topologySpreadConstraints",
    "server.*.resources",
    "web.replicaCount",
    "web.podDisruptionBudget.maxUnavailable",
    "web.tls.enabled",
    "web.tls.secretName",
    "web.tls.serverName",
    "web.tls.enableHostVerification",
    "schema.useHelmHooks",
];

async fn helm() {
    for (config, tls) in [("", false), (CONFIG, true)] {
        let place = Place::new(config);
        let files = place.files("helm").await;
        let [(_, text)] = &files[..] else {
            panic!("{files:?}")
        };
        let values = super::yaml(text).await.remove(0);
        let mut found = BTreeSet::new();
        paths(&values, "", &mut found);
        for path in &found {
            let fits = CHART.iter().any(|key| chart_has(path, key));
            assert!(fits, "the chart has no {path}");
        }
        let server = &values["server"];
        let stores = &server["config"]["persistence"]["datastores"];
        assert_eq!(server["config"]["persistence"]["numHistoryShards"], 512);
        for store in ["default", "visibility"] {
            // No password is in it.
            assert_eq!(stores[store]["sql"]["existingSecret"], "temporal-postgres");
        }
        let namespace = &server["config"]["namespaces"]["namespace"][0]["name"];
        assert_eq!(namespace, if tls { "shop" } else { "default" });
        assert_eq!(server["tls"].is_object(), tls);
        if tls {
            let name = &server["tls"]["frontend"]["serverName"];
            assert_eq!(name, "temporal.example.com");
            assert_eq!(server["tls"]["frontend"]["requireClientAuth"], true);
        }
    }
}

/// Whether `key` is `path`, or stands for it.
fn chart_has(path: &str, key: &str) -> bool {
    let path = match path.strip_prefix("server.config.persistence.datastores.") {
        Some(store) => store.split_once('.').unwrap().1,
        None => path,
    };
    match key.split_once('*') {
        None => path == key || path.starts_with(&format!("{key}.")),
        Some((before, after)) => {
            let Some(rest) = path.strip_prefix(before) else {
                return false;
            };
            let service = rest.split('.').next().unwrap();
            let rest = &rest[service.len()..];
            let known = ["frontend", "history", "matching", "worker", "internode"];
            known.contains(&service) && (rest == after || rest.starts_with(&format!("{after}.")))
        }
    }
}
