//! What the kinds for Kubernetes have in common: the facts once more, in Kubernetes' words.

use serde::Serialize;

use super::{
    facts::{Facts, SecretFile, WorkerFacts},
    files::File,
    names,
    place::Place,
    render::render,
};
use crate::{cli::exit::Fault, text::hash::Fnv};

/// The user that the program runs as: some number that is not root's, whatever the image says.
const USER: u32 = 10001;
/// Where Temporal is when nothing says it: as its Helm chart has it, by `deploy helm`.
const TEMPORAL: &str = "temporal-frontend.temporal";
/// The namespace there.
pub(super) const RELEASE_NAMESPACE: &str = "temporal";
/// Where the program finds its `flock.toml`.
const CONFIG: &str = "/etc/flock/flock.toml";

/// What templates of manifests are given.
#[derive(Debug, Serialize)]
pub(super) struct Cluster<'a> {
    pub(super) facts: &'a Facts,
    /// None where the image names none.
    pub(super) build: Option<Build>,
    pub(super) config: Option<ConfigMap<'a>>,
    pub(super) temporal: Temporal,
    /// Of each worker, but for its secrets.
    pub(super) variables: Vec<Variable<'a>>,
    pub(super) secrets: Vec<SecretVariable<'a>>,
    pub(super) files: Vec<&'a SecretFile>,
    pub(super) secrets_folder: String,
    pub(super) secret_name: String,
    metrics_service: String,
    pub(super) workers: Vec<Pod<'a>>,
    /// What sets the number of workers, as kubectl calls it.
    pub(super) scaler: &'static str,
    user: u32,
}

/// Workers of one image, as Temporal tells them from others.
#[derive(Debug, Serialize)]
pub(super) struct Build {
    /// The Worker Deployment.
    pub(super) deployment: String,
    pub(super) id: String,
    /// The same as the value of a label.
    label: String,
    /// Of the job that has new runs go there.
    job: String,
    /// What that does.
    args: Vec<String>,
}

/// The program's `flock.toml`.
#[derive(Debug, Serialize)]
pub(super) struct ConfigMap<'a> {
    name: String,
    text: &'a str,
}

/// Where Temporal is.
#[derive(Debug, Serialize)]
pub(super) struct Temporal {
    /// Host and port.
    pub(super) address: String,
    pub(super) host: String,
    port: u16,
    /// The namespace that it is in, where it is in this cluster.
    in_cluster: Option<String>,
    tls: bool,
    pub(super) server_name: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Variable<'a> {
    name: &'a str,
    value: String,
}

/// A variable that has its value from a Secret.
#[derive(Debug, Serialize)]
pub(super) struct SecretVariable<'a> {
    pub(super) name: &'a str,
    pub(super) key: &'a str,
    pub(super) what: &'a str,
}

/// The workers of a task queue.
#[derive(Debug, Serialize)]
pub(super) struct Pod<'a> {
    #[serde(flatten)]
    pub(super) of: &'a WorkerFacts,
    /// The name of its Deployment: that of a build has the build in it.
    pub(super) object: String,
    args: Vec<String>,
    at_least_one: u32,
    at_most: u32,
}

impl<'a> Cluster<'a> {
    pub(super) fn of(facts: &'a Facts) -> Self {
        let build = Build::of(facts);
        let temporal = Temporal::of(facts);
        let config = facts.config.as_deref().map(|text| ConfigMap {
            name: format!("{}-config-{:08x}", facts.name, short(text)),
            text,
        });
        let secrets = facts.variables.iter().map(|secret| SecretVariable {
            name: &secret.variable,
            key: &secret.key,
            what: &secret.what,
        });
        let workers = facts.workers.iter().map(|worker| Pod {
            of: worker,
            object: match &build {
                Some(build) => names::label(&format!("{}-{}", worker.name, build.id)),
                None => worker.name.clone(),
            },
            args: args(worker),
            at_least_one: worker.min_replicas.max(1),
            at_most: worker.max_replicas.max(1),
        });
        let mut cluster = Self {
            facts,
            variables: Vec::new(),
            secrets: secrets.collect(),
            files: facts.secret_files.iter().collect(),
            secrets_folder: format!("/run/secrets/{}", facts.name),
            secret_name: format!("{}-secrets", facts.name),
            metrics_service: format!("{}-metrics", facts.name),
            workers: workers.collect(),
            build,
            config,
            temporal,
            scaler: "hpa",
            user: USER,
        };
        cluster.variables = cluster.set();
        let told = cluster.told();
        if let Some(build) = &mut cluster.build {
            build.job = names::label(&format!("{}-route-{}-{told:08x}", facts.name, build.id));
        }
        cluster
    }

