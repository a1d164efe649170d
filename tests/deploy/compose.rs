//! `deploy compose`, `deploy docker` and `deploy systemd`: by the tools that read their files, and by what becomes of
//! a worker that is begun as they say.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::TcpListener,
    process::Stdio,
};

use flock::dev_server::{DevServer, DevServerOptions};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use super::{Place, kinds, succeeded, tools, yaml};
use crate::support::{kill, test, until_some};

pub(super) fn trials() -> Vec<Trial> {
    vec![
        test("deploy::compose::the_schema_takes_it", schema),
        test("deploy::compose::it_is_of_this_program", of_this_program),
        test("deploy::compose::its_workers_work::temporal", works),
        test("deploy::compose::another_server_is_not_begun", elsewhere),
        test("deploy::compose::large_values_are_shared", large_values),
        test("deploy::compose::no_secret_is_written", secrets),
        test("deploy::compose::its_variables_are_the_program_s", known),
        test("deploy::docker::the_linter_takes_it", dockerfile),
        #[cfg(target_os = "linux")]
        test("deploy::systemd::systemd_takes_it", verified),
        #[cfg(target_os = "linux")]
        test("deploy::systemd::its_workers_work::temporal", unit_works),
    ]
}

/// As hostile as a task queue may be named.
const QUEUE: &str = "a \"$b\"/ü %n";

/// Large values are kept in a folder.
const FOLDER: &str = "[payloads]\nstore = 'file:///var/lib/pooled-shop/payloads'";

const CONFIG: &str = r#"
[temporal]
namespace = "shop"
api_key_file = "key"

[worker]
grace = "20s"

[models.smart]
model = "openai/gpt-4o"
api_key_env = "SHOP_MODEL_KEY"

[agents.pack]
task_queue = 'a "$b"/ü %n'

[deploy]
memory = "768 MiB"

[deploy.queues.high]
cpu = 2
min_replicas = 3
"#;

fn of<'a>(files: &'a [(String, String)], name: &str) -> &'a str {
    let found = files.iter().find(|(path, _)| path == name);
    &found.unwrap_or_else(|| panic!("no {name}")).1
}

async fn schema() {
    for config in [
        CONFIG,
        "",
        "[temporal]\naddress = 'a.example.com:7233'",
        FOLDER,
    ] {
        let place = Place::new(config);
        let files = place.files("compose").await;
        assert!(!of(&files, "compose.yaml").contains("version:"));
        let check = Command::new(tools().await.join("check-jsonschema"))
            .args(["--builtin-schema", "vendor.compose-spec"])
            .arg(place.path("out/compose.yaml"))
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&check.stdout);
        assert!(check.status.success(), "{said}");
    }
}

/// Every `${NAME…}` of a text.
fn variables(text: &str) -> BTreeSet<&str> {
    let parts = text.replace("$$", "  ");
    let at: Vec<_> = parts.match_indices("${").map(|(at, _)| at + 2).collect();
    at.into_iter()
        .map(|at| {
            let rest = &text[at..];
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            &rest[..end.unwrap()]
        })
        .collect()
}

/// As Compose reads a text: `$$` is `$`.
fn read(value: &Value) -> Vec<String> {
    let words = value.as_array().unwrap();
    words
        .iter()
        .map(|word| word.as_str().unwrap().replace("$$", "$"))
        .collect()
}

