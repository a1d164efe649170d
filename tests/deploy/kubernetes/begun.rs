//! Containers that are begun as the manifests say.

use std::{collections::BTreeMap, fs, net::TcpListener, process::Stdio};

use serde_json::Value;
use tokio::process::{Child, Command};

use super::{Manifests, Place, arguments, container, environment, of, succeeded};
use crate::{
    codec,
    observed::asked,
    support::{address, until_some},
};

/// A container, begun as a manifest says on the tests' server. Killed when dropped.
pub(super) struct Begun {
    _worker: Child,
    door: String,
}

/// The variables of a container, where its network and its volumes are this machine's.
pub(super) async fn variables(
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
pub(super) fn command(
    place: &Place,
    arguments: &[String],
    variables: &BTreeMap<String, String>,
) -> Command {
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let mut command = place.call(&words);
    command.env_clear().envs(variables);
    command
}

impl Begun {
    pub(super) async fn of(
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
    pub(super) async fn ready(&self, manifest: &Value) {
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
pub(super) async fn ran(place: &Place, variables: &BTreeMap<String, String>) -> String {
    let run = ["run", "order", "--engine=temporal", "--input=item=lamp"];
    let run = run.map(str::to_owned);
    let ran = command(place, &run, variables).output().await.unwrap();
    succeeded(&ran);
    String::from_utf8(ran.stdout).unwrap()
}

/// Where nothing is said of secrets and TLS, in a namespace of the test's own.
pub(super) async fn own() -> Place {
    Place::new(&format!(
        "[temporal]\nnamespace = '{}'\n",
        codec::namespace().await
    ))
}
