//! What a worker serves and by which numbers, and pools.

use std::time::Duration;

use flock::{Flock, Runtime, config::Config, engine::RunDescription};
use libtest_mimic::Trial;
use serde_json::Value;

use crate::{
    codec::namespace,
    flocks::{
        locally::CountedLocally,
        pooled::{nightly, pooled, split},
    },
    observed::asked,
    support::{
        Process, address, both, builder, one_partition, say, six_wait, temporal, test, trace_file,
        traces, until, until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        test("workers::a_pool_keeps_priorities", a_pool_keeps_priorities),
        test("workers::each_serves_its_part", each_serves_its_part),
        test(
            "workers::flocks_alone_have_their_local_agents",
            flocks_alone,
        ),
        test("workers::no_poll_is_in_vain", no_poll_is_in_vain),
        test("workers::rates_and_tuners_hold", rates_and_tuners_hold),
        test("workers::what_cannot_be_is_told", what_cannot_be_is_told),
        test("workers::pools_are_shown", pools_are_shown),
        test("workers::a_script_is_told_whether_they_are_there", served),
    ];
    trials.extend(both("workers::a_flock_may_be_in_a_pool", in_a_pool));
    trials
}

/// A worker that answers by HTTP.
pub(crate) async fn watched(address: &str, flags: &[&str]) -> (Process, String, String) {
    let args = [&["worker", "--address", address], flags].concat();
    Process::listening(&mut Process::command(&args)).await
}

async fn waiting(runtime: &Runtime, run: &flock::RunId) -> Option<RunDescription> {
    runtime.engine().describe(run).await.ok()
}

async fn a_pool_keeps_priorities() {
    let (server, runtime) = one_partition().await;
    let address = server.address();
    let _flocks = Process::worker_with(address, &["--queues", "own-pooled", "--only-flocks"]);
    let file = trace_file("pool");
    let start = runtime.start::<pooled>(file.to_string_lossy().into_owned());
    let run = start.await.expect("a start");
    six_wait(&runtime, run.id()).await;
    let _agents = Process::worker_with(address, &["--queues", "high", "--concurrency", "1"]);
    run.result().await.expect("a result");
    assert_eq!(
        traces(&file),
        ["at once", "at once", "soon", "soon", "some day", "some day"]
    );
}

/// Of flocks one, of agents another; and what nobody serves is told with the command that does.
async fn each_serves_its_part() {
    let (server, runtime) = one_partition().await;
    let address = server.address();
    let flocks = ["--queues", "own-pooled", "--only-flocks"];
    let (_flocks, said, _door) = watched(address, &flocks).await;
    for part in [
        "serving flocks:",
        "queues:  own-pooled\n",
        "not served:  the agents of own-pooled: they wait for another worker, `worker --only-agents --queues own-pooled`",
        "suite-background",
    ] {
        assert!(said.contains(part), "no {part}: {said}");
    }
    let file = trace_file("split");
    let start = runtime.start::<split>(file.to_string_lossy().into_owned());
    let run = start.await.expect("a start");
    // It has run what is `local` beside it.
    until("what is beside it", || !traces(&file).is_empty()).await;
    let nobody = until_some("nobody serves the pool", async || {
        let found = runtime.engine().unserved(run.id())?.await.ok()?;
        found.into_iter().find(|one| one.agent.is_some())
    })
    .await;
    assert_eq!(
        (nobody.task_queue.as_str(), nobody.agent.as_deref()),
        ("suite-background", Some("meanwhile"))
    );
    assert_eq!(nobody.command(), "worker");
    let agents = ["--queues", "background", "--only-agents"];
    let (_agents, said, _door) = watched(address, &agents).await;
    assert!(said.contains("serving agents:"), "{said}");
    assert!(said.contains("queues:  suite-background\n"), "{said}");
    run.result().await.expect("a result");
    // A task that takes too long on a busy machine is made again, and what is beside it.
    let mut all = traces(&file);
    all.dedup();
    assert_eq!(all, ["beside", "meanwhile"]);
}

/// Those that `agents(local)` makes so, too: all that such a flock does is done, and nobody else is there.
async fn flocks_alone() {
    let (server, runtime) = one_partition().await;
    let queue = CountedLocally::DESCRIPTOR.task_queue();
    let flocks = ["--queues", queue, "--only-flocks"];
    let _flocks = Process::worker_with(server.address(), &flocks);
    let run = runtime.start::<CountedLocally>(1).await.expect("a start");
    assert_eq!(run.result().await.expect("a result").total, 3);
    let history = runtime.history(run.id()).await.expect("a history");
    assert_eq!(history.len(), 7);
}