async fn of_this_program() {
    let place = Place::new(CONFIG);
    let files = place.files("compose").await;
    let text = of(&files, "compose.yaml");
    let document = yaml(text).await.remove(0);
    let services = document["services"].as_object().unwrap();
    let own: BTreeMap<_, _> = services
        .iter()
        .filter(|(_, service)| service["image"] == "pooled-shop:latest")
        .collect();
    let hostile = own.keys().find(|name| name.starts_with("pooled-shop-a"));
    let hostile = hostile.unwrap().as_str();
    let names: BTreeSet<_> = own.keys().map(|name| name.as_str()).collect();
    let pools = ["background", "high", "scheduled"].map(|pool| format!("pooled-shop-{pool}"));
    let mut wanted: BTreeSet<_> = pools.iter().map(String::as_str).collect();
    wanted.extend(["pooled-shop", hostile]);
    assert_eq!(names, wanted);
    assert_eq!(
        read(&services[hostile]["command"]),
        ["worker", &format!("--queues={QUEUE}")]
    );
    // What is waited for is there, and can be waited for.
    for (name, service) in services {
        for (of, how) in service["depends_on"].as_object().into_iter().flatten() {
            let of = &services[of];
            let fits = match how["condition"].as_str().unwrap() {
                "service_healthy" => of["healthcheck"].is_object(),
                "service_completed_successfully" => of["restart"] == "on-failure",
                other => panic!("{name}: {other}"),
            };
            assert!(fits, "{name}");
        }
        let image = service["image"].as_str().unwrap();
        assert!(
            own.contains_key(name) || !image.ends_with(":latest"),
            "{image}"
        );
    }
    // Sizes are those of [deploy].
    let limits = |name: &str| services[name]["deploy"]["resources"]["limits"].clone();
    let high = limits("pooled-shop-high");
    assert_eq!(high, json!({ "cpus": "2", "memory": "805306368b" }));
    assert_eq!(services["pooled-shop-high"]["deploy"]["replicas"], 3);
    assert_eq!(limits("pooled-shop")["cpus"], "0.5");
    assert_eq!(services["pooled-shop"]["stop_grace_period"], "30s");
    // What is asked for is in the example, and has no value there.
    let example = of(&files, ".env.example");
    let asked = example.lines().filter(|line| !line.starts_with('#'));
    let asked: BTreeSet<_> = asked.filter_map(|line| line.strip_suffix('=')).collect();
    assert_eq!(asked, variables(text));
    assert_eq!(asked, ["POSTGRES_PASSWORD", "SHOP_MODEL_KEY"].into());
    assert_eq!(document["secrets"].as_object().unwrap().len(), 1);
    let flock_toml = of(&files, "flock.deployed.toml");
    assert!(flock_toml.ends_with(CONFIG), "{flock_toml}");
}

async fn elsewhere() {
    let address = "temporal.example.com:7233";
    let place = Place::new(&format!("[temporal]\naddress = '{address}'\n"));
    let files = place.files("compose").await;
    let document = yaml(of(&files, "compose.yaml")).await.remove(0);
    let services = document["services"].as_object().unwrap();
    assert_eq!(services.len(), 4);
    for service in services.values() {
        assert_eq!(service["environment"]["TEMPORAL_ADDRESS"], address);
        assert!(service["depends_on"].is_null());
    }
    // This machine is not the container's.
    let place = Place::new("[temporal]\naddress = 'localhost:7233'\n");
    let document = yaml(of(&place.files("compose").await, "compose.yaml"))
        .await
        .remove(0);
    let environment = &document["services"]["pooled-shop"]["environment"];
    assert_eq!(environment["TEMPORAL_ADDRESS"], "temporal:7233");
}

/// What looks like a certificate and its key, as far as nobody connects by them.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";

