//! What `flock.toml` changes, and what options mean to a server.

use flock::{
    Runtime,
    config::{
        Config,
        resolve::{Resolver, Source},
    },
    declare::options::CallOptions,
};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

use crate::{
    flocks::{
        failing::{Retried, flaky},
        flowing::{greet, sideways},
        limits,
    },
    parity::start,
    support::{
        OWN, Process, address, both, builder, one_partition, say, six_wait, temporal, test,
        trace_file, traces, unique, until,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::from(both(
        "options::attributes_may_say_nothing",
        attributes_may_say_nothing,
    ));
    trials.extend([
        test(
            "options::sections_are_merged_by_field",
            sections_are_merged_by_field,
        ),
        test(
            "options::a_queue_has_defaults_of_its_own",
            a_queue_has_defaults_of_its_own,
        ),
        test(
            "options::nobody_takes_it_up_in_time",
            nobody_takes_it_up_in_time,
        ),
        test("options::a_task_has_a_limit", a_task_has_a_limit),
        test("options::the_urgent_come_first", the_urgent_come_first),
        test(
            "options::a_worker_may_keep_no_runs",
            a_worker_may_keep_no_runs,
        ),
    ]);
    trials.extend(resolved());
    trials
}

fn resolved() -> Vec<Trial> {
    vec![
        test(
            "options::the_file_is_above_the_attribute",
            the_file_is_above_the_attribute,
        ),
        test(
            "options::each_value_tells_its_source",
            each_value_tells_its_source,
        ),
        test(
            "options::waits_grow_to_the_longest",
            waits_grow_to_the_longest,
        ),
        test(
            "options::the_first_wait_is_not_cut_short",
            the_first_wait_is_not_cut_short,
        ),
    ]
}

async fn the_file_is_above_the_attribute() {
    let config = Config::parse("[agents.'fla*']\nmax_attempts = 2").expect("a configuration");
    let runtime = builder().config(config).build().expect("a runtime");
    let file = trace_file("config");
    let input = json!({ "file": file, "succeeds_at": 9 });
    let run = start(&runtime, "retried", &input, "config").await;
    runtime.engine().result(&run).await.expect_err("it fails");
    assert_eq!(traces(&file).len(), 2);
}

async fn each_value_tells_its_source() {
    let config = "[defaults]\npriority = 2\n[agents.flaky]\nheartbeat = '3s'";
    let resolver = Resolver::new(Arc::new(Config::parse(config).expect("a configuration")));
    let mut call = CallOptions::default();
    call.timeout = Some(Duration::from_secs(9));
    let flock = <Retried as flock::Flock>::DESCRIPTOR;
    let options = resolver.resolve(<flaky as flock::Agent>::DESCRIPTOR, Some(flock), &call);
    assert_eq!(options.timeout.source, Source::Call);
    assert_eq!(
        options.heartbeat.source.to_string(),
        "flock.toml [agents.flaky]"
    );
    assert_eq!(
        (options.max_attempts.value, options.max_attempts.source),
        (4, Source::Agent)
    );
    assert_eq!(options.priority.source.to_string(), "flock.toml [defaults]");
    assert_eq!(
        (options.max.value, options.max.source),
        (Duration::from_secs(100), Source::BuiltIn)
    );
}

async fn sections_are_merged_by_field() {
    let config = "
        [agents.'*']
        retries = 1
        heartbeat = '2s'
        model = 'scripted/all'
        [agents.'fla*']
        heartbeat = '3s'
        timeout = '7s'
        [agents.flaky]
        timeout = '9s'
    ";
    let config = Config::parse(config).expect("a configuration");
    assert_eq!(
        config.agent_model("flaky"),
        Some(("*", vec!["scripted/all"]))
    );
    let resolver = Resolver::new(Arc::new(config));
    let options = resolver.resolve(
        <flaky as flock::Agent>::DESCRIPTOR,
        None,
        &CallOptions::default(),
    );
    let told = |value: String, source: &Source| format!("{value} {source}");
    assert_eq!(
        [
            told(
                options.timeout.value.as_secs().to_string(),
                &options.timeout.source
            ),
            told(
                options.heartbeat.value.as_secs().to_string(),
                &options.heartbeat.source
            ),
            told(
                options.max_attempts.value.to_string(),
                &options.max_attempts.source
            ),
        ],
        [
            "9 flock.toml [agents.flaky]",
            "3 flock.toml [agents.fla*]",
            "2 flock.toml [agents.*]"
        ]
    );
}

/// Below all that speaks of the agent or the flock, above what is for everything.
async fn a_queue_has_defaults_of_its_own() {
    let config = "
        [defaults]
        timeout = '1s'
        heartbeat = '1s'
        priority = 1
        [queues.side-queue]
        timeout = '2s'
        heartbeat = '2s'
        [queues.gpu]
        timeout = '3s'
        [agents.greet]
        task_queue = 'gpu'
    ";
    let resolver = Resolver::new(Arc::new(Config::parse(config).expect("a configuration")));
    let resolve = |agent, call: &CallOptions| {
        let options = resolver.resolve(agent, None, call);
        let told = |source: Source| source.to_string();
        [
            told(options.timeout.source),
            told(options.heartbeat.source),
            told(options.priority.source),
        ]
    };
    let [queue, gpu, defaults] =
        ["queues.side-queue", "queues.gpu", "defaults"].map(|name| format!("flock.toml [{name}]"));
    let call = CallOptions::default();
    // By the attribute, by the file, by the call.
    let agent = <sideways as flock::Agent>::DESCRIPTOR;
    assert_eq!(
        resolve(agent, &call),
        [queue.clone(), queue, defaults.clone()]
    );
    let greeter = <greet as flock::Agent>::DESCRIPTOR;
    assert_eq!(
        resolve(greeter, &call),
        [gpu.clone(), defaults.clone(), defaults.clone()]
    );
    let mut call = CallOptions::default();
    call.task_queue = Some("gpu".into());
    assert_eq!(resolve(agent, &call), [gpu, defaults.clone(), defaults]);
    // The queue of the flock, where the agent names none; its own words are above.
    let flock = <limits::hurries as flock::Flock>::DESCRIPTOR;
    let config = format!("[queues.{}]\npriority = 2\nretries = 8", flock.task_queue());
    let resolver = Resolver::new(Arc::new(Config::parse(&config).expect("a configuration")));
    let options = resolver.resolve(
        <flaky as flock::Agent>::DESCRIPTOR,
        Some(flock),
        &CallOptions::default(),
    );
    assert_eq!(options.priority.value, Some(2));
    assert_eq!(options.max_attempts.source, Source::Agent);
}

async fn attributes_may_say_nothing(runtime: Runtime) {
    let run = runtime.start::<limits::bare>(4u64).await.expect("a start");
    let result = run.result().await.expect("a result");
    assert_eq!(result.as_deref(), Some("of 8"));
}

/// Where all is one process there is nothing to wait for.
async fn nobody_takes_it_up_in_time() {
    let runtime = temporal().await;
    let run = runtime.start::<limits::unheard>(()).await.expect("a start");
    let error = run.result().await.expect_err("nobody is there");
    let failure = error.failure().expect("a failure");
    assert_eq!(failure.kind, flock::ErrorKind::Timeout, "{failure}");
    let text = error.to_string();
    assert!(
        text.contains("`unserved`") && text.contains("`schedule_to_start`"),
        "{text}"
    );
}

/// A worker that dies in the middle of a flock's task is missed within the flock's `task_timeout`.
async fn a_task_has_a_limit() {
    let (runtime, address) = (temporal().await, address().await);
    let (queue, id) = (unique(&format!("{OWN}task")), unique("task"));
    let file = trace_file("task");
    let start = runtime.start::<limits::stuck_once>(file.to_string_lossy().into_owned());
    let run = start.id(&id).task_queue(&queue).await.expect("a start");
    let mut first = Process::worker(&address, &queue);
    until("the task", || !traces(&file).is_empty()).await;
    first.kill().await;
    let _second = Process::worker(&address, &queue);
    assert_eq!(run.result().await.expect("a result"), 42);

    let out = file.with_file_name("history.json");
    let said = say(&[
        "record",
        &id,
        "--out",
        &out.to_string_lossy(),
        "--address",
        &address,
    ])
    .await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let history = std::fs::read_to_string(out).expect("a history");
    let history: Value = serde_json::from_str(&history).expect("JSON");
    let events = history["events"].as_array().expect("events");
    let started = &events[0]["workflowExecutionStartedEventAttributes"];
    assert_eq!(started["workflowTaskTimeout"], json!("2s"));
    let timed_out =
        |event: &&Value| event["eventType"] == json!("EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT");
    assert!(events.iter().any(|event| timed_out(&event)), "{history}");
}

async fn the_urgent_come_first() {
    let (server, runtime) = one_partition().await;
    let address = server.address();
    let queue = unique("flocks");
    let _flocks = Process::worker(address, &queue);
    let file = trace_file("urgent");
    let start = runtime.start::<limits::hurries>(file.to_string_lossy().into_owned());
    let run = start.task_queue(&queue).await.expect("a start");
    six_wait(&runtime, run.id()).await;
    let flags = ["--task-queue", "own-priority", "--concurrency", "1"];
    let _agents = Process::worker_with(address, &flags);
    run.result().await.expect("a result");
    assert_eq!(
        traces(&file),
        ["urgent", "urgent", "ordinary", "ordinary", "idle", "idle"]
    );
}

/// Then each task of a flock replays it from the start.
async fn a_worker_may_keep_no_runs() {
    let (runtime, address) = (temporal().await, address().await);
    for (flags, least) in [
        (&["--cache-size", "0", "--workflow-slots", "1"][..], 3),
        (&["--cache-size", "10", "--workflow-slots", "2"], 1),
    ] {
        let (queue, file) = (unique(&format!("{OWN}retold")), trace_file("retold"));
        let queue_flag = ["--task-queue", queue.as_str()];
        let _worker = Process::worker_with(&address, &[&queue_flag[..], flags].concat());
        let start = runtime.start::<limits::retold>(file.to_string_lossy().into_owned());
        let run = start.task_queue(&queue).await.expect("a start");
        assert_eq!(run.result().await.expect("a result"), 4);
        let times = traces(&file).len();
        assert!(
            times >= least && (least == 3 || times < 3),
            "{flags:?}: {times}"
        );
    }
    let said = say(&["worker", "--workflow-slots", "1", "--address", &address]).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("at least 2"), "{}", said.err);
}

async fn waits_grow_to_the_longest() {
    let config = "[agents.flaky.retry]\ninitial = '2s'\nbackoff = 3.0\nmax = '20s'";
    let resolver = Resolver::new(Arc::new(Config::parse(config).expect("a configuration")));
    let call = CallOptions::default();
    let options = resolver.resolve(<flaky as flock::Agent>::DESCRIPTOR, None, &call);
    let waits = [2, 3, 4, 5, u32::MAX].map(|attempt| options.wait_before(attempt).as_secs());
    assert_eq!(waits, [2, 6, 18, 20, 20]);
}

/// As on Temporal, which takes no longest wait that is below the first.
async fn the_first_wait_is_not_cut_short() {
    let config = "[agents.flaky]\nretry.initial = '10m'";
    let resolver = Resolver::new(Arc::new(Config::parse(config).expect("a configuration")));
    let call = CallOptions::default();
    let options = resolver.resolve(<flaky as flock::Agent>::DESCRIPTOR, None, &call);
    for attempt in [2, 3] {
        assert_eq!(options.wait_before(attempt), Duration::from_secs(600));
    }
}