/// How many polls of a kind are open for a queue.
fn polls(metrics: &str, queue: &str, kind: &str) -> u64 {
    let is_it = |line: &&str| {
        line.starts_with("temporal_num_pollers{")
            && line.contains(&format!("task_queue=\"{queue}\""))
            && line.contains(&format!("poller_type=\"{kind}\""))
    };
    let number = |line: &str| line.rsplit(' ').next()?.parse::<f64>().ok();
    let open = metrics
        .lines()
        .filter(is_it)
        .filter_map(number)
        .sum::<f64>();
    open as u64
}

/// The connections that a process has to a port.
#[cfg(target_os = "linux")]
fn connections(process: u32, port: &str) -> usize {
    use std::fs;

    let port = format!(":{:04X}", port.parse::<u16>().expect("a port"));
    let table = fs::read_to_string(format!("/proc/{process}/net/tcp")).expect("a table");
    let open = table
        .lines()
        .map(|line| Vec::from_iter(line.split_whitespace()));
    let open = open.filter(|row| row.len() > 9 && row[2].ends_with(&port) && row[3] == "01");
    let inodes: Vec<_> = open.map(|row| format!("socket:[{}]", row[9])).collect();
    let files = fs::read_dir(format!("/proc/{process}/fd")).expect("its files");
    let files = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    let is_its =
        |file: &std::path::PathBuf| inodes.iter().any(|one| file.as_os_str() == one.as_str());
    files.filter(is_its).count()
}

/// Pools have no flocks, and a worker of flocks polls for no agents, although it has what is `local`. One
/// connection carries them all.
async fn no_poll_is_in_vain() {
    let (server, _runtime) = one_partition().await;
    let address = server.address();
    let all = ["--queues", "own-pooled,high,background,scheduled"];
    let (worker, _, door) = watched(address, &all).await;
    let metrics = until_some("all polls are open", async || {
        let (_, metrics) = asked(&door, "/metrics").await;
        let open = [
            ("own-pooled", "sticky_workflow_task"),
            ("own-pooled", "activity_task"),
            ("suite-high", "activity_task"),
            ("suite-background", "activity_task"),
            ("suite-scheduled", "workflow_task"),
            ("suite-scheduled", "activity_task"),
        ];
        let is_open = |(queue, kind): &(&str, &str)| polls(&metrics, queue, kind) > 0;
        open.iter().all(is_open).then_some(metrics)
    })
    .await;
    for queue in ["suite-high", "suite-background"] {
        for kind in ["workflow_task", "sticky_workflow_task"] {
            assert_eq!(polls(&metrics, queue, kind), 0, "{queue} {kind}: {metrics}");
        }
        let polls = polls(&metrics, queue, "activity_task");
        assert!((1..=2).contains(&polls), "{queue}: {polls}");
    }
    #[cfg(target_os = "linux")]
    {
        let port = address.rsplit(':').next().unwrap_or_default();
        assert_eq!(connections(worker.id(), port), 1);
    }
    drop(worker);
    let flocks = ["--queues", "own-pooled", "--only-flocks"];
    let (_worker, _, door) = watched(address, &flocks).await;
    let metrics = until_some("its polls are open", async || {
        let (_, metrics) = asked(&door, "/metrics").await;
        (polls(&metrics, "own-pooled", "workflow_task") > 0).then_some(metrics)
    })
    .await;
    assert_eq!(
        polls(&metrics, "own-pooled", "activity_task"),
        0,
        "{metrics}"
    );
}

async fn rates_and_tuners_hold() {
    let (server, runtime) = one_partition().await;
    let address = server.address();
    let _flocks = Process::worker_with(
        address,
        &[
            "--queues",
            "own-pooled",
            "--only-flocks",
            "--target-cpu",
            "1",
            "--target-memory",
            "1",
        ],
    );
    let file = trace_file("rate");
    let start = runtime.start::<pooled>(file.to_string_lossy().into_owned());
    let run = start.await.expect("a start");
    six_wait(&runtime, run.id()).await;
    let slowly = [
        "--queues",
        "high",
        "--max-activities-per-second",
        "2",
        "--pollers",
        "1..3",
    ];
    let begun = std::time::Instant::now();
    let _agents = Process::worker_with(address, &slowly);
    run.result().await.expect("a result");
    // Six, two a second.
    assert!(
        begun.elapsed() >= Duration::from_millis(2000),
        "{:?}",
        begun.elapsed()
    );
}