/// What is in a worker's environment is what decides there: the program says so itself.
async fn known() {
    let config = "[temporal]\naddress = 'temporal.example.com:7233'\napi_key_file = 'a'\nconfig_file = 'b'\n\
        tls_ca_path = 'c'\ntls_cert_path = 'd'\ntls_key_path = 'e'\n[codec]\nkeys_file = 'f'\n\
        [profiles.production.temporal]\nnamespace = 'shop'\n";
    let place = Place::new(config);
    let mut deploy = place.call(&["deploy", "compose", "--out", "out"]);
    succeeded(
        &deploy
            .env("FLOCK_PROFILE", "production")
            .output()
            .await
            .unwrap(),
    );
    let text = fs::read_to_string(place.path("out/compose.yaml")).unwrap();
    let document = yaml(&text).await.remove(0);
    let service = &document["services"]["pooled-shop"];
    let said = environment(service);
    assert_eq!(said["TEMPORAL_NAMESPACE"], "shop");
    assert_eq!(service["configs"][0]["target"], said["FLOCK_CONFIG"]);
    let mounted = service["secrets"].as_array().unwrap();
    assert_eq!(mounted.len(), 6);
    // The same with the files where they can be here.
    let secrets = place.path("secrets");
    fs::create_dir_all(&secrets).unwrap();
    let mut show = place.call(&["config", "show", "--json"]);
    for (name, value) in &said {
        let value = match value.strip_prefix("/run/secrets/pooled-shop/") {
            Some(key) => {
                let target = mounted.iter().any(|secret| secret["target"] == **value);
                assert!(target, "{value}");
                let text = match key {
                    "temporal-toml" => "",
                    "temporal-ca" | "temporal-client-certificate" => CERTIFICATE,
                    "temporal-client-key" => KEY,
                    _ => "x",
                };
                fs::write(secrets.join(key), text).unwrap();
                secrets.join(key).display().to_string()
            }
            None => value.clone(),
        };
        show.env(name, value);
    }
    show.env("FLOCK_CONFIG", place.path("out/flock.deployed.toml"));
    let shown = show.output().await.unwrap();
    succeeded(&shown);
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    let lines = shown.as_array().unwrap().iter();
    let from: BTreeSet<_> = lines.filter_map(|line| line["from"].as_str()).collect();
    // The first two say where to look; the third is told by the workers that are begun.
    let others = ["FLOCK_CONFIG", "FLOCK_PROFILE", "FLOCK_METRICS_LISTEN"];
    for name in said.keys().filter(|name| !others.contains(&name.as_str())) {
        assert!(from.contains(name.as_str()), "{name} is none of {from:?}");
    }
    assert_eq!(said.len(), 11);
}

/// A folder of large values is one for all workers, and the program may write to it.
async fn large_values() {
    let place = Place::new(FOLDER);
    let files = place.files("compose").await;
    let document = yaml(of(&files, "compose.yaml")).await.remove(0);
    assert!(document["volumes"].get("large-values").is_some());
    let shared = json!([{ "type": "volume", "source": "large-values", "target": "/var/lib/pooled-shop/payloads" }]);
    let services = document["services"].as_object().unwrap();
    let own = services
        .values()
        .filter(|service| service["image"] == "pooled-shop:latest");
    for service in own.clone() {
        assert_eq!(service["volumes"], shared);
    }
    assert_eq!(own.count(), 4);
    let files = place.files("docker").await;
    linted(&place).await;
    let line = "    && install --directory --owner=10001 --group=10001 /var/lib/pooled-shop/payloads\nCOPY ";
    assert!(of(&files, "Dockerfile").contains(line));
}

async fn linted(place: &Place) {
    let lint = Command::new(tools().await.join("hadolint"))
        .arg(place.path("out/Dockerfile"))
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&lint.stdout);
    assert!(lint.status.success(), "{said}");
}

