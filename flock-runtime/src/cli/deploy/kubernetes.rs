//! `deploy kubernetes`: manifests, a Deployment for each task queue.

use serde::Serialize;

use super::{
    cluster::{Cluster, SecretVariable},
    facts::{Facts, SecretFile},
    files::File,
    render::render,
};
use crate::{cli::exit::Fault, error::word};

/// What is around the workers, before them and after.
const NAMESPACE: &str = include_str!("kubernetes/templates/namespace.yaml.jinja");
const ACCOUNT: &str = include_str!("kubernetes/templates/service-account.yaml.jinja");
const CONFIG: &str = include_str!("kubernetes/templates/config.yaml.jinja");
const SERVICE: &str = include_str!("kubernetes/templates/service.yaml.jinja");
const BUDGETS: &str = include_str!("kubernetes/templates/disruption-budgets.yaml.jinja");
const NETWORK: &str = include_str!("kubernetes/templates/network-policy.yaml.jinja");
const SECRET: &str = include_str!("kubernetes/templates/secret.example.yaml.jinja");
const KUSTOMIZATION: &str = include_str!("kubernetes/templates/kustomization.yaml.jinja");

const DEPLOYMENT: &str = concat!(
    include_str!("kubernetes/templates/deployment.yaml.jinja"),
    include_str!("kubernetes/templates/pod.yaml.jinja"),
    include_str!("kubernetes/templates/environment.yaml.jinja"),
);
/// The job that has new runs go to the build.
const ROUTE: &str = concat!(
    include_str!("kubernetes/templates/route.yaml.jinja"),
    include_str!("kubernetes/templates/environment.yaml.jinja"),
);
const AUTOSCALERS: &str = include_str!("kubernetes/templates/autoscalers.yaml.jinja");

pub(super) fn files(facts: &Facts) -> Result<Vec<File>, Fault> {
    let cluster = Cluster::of(facts);
    let mut files = deployments(&cluster)?;
    files.push(cluster.file("autoscalers.yaml", AUTOSCALERS)?);
    around(&cluster, files)
}

/// The workers themselves, which some autoscaler is to be put beside.
pub(super) fn deployments(cluster: &Cluster<'_>) -> Result<Vec<File>, Fault> {
    let mut files = Vec::new();
    for worker in &cluster.workers {
        let path = format!("deployment-{}.yaml", worker.of.name);
        files.push(cluster.file_of(worker, &path, DEPLOYMENT)?);
    }
    if cluster.build.is_some() {
        files.push(cluster.file("route.yaml", ROUTE)?);
    }
    Ok(files)
}

/// What workers need around them, whoever makes their Deployments; and the list of it all.
pub(super) fn around(cluster: &Cluster<'_>, workers: Vec<File>) -> Result<Vec<File>, Fault> {
    let mut files = vec![
        cluster.file("namespace.yaml", NAMESPACE)?,
        cluster.file("service-account.yaml", ACCOUNT)?,
    ];
    if cluster.config.is_some() {
        files.push(cluster.file("config.yaml", CONFIG)?);
    }
    files.extend(workers);
    files.push(cluster.file("service.yaml", SERVICE)?);
    files.push(cluster.file("disruption-budgets.yaml", BUDGETS)?);
    files.push(cluster.file("network-policy.yaml", NETWORK)?);
    let list = List {
        resources: files.iter().map(|file| &*file.path).collect(),
    };
    let list = render("kustomization.yaml", KUSTOMIZATION, &list)?;
    files.push(File::new("kustomization.yaml", list));
    files.extend(secret(cluster)?);
    Ok(files)
}

/// What kustomize puts together.
#[derive(Serialize)]
struct List<'a> {
    resources: Vec<&'a str>,
}

/// What the Secret has to have, as an example that is not applied.
fn secret(cluster: &Cluster<'_>) -> Result<Option<File>, Fault> {
    #[derive(Serialize)]
    struct Example<'a> {
        entries: Vec<Entry<'a>>,
        #[serde(flatten)]
        cluster: &'a Cluster<'a>,
    }
    let variables = cluster.secrets.iter().map(Entry::variable);
    let entries: Vec<_> = variables
        .chain(cluster.files.iter().map(|file| Entry::file(file)))
        .collect();
    if entries.is_empty() {
        return Ok(None);
    }
    let example = Example { entries, cluster };
    let text = render("secret.example.yaml", SECRET, &example)?;
    Ok(Some(File::new("secret.example.yaml", text)))
}

/// A key of the Secret.
#[derive(Serialize)]
struct Entry<'a> {
    key: &'a str,
    what: &'a str,
    /// How kubectl is told.
    shown: String,
}

impl<'a> Entry<'a> {
    fn variable(secret: &SecretVariable<'a>) -> Self {
        Self {
            key: secret.key,
            what: secret.what,
            shown: format!("--from-literal={}=\"${}\"", secret.key, secret.name),
        }
    }

    fn file(file: &'a SecretFile) -> Self {
        Self {
            key: &file.key,
            what: file.what,
            shown: format!("--from-file={}={}", file.key, word(&file.source)),
        }
    }
}
