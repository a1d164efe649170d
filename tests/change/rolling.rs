//! A new build comes under load, as an operator brings it, and no run is lost.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use flock::{
    Runtime,
    dev_server::{DevServer, DevServerOptions},
    engine::{RunId, StartOptions, temporal::ConnectOptions},
    payload::Payload,
};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::{first_step, proceed, start};
use crate::support::{Process, builder, say, test, trace_file, traces, unique, until, until_some};

pub(super) fn trial() -> Trial {
    test("change::a_rolling_update_loses_no_run", rolls)
}

/// What the workers serve: a queue has one versioning.
const QUEUES: &str = "own-shop,own-stock,own-pinned";

/// A server that looks often whether a build has runs left: it is every three minutes otherwise.
async fn server() -> DevServer {
    let often = ["VisibilityGracePeriod", "RefreshInterval"];
    let keys = often.map(|key| format!("matching.wv.VersionDrainageStatus{key}"));
    let options = DevServerOptions::default()
        .dynamic_config(&keys[0], "\"1s\"")
        .dynamic_config(&keys[1], "\"1s\"");
    DevServer::start(options).await.expect("a server")
}

/// A worker of a build of the shop, told so by its environment, as those that deploy it do.
fn worker(address: &str, build: &str) -> Process {
    let args = ["worker", "--address", address, "--queues", QUEUES];
    let mut command = Process::command(&args);
    command
        .env("TEMPORAL_DEPLOYMENT_NAME", "shop")
        .env("TEMPORAL_WORKER_BUILD_ID", build)
        .env("FLOCK_TEST_BUILD", build)
        .stderr(std::process::Stdio::null());
    Process::spawn(&mut command)
}

/// By the command, again and again until workers of the build have come.
async fn set_current(address: &str, build: &str) {
    let set = ["deployments", "set-current", "shop", "--build-id", build];
    let set = [&set[..], &["--address", address]].concat();
    until_some("the server knows the build", async || {
        (say(&set).await.code == Some(0)).then_some(())
    })
    .await;
}

/// How the command tells of a build.
async fn status(address: &str, build: &str) -> Option<String> {
    let show = [
        "deployments",
        "show",
        "shop",
        "--json",
        "--address",
        address,
    ];
    let shown: Value = serde_json::from_str(&say(&show).await.out).ok()?;
    let builds = shown["builds"].as_array()?.iter();
    let mut named = builds.filter(|one| one["id"] == build);
    Some(named.next()?["status"].as_str()?.to_owned())
}

async fn until_status(address: &str, build: &str, wanted: &str) {
    until_some(&format!("{build} is {wanted}"), async || {
        (status(address, build).await? == wanted).then_some(())
    })
    .await;
}

/// Customers who come all the time, until they are told that the shop closes.
struct Load {
    runtime: Runtime,
    file: PathBuf,
    begun: Mutex<Vec<Begun>>,
    closes: AtomicBool,
}

/// A run of the load.
#[derive(Clone)]
struct Begun {
    flock: &'static str,
    item: usize,
    id: RunId,
}

impl Load {
    fn begun(&self) -> Vec<Begun> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.clone()
    }

    fn note(&self, run: Begun) {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.push(run);
    }

    async fn come(self: Arc<Self>) {
        for item in 0.. {
            if self.closes.load(Ordering::Relaxed) {
                break;
            }
            let flock = ["sells", "restocks"][item % 2];
            let mut options = StartOptions::default();
            options.workflow_id = Some(unique(flock));
            let input = json!({ "file": self.file.display().to_string(), "item": item });
            let input = Payload::from_json(input.to_string());
            let entry = self.runtime.registry().flock(flock);
            let entry = entry.expect("a linked flock");
            let id = self.runtime.start_entry(entry, input, options).await;
            let id = id.expect("a start");
            self.note(Begun { flock, item, id });
            // Not for anything, but at a pace.
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// So many more, under the builds as they are now.
    async fn until_more(&self, count: usize) {
        let before = self.begun().len();
        until("more runs", || self.begun().len() >= before + count).await;
    }
}

async fn rolls() {
    let server = server().await;
    let address = server.address().to_owned();
    let connection = ConnectOptions::default().address(&address);
    let runtime = builder().connect(connection).await.expect("a connection");
    let old = [worker(&address, "v1"), worker(&address, "v1")];
    set_current(&address, "v1").await;
    let load = Arc::new(Load {
        runtime: runtime.clone(),
        file: trace_file("rolling"),
        begun: Mutex::default(),
        closes: AtomicBool::new(false),
    });
    let coming = tokio::spawn(Arc::clone(&load).come());
    // One that takes its time is under way as well.
    let slow = start(&runtime, "stays", "own-pinned").await;
    first_step(&runtime, &slow).await;
    load.until_more(20).await;

    let new = [worker(&address, "v2"), worker(&address, "v2")];
    load.until_more(20).await;
    set_current(&address, "v2").await;
    let first_of_new = load.begun().len();
    load.until_more(20).await;

    // Nobody stops the old workers while they have something to do.
    until_status(&address, "v1", "draining").await;
    assert_eq!(proceed(&runtime, &slow).await, "v1 v1");
    until_status(&address, "v1", "drained").await;
    for worker in &old {
        worker.terminate().await;
    }
    for worker in old {
        assert_eq!(worker.exit().await, Some(0));
    }
    load.until_more(20).await;
    load.closes.store(true, Ordering::Relaxed);
    coming.await.expect("all could be started");

    let mut sold = BTreeMap::<String, usize>::new();
    for (index, run) in load.begun().iter().enumerate() {
        let result = runtime.engine().result(&run.id).await;
        let builds: String = result.expect("it completed").decode().expect("its builds");
        // The one that was on its way while the command ended may be of either.
        if index > first_of_new {
            assert_eq!(builds, "v2 v2", "{} {}", run.flock, run.item);
        }
        let may_be: &[&str] = match run.flock {
            "sells" => &["v1 v1", "v2 v2"],
            _ => &["v1 v1", "v1 v2", "v2 v2"],
        };
        assert!(may_be.contains(&&*builds), "{}: {builds}", run.flock);
        *sold.entry(format!("{} {builds}", run.flock)).or_default() += 1;
    }
    for flock in ["sells", "restocks"] {
        for build in ["v1", "v2"] {
            let of = format!("{flock} {build} {build}");
            assert!(sold.contains_key(&of), "{of}: {sold:?}");
        }
    }
    // Each did its two steps, and each of these once.
    let mut done = traces(&load.file);
    done.sort();
    let items = load.begun().into_iter().map(|run| run.item);
    let mut wanted: Vec<_> = items
        .flat_map(|item| [format!("{item} after"), format!("{item} before")])
        .collect();
    wanted.sort();
    assert_eq!(done, wanted);
    for worker in &new {
        worker.terminate().await;
    }
    for worker in new {
        assert_eq!(worker.exit().await, Some(0));
    }
}