async fn what_cannot_be_is_told() {
    temporal().await;
    let address = address().await;
    for (flags, part) in [
        (
            &["--queues", "hig"][..],
            "this program has no queue `hig`; did you mean `high`?",
        ),
        (
            &["--queues", "standard"],
            "nothing of this program is in pool `standard`: say `pool = \"standard\"`",
        ),
        (
            &["--queues", "high", "--only-flocks"],
            "no flock runs from high",
        ),
        (&["--only-flocks", "--only-agents"], "cannot be used with"),
        (
            &["--concurrency", "3", "--target-cpu", "0.8"],
            "`--concurrency` and `--target-cpu` exclude each other",
        ),
        (&["--pollers", "0"], "`--pollers` is 0"),
        (&["--pollers", "five"], "write `5`, or `1..50`"),
        (
            &["--workflow-pollers", "1"],
            "`--workflow-pollers` takes at least 2 for a worker that keeps runs",
        ),
        (
            &["--sticky-timeout", "5s", "--cache-size", "0"],
            "leave one of them out",
        ),
    ] {
        let said = say(&[&["worker", "--address", &address][..], flags].concat()).await;
        assert_eq!(said.code, Some(2), "{flags:?}: {}", said.err);
        assert!(said.err.contains(part), "{flags:?}: {}", said.err);
    }
    let help = say(&["worker", "--help"]).await.out;
    let at = |part: &str| {
        help.find(part)
            .unwrap_or_else(|| panic!("no {part}: {help}"))
    };
    assert!(at("What is served:") < at("How much at a time:"), "{help}");
    assert!(at("How much at a time:") < at("Polls and rates:"), "{help}");
}

async fn pools_are_shown() {
    let described = say(&["describe", "some_day", "--json"]).await.json();
    let option = |name: &str| described["options"][name].clone();
    assert_eq!(option("pool")["value"], "high", "{described}");
    assert_eq!(option("pool")["from"], "#[agent]");
    let flocks = say(&["flocks", "--json"]).await.json();
    let flocks = flocks.as_array().expect("a list");
    let nightly = flocks.iter().find(|flock| flock["name"] == "nightly");
    let nightly = nightly.expect("it is there");
    assert_eq!(
        (&nightly["pool"], &nightly["task_queue"]),
        (&"scheduled".into(), &"suite-scheduled".into())
    );
    let agents = say(&["agents", "--json"]).await.json();
    let agents = agents.as_array().expect("a list");
    let meanwhile = agents.iter().find(|agent| agent["name"] == "meanwhile");
    assert_eq!(meanwhile.expect("it is there")["pool"], "background");
    temporal().await;
    let health = say(&["health", "--json", "--address", &address().await])
        .await
        .json();
    let queues = health["queues"].as_array().expect("queues");
    let pool = |name: &str| -> Option<&Value> {
        Some(&queues.iter().find(|queue| queue["name"] == name)?["pool"])
    };
    assert_eq!(pool("suite-high"), Some(&"high".into()), "{health}");
    // The file is above the attribute.
    let config = "[agents.'some_*']\npool = 'background'\n[agents.meanwhile]\ntask_queue = 'gpu'";
    let config = Config::parse(config).expect("a configuration");
    let parts = builder().config(config).parts().expect("parts");
    let of = |name: &str| {
        let agent = parts.registry.agent(name).expect("it is there").descriptor;
        let options = parts.resolve(agent, Some(split::DESCRIPTOR), &Default::default());
        (options.task_queue.value, options.pool.source.to_string())
    };
    let (queue, source) = of("some_day");
    assert_eq!(queue.as_deref(), Some("suite-background"));
    assert_eq!(source, "flock.toml [agents.some_*]");
    assert_eq!(of("meanwhile").0.as_deref(), Some("gpu"));
}

/// What a script asks: whether the server answers, and whether somebody works.
async fn served() {
    let (address, place) = (address().await, namespace().await);
    let at = ["--address", &address, "--namespace", &place];
    let health = async |more: &[&str]| say(&[&["health"][..], more, &at].concat()).await;
    until_some("the namespace is known", async || {
        (health(&[]).await.code == Some(0)).then_some(())
    })
    .await;
    let nobody = health(&["--workers"]).await;
    assert_eq!(nobody.code, Some(3), "{}", nobody.err);
    for part in [
        "no worker polls task queue `suite-high`",
        " worker --address",
    ] {
        assert!(nobody.err.contains(part), "{part}: {}", nobody.err);
    }
    let _worker = Process::worker_with(&address, &["--namespace", &place]);
    let all = async || (health(&["--workers"]).await.code == Some(0)).then_some(());
    until_some("all queues are polled", all).await;
}

/// In this process a pool changes nothing.
async fn in_a_pool(runtime: Runtime) {
    assert_eq!(nightly::DESCRIPTOR.task_queue(), "suite-scheduled");
    let file = trace_file("nightly");
    let start = runtime.start::<nightly>(file.to_string_lossy().into_owned());
    let run = start.await.expect("a start");
    let described = waiting(&runtime, run.id()).await.expect("a run");
    assert_eq!(described.task_queue, "suite-scheduled");
    run.result().await.expect("a result");
    assert_eq!(traces(&file), ["by night"]);
}