async fn dockerfile() {
    let place = Place::new("[worker]\ngrace = '1m'\n[serve]\nmetrics_listen = '0.0.0.0:9999'\n");
    let files = place.files("docker").await;
    linted(&place).await;
    let text = of(&files, "Dockerfile");
    for line in [
        "--locked --bin pooled_shop ",
        "\nEXPOSE 9999\n",
        "for up to 60 seconds",
        "\nUSER 10001:10001\n",
        "\nENTRYPOINT [\"/usr/local/bin/pooled_shop\"]\nCMD [\"worker\"]\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let ignored = of(&files, "Dockerfile.dockerignore");
    assert!(ignored.contains("\n**/.env\n"), "{ignored}");
}

/// What a file says of secrets is their names.
async fn secrets() {
    const PLANTED: &str = "sk-planted-where-nobody-looks";
    let place = Place::new(CONFIG);
    fs::write(place.path("key"), PLANTED).unwrap();
    for kind in kinds().await {
        let mut command = place.call(&["deploy", &kind, "--out", "out", "--yes"]);
        for variable in ["SHOP_MODEL_KEY", "POSTGRES_PASSWORD", "TEMPORAL_API_KEY"] {
            command.env(variable, PLANTED);
        }
        succeeded(&command.output().await.unwrap());
        for (name, text) in place.files(&kind).await {
            assert!(!text.contains(PLANTED), "{kind}: {name}");
        }
    }
}

/// A worker, as a file says that it is to be called; killed when dropped.
struct Begun {
    worker: Child,
    port: u16,
}

impl Begun {
    /// On this server, and answering at a port that is free.
    async fn of(
        server: &str,
        place: &Place,
        arguments: &[String],
        said: &BTreeMap<String, String>,
    ) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let mut command = place.call(&arguments);
        command.envs(said);
        command.env("TEMPORAL_ADDRESS", server);
        command.env("FLOCK_METRICS_LISTEN", format!("127.0.0.1:{port}"));
        command.env("FLOCK_CONFIG", place.path("out/flock.deployed.toml"));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let worker = command.spawn().unwrap();
        Self { worker, port }
    }

    async fn ready(&self, probe: &[String], said: u16) {
        let probe: Vec<_> = probe
            .iter()
            .map(|word| word.replace(&format!("/{said} "), &format!("/{} ", self.port)))
            .collect();
        until_some("a worker that is ready", async || {
            let asked = Command::new(&probe[0]).args(&probe[1..]).output().await;
            asked.unwrap().status.success().then_some(())
        })
        .await;
    }

    /// Asked to stop, it does.
    async fn stops(mut self) {
        assert!(kill("-TERM", self.worker.id().unwrap()).await);
        assert_eq!(self.worker.wait().await.unwrap().code(), Some(0));
    }
}

/// What a container finds in its environment, without what is of its own network.
fn environment(service: &Value) -> BTreeMap<String, String> {
    let all = service["environment"].as_object().unwrap().iter();
    let all = all.map(|(name, value)| (name.clone(), value.as_str().unwrap().replace("$$", "$")));
    all.collect()
}

async fn works() {
    let config = CONFIG
        .replace("namespace = \"shop\"\napi_key_file = \"key\"\n", "")
        .replace(
            "[models.smart]",
            "[serve]\nmetrics_listen = '127.0.0.1:9111'\n[models.smart]",
        );
    let place = Place::new(&config);
    let files = place.files("compose").await;
    let document = yaml(of(&files, "compose.yaml")).await.remove(0);
    // A server of its own: on the tests' all runs are replayed by the tests' program.
    let server = DevServer::start(DevServerOptions::default()).await;
    let server = server.expect("a Temporal dev server");
    let server = server.address();
    let mut workers = Vec::new();
    for service in document["services"].as_object().unwrap().values() {
        if service["image"] != "pooled-shop:latest" {
            continue;
        }
        let said = environment(service);
        assert_eq!(said["FLOCK_METRICS_LISTEN"], "0.0.0.0:9111");
        let worker = Begun::of(server, &place, &read(&service["command"]), &said).await;
        let probe = read(&service["healthcheck"]["test"]);
        assert_eq!(probe[0], "CMD");
        worker.ready(&probe[1..], 9111).await;
        workers.push(worker);
    }
    assert_eq!(workers.len(), 5);
    let run = ["run", "order", "--engine", "temporal", "--address", server];
    let run = place.call(&[&run[..], &["--input", "item=lamp"]].concat());
    let ran = { run }.output().await.unwrap();
    succeeded(&ran);
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(said.contains("one lamp, in paper"), "{said}");
    for worker in workers {
        worker.stops().await;
    }
}

