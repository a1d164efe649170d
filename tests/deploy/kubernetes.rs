//! `deploy kubernetes`, `keda`, `worker-controller` and `helm`: by Kubernetes' own schema, by what other projects document
//! of their kinds, and by what becomes of containers that are begun as the manifests say.

mod begun;
mod helm;
mod keda;
mod routed;
mod schemas;
mod worker_controller;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::process::Command;

use super::{Place, succeeded, tools};
use crate::support::test;

pub(super) fn trials() -> Vec<Trial> {
    vec![
        test("deploy::kubernetes::the_schemas_take_it", schemas::schemas),
        test("deploy::kubernetes::it_is_of_this_program", of_this_program),
        test("deploy::kubernetes::nothing_else_is_named", named),
        test("deploy::kubernetes::a_queue_is_a_deployment", queue),
        test(
            "deploy::kubernetes::a_build_is_routed::temporal",
            routed::routed,
        ),
        test("deploy::keda::it_scales_what_there_is", keda::keda),
        test(
            "deploy::worker_controller::it_sets_the_rest::temporal",
            worker_controller::controlled,
        ),
        test("deploy::helm::its_keys_are_the_chart_s", helm::helm),
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