    /// Of what a container is given: a job cannot be changed, and is another one where this is another.
    fn told(&self) -> u64 {
        let (image, config) = (&self.facts.image, &self.config);
        let given = (&self.variables, &self.secrets, &self.files);
        short(&format!("{image} {config:?} {given:?}"))
    }

    /// The variables of each worker.
    fn set(&self) -> Vec<Variable<'a>> {
        let facts = self.facts;
        let mut variables = vec![
            (
                "FLOCK_METRICS_LISTEN",
                format!("0.0.0.0:{}", facts.metrics_port),
            ),
            ("TEMPORAL_ADDRESS", self.temporal.address.clone()),
            ("TEMPORAL_NAMESPACE", facts.temporal.namespace.clone()),
        ];
        if facts.temporal.tls {
            variables.push(("TEMPORAL_TLS", "true".to_owned()));
        }
        if let Some(name) = &facts.temporal.server_name {
            variables.push(("TEMPORAL_TLS_SERVER_NAME", name.clone()));
        }
        if let Some(build) = &self.build {
            variables.push(("TEMPORAL_DEPLOYMENT_NAME", build.deployment.clone()));
            variables.push(("TEMPORAL_WORKER_BUILD_ID", build.id.clone()));
        }
        if self.config.is_some() {
            variables.push(("FLOCK_CONFIG", CONFIG.to_owned()));
        }
        if let Some(profile) = &facts.profile {
            variables.push(("FLOCK_PROFILE", profile.clone()));
        }
        let files = facts.secret_files.iter();
        variables.extend(files.map(|file| (file.variable, file.path.clone())));
        let variables = variables.into_iter().map(|(name, value)| Variable {
            name,
            value: literal(&value),
        });
        variables.collect()
    }

    /// Leaves these variables to somebody else, and the files that they lead to.
    pub(super) fn without(&mut self, names: &[&str]) {
        self.variables
            .retain(|variable| !names.contains(&variable.name));
        self.secrets.retain(|secret| !names.contains(&secret.name));
        self.files.retain(|file| !names.contains(&file.variable));
    }

    /// A file by its template.
    pub(super) fn file(&self, path: &str, template: &str) -> Result<File, Fault> {
        Ok(File::new(path, render(path, template, self)?))
    }

    /// One of a single worker, which the template calls `worker`.
    pub(super) fn file_of(
        &self,
        worker: &Pod<'_>,
        path: &str,
        template: &str,
    ) -> Result<File, Fault> {
        #[derive(Serialize)]
        struct One<'a> {
            worker: &'a Pod<'a>,
            #[serde(flatten)]
            cluster: &'a Cluster<'a>,
        }
        let one = One {
            worker,
            cluster: self,
        };
        Ok(File::new(path, render(path, template, &one)?))
    }
}

impl Build {
    fn of(facts: &Facts) -> Option<Self> {
        let id = id(&facts.image)?;
        // A label has at most 63 letters, with a letter or digit at each end.
        let label = &id[..id.len().min(63)];
        let label = label.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let deployment = facts.deployment.as_ref().unwrap_or(&facts.name);
        let args = ["deployments", "set-current", deployment, "--build-id", id];
        Some(Self {
            deployment: deployment.clone(),
            id: id.to_owned(),
            label: label.to_owned(),
            job: String::new(),
            args: args.map(literal).to_vec(),
        })
    }
}

/// The build that an image names: its tag, or its digest. `latest` is whatever is newest, and so none.
fn id(image: &str) -> Option<&str> {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    // The colon of a registry's port is before the last slash.
    let last = name.rsplit('/').next().unwrap_or(name);
    let tag = last.split_once(':').map(|(_, tag)| tag);
    let tag = tag.filter(|tag| *tag != "latest");
    let digest = digest.map(|digest| digest.rsplit(':').next().unwrap_or(digest));
    let short = digest.and_then(|digest| digest.get(..12));
    let id = tag.or(short)?;
    let fits = id.chars().any(|c| c.is_ascii_alphanumeric());
    fits.then_some(id)
}