/// The values of a key of a unit, in their order.
#[cfg(target_os = "linux")]
fn values<'a>(unit: &'a str, key: &str) -> Vec<&'a str> {
    let key = format!("{key}=");
    unit.lines()
        .filter_map(|line| line.strip_prefix(&key))
        .collect()
}

#[cfg(target_os = "linux")]
async fn verified() {
    for config in [CONFIG, ""] {
        let place = Place::new(config);
        let files = place.files("systemd").await;
        let program = crate::examples::program("pooled_shop");
        let mut units = Vec::new();
        for (name, text) in files {
            if name.ends_with(".service") || name.ends_with(".target") {
                let text = text.replace(
                    "=/usr/local/bin/pooled_shop",
                    &format!("={}", program.display()),
                );
                fs::write(place.path(&format!("out/{name}")), text).unwrap();
                units.push(place.path(&format!("out/{name}")));
            }
        }
        assert!(units.len() > 4);
        let verify = Command::new("systemd-analyze")
            .arg("verify")
            .args(&units)
            .output();
        let verify = verify.await.expect("these tests need `systemd-analyze` (Debian: systemd); without it: `-- --skip deploy::systemd::`");
        let said = String::from_utf8_lossy(&verify.stderr);
        // Of units that are not ours it may say something too.
        let ours: Vec<_> = said
            .lines()
            .filter(|line| line.contains("pooled-shop"))
            .collect();
        assert!(verify.status.success() && ours.is_empty(), "{said}");
    }
}

/// A word as systemd reads it.
#[cfg(target_os = "linux")]
fn word(text: &str) -> String {
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let inner = inner.unwrap_or(text);
    inner
        .replace("\\\"", "\"")
        .replace("\\\\", "\\")
        .replace("%%", "%")
        .replace("$$", "$")
}

#[cfg(target_os = "linux")]
async fn unit_works() {
    let config = CONFIG.replace("namespace = \"shop\"\napi_key_file = \"key\"\n", "");
    let place = Place::new(&config);
    let mut listening = BTreeSet::new();
    for (name, unit) in place.files("systemd").await {
        if !name.ends_with(".service") {
            continue;
        }
        let said: BTreeMap<_, _> = values(&unit, "Environment")
            .into_iter()
            .map(|line| {
                let (name, value) = word(line)
                    .split_once('=')
                    .map(|(a, b)| (a.to_owned(), b.to_owned()))
                    .unwrap();
                (name, value)
            })
            .filter(|(name, _)| name != "HOME")
            .collect();
        assert!(
            listening.insert(said["FLOCK_METRICS_LISTEN"].clone()),
            "each has its own port"
        );
        let line = values(&unit, "ExecStart")[0];
        let line = line.strip_prefix("/usr/local/bin/pooled_shop ").unwrap();
        let (command, queue) = line.split_once(' ').unwrap();
        let arguments = [command.to_owned(), word(queue)];
        let worker = Begun::of(&crate::support::address().await, &place, &arguments, &said).await;
        let probe = format!(
            "exec 3<>/dev/tcp/127.0.0.1/{} && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ $status = 200 ]",
            worker.port
        );
        worker
            .ready(&["bash".to_owned(), "-c".to_owned(), probe], 0)
            .await;
        worker.stops().await;
        // What is not begun again: a wrong configuration.
        let never: Vec<_> = values(&unit, "RestartPreventExitStatus");
        fs::write(place.path("wrong.toml"), "[workers]").unwrap();
        let wrong = place
            .call(&["worker"])
            .env("FLOCK_CONFIG", "wrong.toml")
            .output()
            .await
            .unwrap();
        assert_eq!(never, [wrong.status.code().unwrap().to_string()]);
        assert_eq!(values(&unit, "TimeoutStopSec"), ["30"]);
    }
    assert_eq!(listening.len(), 5);
}
