//! What the tests share: one server, one runtime on each engine, and ways to wait.

pub(crate) mod collector;
pub(crate) mod compiler;
mod embedded;
mod golden;
pub(crate) mod mcp;
pub(crate) mod others;
mod process;
pub(crate) mod proxy;
mod python;
mod rubbish;
mod runs;
pub(crate) mod small;
mod spoken;

use std::{
    future::Future,
    path::Path,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use flock::{
    __private::futures_util::{StreamExt, stream::BoxStream},
    Failure, RunError, Runtime,
    config::Config,
    dev_server::{DevServer, DevServerOptions},
    engine::{AgentStep, RunId, temporal::ConnectOptions},
    registry::Registry,
};
use libtest_mimic::{Failed, Trial};
use tokio::sync::oneshot;

pub(crate) use embedded::embedded;
pub(crate) use golden::golden;
pub(crate) use others::azurite;
pub(crate) use process::{Log, Process, at_a_terminal};
pub(crate) use python::{azure, encrypting, moto, opentelemetry, python, s3};
pub(crate) use rubbish::{folder, leaks, remove, trace_file};
pub(crate) use runs::{
    AtWork, MANY_WORKERS, are_done, asked, completed, killed_at_every_boundary, six_wait,
    status_of, stuck,
};
pub(crate) use spoken::{
    Said, Spoken, done, kill, piped, refused, remotely, run_with, say, say_in, typed,
};

/// Queues with this prefix are left to the workers that tests start themselves.
pub(crate) const OWN: &str = "own-";

/// After so many events the server suggests to continue as new: less than its own 4096, so that tests
/// come to see it.
pub(crate) const SUGGESTED: u64 = 300;

/// Longest wait for anything: a hanging test should fail, not hang. What takes a
/// second on a quiet machine took a hundred beside ten compilers, and one that takes five, five hundred.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);

/// An asynchronous test.
pub(crate) fn test<F, T>(name: &str, body: F) -> Trial
where
    F: FnOnce() -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    test_within(PATIENCE, name, body)
}

/// One that has much to do.
pub(crate) fn test_within<F, T>(patience: Duration, name: &str, body: F) -> Trial
where
    F: FnOnce() -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    Trial::test(name, move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| Failed::from(error.to_string()))?;
        runtime.block_on(async {
            let body = tokio::spawn(body());
            match tokio::time::timeout(patience, body).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(panic)) => Err(Failed::from(panic_text(panic))),
                Err(_) => Err(Failed::from("still waiting")),
            }
        })
    })
}

/// One with a run that is to be [`stuck`]: from its beginning again where that comes to nothing on a busy machine.
pub(crate) fn test_stuck<F, T>(name: &str, body: F) -> Trial
where
    F: Fn() -> T + Send + Sync + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    test(name, move || async move {
        while let Err(panic) = tokio::spawn(body()).await {
            let text = panic_text(panic);
            assert!(text.contains(runs::SLOW), "{text}");
        }
    })
}

/// The same test on each engine.
pub(crate) fn both<F, T>(name: &str, body: F) -> [Trial; 2]
where
    F: Fn(Runtime) -> T + Copy + Send + Sync + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    both_within(PATIENCE, name, body)
}

/// One that has much to do, on each engine.
pub(crate) fn both_within<F, T>(patience: Duration, name: &str, body: F) -> [Trial; 2]
where
    F: Fn(Runtime) -> T + Copy + Send + Sync + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    [
        test_within(patience, &format!("{name}::local"), move || async move {
            body(local()).await;
        }),
        test_within(patience, &format!("{name}::temporal"), move || async move {
            body(temporal().await).await;
        }),
    ]
}

fn panic_text(error: tokio::task::JoinError) -> String {
    match error.try_into_panic() {
        Ok(panic) => panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
            .unwrap_or_else(|| "panicked".into()),
        Err(error) => error.to_string(),
    }
}

struct Shared {
    server: DevServer,
    runtime: Runtime,
    stop: oneshot::Sender<()>,
    worker: std::thread::JoinHandle<()>,
}

static SHARED: Mutex<Option<Shared>> = Mutex::new(None);

fn shared() -> MutexGuard<'static, Option<Shared>> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The runtime on the real server, with a worker on every queue that tests do not serve themselves.
pub(crate) async fn temporal() -> Runtime {
    blocking(|| ensure().1).await
}

/// Where the real server listens.
pub(crate) async fn address() -> String {
    blocking(|| ensure().0).await
}

/// A runtime on the local engine.
pub(crate) fn local() -> Runtime {
    builder().build().expect("a local runtime")
}

pub(crate) fn builder() -> flock::RuntimeBuilder {
    crate::flocks::setup(Runtime::builder()).expect("the setup")
}