impl Temporal {
    pub(super) fn of(facts: &Facts) -> Self {
        let temporal = &facts.temporal;
        let is_https = |address: &str| address.starts_with("https://");
        let by_itself = match temporal.address.as_deref().is_some_and(is_https) {
            true => 443,
            false => 7233,
        };
        let (host, port) = match &temporal.place {
            Some(Place { host, port }) => (&**host, port.unwrap_or(by_itself)),
            None => (TEMPORAL, by_itself),
        };
        let in_cluster = match host == TEMPORAL {
            true => Some(RELEASE_NAMESPACE),
            false => in_cluster(host, &facts.namespace),
        };
        Self {
            address: format!("{host}:{port}"),
            host: host.to_owned(),
            port,
            in_cluster: in_cluster.map(str::to_owned),
            tls: temporal.tls,
            server_name: temporal.server_name.clone(),
        }
    }
}

/// The namespace of a Service, by the name of its host, as one of the namespace `own` calls it. `temporal.shop` may as well
/// be a host of the world's.
fn in_cluster<'a>(host: &'a str, own: &'a str) -> Option<&'a str> {
    let words: Vec<_> = host.split('.').collect();
    match words[..] {
        // An IPv6 address has colons, and no dots either.
        [_] if !host.contains(':') => Some(own),
        [_, namespace, "svc", ..] => Some(namespace),
        _ => None,
    }
}

/// What a container is called with.
fn args(worker: &WorkerFacts) -> Vec<String> {
    let arguments = worker.arguments.iter().map(|argument| literal(argument));
    arguments.chain(["--log-format=json".to_owned()]).collect()
}

/// Kubernetes puts variables in for `$(NAME)`, and takes each `$$` for one `$`.
fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

/// Tells one text from another, by eight digits.
fn short(text: &str) -> u64 {
    let mut hash = Fnv::default();
    hash.take(text.as_bytes());
    let hash = hash.end();
    // Both halves count.
    (hash >> 32) ^ (hash & 0xffff_ffff)
}

#[cfg(test)]
mod tests {
    use super::{
        super::facts::{Features, Secret, Temporal as TemporalFacts},
        *,
    };

    fn facts(image: &str, address: Option<&str>) -> Facts {
        Facts {
            program: "shop".to_owned(),
            name: "shop".to_owned(),
            image: image.to_owned(),
            namespace: "shop".to_owned(),
            temporal: TemporalFacts {
                address: address.map(str::to_owned),
                place: address.map(|address| Place::of(address).unwrap()),
                namespace: "default".to_owned(),
                tls: false,
                server_name: None,
                api_key_env: None,
            },
            workers: Vec::new(),
            variables: Vec::new(),
            secret_files: Vec::new(),
            large_values: None,
            metrics_port: 9464,
            grace_seconds: 30,
            config: None,
            profile: None,
            deployment: None,
            outbound: [443].into(),
            features: Features {
                models: true,
                otlp: false,
                mcp: false,
            },
        }
    }

    #[test]
    fn temporal_is_where_the_configuration_has_it() {
        for (said, address, in_cluster) in [
            (None, "temporal-frontend.temporal:7233", Some("temporal")),
            (Some("frontend"), "frontend:7233", Some("shop")),
            (
                Some("frontend.t.svc:7000"),
                "frontend.t.svc:7000",
                Some("t"),
            ),
            (Some("temporal.example:7000"), "temporal.example:7000", None),
            (
                Some("http://temporal.example/a"),
                "temporal.example:7233",
                None,
            ),
            (
                Some("https://temporal.example"),
                "temporal.example:443",
                None,
            ),
            (Some("[fd00::7]:7000"), "[fd00::7]:7000", None),
            (Some("[fd00::7]"), "[fd00::7]:7233", None),
        ] {
            let temporal = Temporal::of(&facts("shop:1", said));
            assert_eq!(temporal.address, address);
            assert_eq!(
                format!("{}:{}", temporal.host, temporal.port),
                address,
                "its parts"
            );
            assert_eq!(temporal.in_cluster.as_deref(), in_cluster, "{address}");
        }
    }

