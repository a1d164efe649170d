//! Servers and workers: those that are not there, and who serves what.

use std::time::{Duration, Instant};

use flock::{
    __private::futures_util::StreamExt,
    RunError, Runtime, StartError,
    dev_server::{DevServer, DevServerOptions},
    engine::{RunId, temporal::ConnectOptions},
};
use libtest_mimic::Trial;

use crate::{
    flocks::{failing::Hang, flowing::aside, traced::apart, waiting::dreams},
    support::{
        OWN, Process, address, agent_steps, builder, local, temporal, test, trace_file, unique,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("server::unreachable", unreachable),
        test("server::bad_address", bad_address),
        test("server::no_such_run", no_such_run),
        test("server::silent", silent),
        test("server::one_id_is_one_run", one_id_is_one_run),
        test(
            "server::an_agent_runs_on_its_own_queue",
            an_agent_runs_on_its_own_queue,
        ),
        test(
            "server::a_worker_serves_every_queue_it_names",
            a_worker_serves_every_queue_it_names,
        ),
        test(
            "server::an_attempt_out_of_time_leaves_its_place",
            an_attempt_out_of_time_leaves_its_place,
        ),
    ]
}

async fn connect(address: &str) -> Result<Runtime, StartError> {
    let options = ConnectOptions::default().address(address);
    builder().connect(options).await
}

async fn unreachable() {
    // A port that was free a moment ago, and that nobody listens on.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("its number").port()
    };
    let error = connect(&format!("127.0.0.1:{port}"))
        .await
        .expect_err("nobody listens");
    let text = error.to_string();
    assert!(
        matches!(error, StartError::Engine(RunError::Unreachable { .. })),
        "{text}"
    );
    assert!(
        text.contains(&port.to_string()) && text.contains("`dev`"),
        "{text}"
    );
}

async fn bad_address() {
    let error = connect("not an address")
        .await
        .expect_err("it is no address");
    assert!(matches!(error, StartError::Setting { .. }), "{error}");
    assert!(error.to_string().contains("not an address"), "{error}");
}

async fn no_such_run() {
    let runtime = temporal().await;
    let run = RunId::latest("no-such-run");
    let error = runtime
        .engine()
        .describe(&run)
        .await
        .expect_err("there is none");
    assert!(matches!(error, RunError::NotFound(_)), "{error}");
    let error = runtime
        .engine()
        .result(&run)
        .await
        .expect_err("there is none");
    assert!(matches!(error, RunError::NotFound(_)), "{error}");
}

async fn silent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    // Takes every connection, and says nothing.
    let silence = async {
        let mut kept = Vec::new();
        while let Ok(connection) = listener.accept().await {
            kept.push(connection);
        }
    };
    let asked = Instant::now();
    let error = tokio::select! {
        answer = connect(&address) => answer.expect_err("nobody answers"),
        () = silence => panic!("the port is closed"),
    };
    assert!(
        matches!(error, StartError::Engine(RunError::Unreachable { .. })),
        "{error}"
    );
    assert!(error.to_string().contains(&address), "{error}");
    // It is given up after 5 s.
    assert!(
        asked.elapsed() < Duration::from_secs(15),
        "given up after {:?}",
        asked.elapsed()
    );
}

async fn one_id_is_one_run() {
    for runtime in [local(), temporal().await] {
        let id = unique("one");
        let start = || runtime.start::<dreams>(()).id(&id);
        let run = start().await.expect("a start");
        let again = start().await.expect_err("it is running");
        assert!(
            matches!(&again, RunError::AlreadyRunning(taken) if *taken == id),
            "{again}"
        );
        let engine = runtime.engine();
        let latest = RunId::latest(&id);
        let described = engine.describe(&latest).await.expect("a description");
        assert_eq!(described.id.run_id, run.run_id());
        engine.terminate(&latest, "enough").await.expect("an end");
        run.result().await.expect_err("it was ended");
        // An id is free again once its run has ended.
        let next = start().await.expect("another start");
        assert_ne!(next.run_id(), run.run_id());
        engine.terminate(&latest, "enough").await.expect("an end");
    }
}

async fn an_agent_runs_on_its_own_queue() {
    let (runtime, address) = (temporal().await, address().await);
    let main = unique(&format!("{OWN}main"));
    let run = runtime.start::<apart>(()).task_queue(&main);
    let run = run.await.expect("a start");
    // Its step is scheduled before anybody serves the agent's queue.
    let _main = Process::worker(&address, &main);
    let mut steps = agent_steps(&runtime, run.id()).await;
    assert!(steps.next().await.is_some(), "the step is scheduled");
    let side = Process::worker(&address, "own-side");
    assert_eq!(run.result().await.expect("a result"), side.id());
}

async fn a_worker_serves_every_queue_it_names() {
    // A server of its own: nobody else serves a queue there.
    let server = DevServer::start(DevServerOptions::default())
        .await
        .expect("a Temporal dev server");
    let _worker = Process::worker_with(server.address(), &[]);
    let runtime = connect(server.address()).await.expect("a connection");
    // A flock on the default queue with an agent on its own, and a flock on its own queue.
    let aside = runtime.start::<aside>(()).await.expect("a start");
    assert_eq!(
        aside.result().await.expect("a result"),
        "sideways attempt 1"
    );
    let apart = runtime.start::<apart>(()).await.expect("a start");
    assert!(apart.result().await.expect("a result") > 0);
}

async fn an_attempt_out_of_time_leaves_its_place() {
    let (runtime, address) = (temporal().await, address().await);
    let queue = unique(&format!("{OWN}place"));
    let _worker = Process::worker_with(&address, &["--task-queue", &queue, "--concurrency", "1"]);
    let file = trace_file("place").to_string_lossy().into_owned();
    // The first attempt hangs; the second needs the only place.
    let run = runtime.start::<Hang>((file, 2)).task_queue(&queue);
    let run = run.await.expect("a start");
    assert_eq!(run.result().await.expect("a result").n, 2);
}