async fn blocking<T: Send + 'static>(work: fn() -> T) -> T {
    tokio::task::spawn_blocking(work).await.expect("no panic")
}

fn ensure() -> (String, Runtime) {
    let mut shared = shared();
    let shared = shared.get_or_insert_with(start);
    (shared.server.address().to_owned(), shared.runtime.clone())
}

/// Starts the server, and a worker on threads of its own that outlive each test's runtime.
fn start() -> Shared {
    let (ready, started) = std::sync::mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    let worker = std::thread::spawn(move || {
        let tokio = tokio::runtime::Runtime::new().expect("a tokio runtime");
        tokio.block_on(async {
            let suggested = "limit.historyCount.suggestContinueAsNew".to_owned();
            let options =
                DevServerOptions::default().dynamic_config(suggested, SUGGESTED.to_string());
            let server = DevServer::start(options)
                .await
                .expect("a Temporal dev server");
            let options = ConnectOptions::default().address(server.address());
            // A server that has much to do is late with what an agent says.
            let config = Config::parse("[defaults]\nheartbeat = '10s'").expect("a configuration");
            let builder = builder().config(config);
            let runtime = builder.connect(options).await.expect("a connection");
            let worker = queues(runtime.registry())
                .into_iter()
                .fold(runtime.worker(), |worker, queue| worker.task_queue(queue));
            let _ = ready.send((server, runtime));
            let stopped = async { stopped.await.unwrap_or_default() };
            worker.run(stopped).await.expect("the worker ends well");
        });
    });
    let (server, runtime) = started.recv().expect("a server and a worker");
    Shared {
        server,
        runtime,
        stop,
        worker,
    }
}

fn queues(registry: &Registry) -> Vec<String> {
    let flocks = registry.flocks().map(|flock| flock.descriptor.task_queue());
    let agents = registry
        .agents()
        .filter_map(|agent| agent.descriptor.options.task_queue);
    let mut queues: Vec<String> = flocks
        .chain(agents)
        .filter(|queue| !queue.starts_with(OWN))
        .map(str::to_owned)
        .collect();
    queues.sort_unstable();
    queues.dedup();
    queues
}

/// The runtime on the real server, if any test has asked for it.
pub(crate) fn started() -> Option<Runtime> {
    shared().as_ref().map(|shared| shared.runtime.clone())
}

/// A server of the test's own, so that its queues are nobody else's. Each has one partition, and so one order.
pub(crate) async fn one_partition() -> (DevServer, Runtime) {
    let partitions = ["Read", "Write"].map(|side| format!("matching.numTaskqueue{side}Partitions"));
    let options = DevServerOptions::default()
        .dynamic_config(&partitions[0], "1")
        .dynamic_config(&partitions[1], "1");
    let server = DevServer::start(options).await.expect("a server");
    let options = ConnectOptions::default().address(server.address());
    let runtime = builder().connect(options).await.expect("a connection");
    (server, runtime)
}

/// Ends worker and server.
pub(crate) fn stop() {
    if let Some(shared) = shared().take() {
        let _ = shared.stop.send(());
        let _ = shared.worker.join();
        drop(shared.server);
    }
}

/// What happens to the agents of a run.
pub(crate) async fn agent_steps(runtime: &Runtime, run: &RunId) -> BoxStream<'static, AgentStep> {
    let steps = runtime.engine().steps(run).await.expect("a run");
    let agents = steps.filter_map(|event| std::future::ready(event.agent().cloned()));
    agents.boxed()
}

/// An id that no other test uses.
pub(crate) fn unique(name: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{name}-{}-{count}", std::process::id())
}

/// The lines agents left.
pub(crate) fn traces(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Waits until the server, which indexes runs in its own time, knows `what`.
pub(crate) async fn until_some<T, F>(what: &str, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    let waiting = async {
        loop {
            ticks.tick().await;
            if let Some(answer) = ask().await {
                return answer;
            }
        }
    };
    let answer = tokio::time::timeout(PATIENCE, waiting).await;
    answer.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

/// Waits until `condition` holds.
pub(crate) async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let waiting = async {
        while !condition() {
            ticks.tick().await;
        }
    };
    assert!(
        tokio::time::timeout(PATIENCE, waiting).await.is_ok(),
        "waited in vain: {what}"
    );
}

/// What a run failed with.
pub(crate) fn failure<T: std::fmt::Debug>(result: Result<T, RunError>) -> Failure {
    match result {
        Err(RunError::Failed(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

/// What a run refused a query, an update or an answer with.
pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, RunError>) -> Failure {
    match result {
        Err(RunError::Refused(failure)) => failure,
        other => panic!("{other:?}"),
    }
}