    /// Kubernetes refuses a change of a job that has run: what it is given is in its name.
    #[test]
    fn what_a_job_is_given_makes_it_another() {
        let job = |change: fn(&mut Facts)| {
            let mut facts = facts("shop:1", None);
            change(&mut facts);
            Cluster::of(&facts).build.unwrap().job
        };
        let first = job(|_| ());
        assert_eq!(job(|_| ()), first);
        assert!(first.starts_with("shop-route-1-"), "{first}");
        let changes: [fn(&mut Facts); 4] = [
            |facts| facts.image = "other.example/shop:1".to_owned(),
            |facts| facts.config = Some("[worker]\n".to_owned()),
            |facts| facts.temporal.tls = true,
            |facts| {
                facts.variables.push(Secret {
                    variable: "OPENAI_API_KEY".to_owned(),
                    key: "openai".to_owned(),
                    what: "a key".to_owned(),
                });
            },
        ];
        for (change, number) in changes.into_iter().zip(1..) {
            assert_ne!(job(change), first, "change {number}");
        }
        assert!(Cluster::of(&facts("shop", None)).build.is_none());
    }

    #[test]
    fn a_long_build_is_a_label_all_the_same() {
        let tag = format!("v1-{}-end", "x".repeat(59));
        let build = Build::of(&facts(&format!("shop:{tag}"), None)).unwrap();
        assert_eq!(build.id, tag);
        assert_eq!(build.label, tag[..62], "63 would end with `-`");
    }

    #[test]
    fn what_is_left_to_others_is_nowhere() {
        let mut facts = facts("shop:1", None);
        facts.secret_files.push(SecretFile {
            source: "key".to_owned(),
            key: "key".to_owned(),
            variable: "FLOCK_TEMPORAL__API_KEY_FILE",
            path: "/run/secrets/shop/key".to_owned(),
            what: "a key",
        });
        let mut cluster = Cluster::of(&facts);
        let named = |cluster: &Cluster<'_>, name: &str| {
            let variables = cluster.variables.iter().map(|variable| variable.name);
            let files = cluster.files.iter().map(|file| file.variable);
            variables
                .chain(files)
                .filter(|known| *known == name)
                .count()
        };
        assert_eq!(named(&cluster, "FLOCK_TEMPORAL__API_KEY_FILE"), 2);
        cluster.without(&["FLOCK_TEMPORAL__API_KEY_FILE", "TEMPORAL_ADDRESS"]);
        assert_eq!(named(&cluster, "FLOCK_TEMPORAL__API_KEY_FILE"), 0);
        assert_eq!(named(&cluster, "TEMPORAL_ADDRESS"), 0);
        assert_eq!(named(&cluster, "TEMPORAL_NAMESPACE"), 1);
    }

    #[test]
    fn a_build_is_what_the_image_is_called() {
        let digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        for (image, named) in [
            ("shop", None),
            ("shop:latest", None),
            ("localhost:5000/shop", None),
            ("localhost:5000/shop:1.4", Some("1.4")),
            ("registry.example.com/team/shop:v2-rc.1", Some("v2-rc.1")),
            (&format!("shop@{digest}"), Some("0123456789ab")),
            (&format!("shop:latest@{digest}"), Some("0123456789ab")),
            (&format!("shop:7@{digest}"), Some("7")),
            ("shop:_", None),
            ("shop:", None),
        ] {
            assert_eq!(id(image), named, "{image}");
        }
    }

    #[test]
    fn a_host_is_in_the_cluster_where_its_name_says_so() {
        for (host, namespace) in [
            ("temporal-frontend", Some("shop")),
            ("temporal-frontend.temporal.svc", Some("temporal")),
            ("temporal-frontend.t.svc.cluster.local", Some("t")),
            ("shop.a1b2c.tmprl.cloud", None),
            ("temporal.example", None),
            ("10.0.0.7", None),
            ("[fd00::7]", None),
        ] {
            assert_eq!(in_cluster(host, "shop"), namespace, "{host}");
        }
    }

    #[test]
    fn kubernetes_puts_no_variable_in() {
        assert_eq!(literal("a $(HOME) $$b"), "a $$(HOME) $$$$b");
    }
}
