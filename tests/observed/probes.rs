//! What a worker tells those who keep it running: probes, and lines of its log.

use flock::{
    dev_server::{DevServer, DevServerOptions},
    engine::temporal::ConnectOptions,
};
use libtest_mimic::Trial;
use serde_json::Value;

use super::asked;
use crate::{
    flocks::observed::{EverythingInput, everything, measured},
    support::{
        OWN, Process, Spoken, address, builder, temporal, test, trace_file, traces, unique, until,
        until_some,
    },
};

pub(super) fn trials() -> Vec<Trial> {
    vec![
        test("observed::a_probe_fails_in_time", a_probe_fails_in_time),
        test("observed::a_line_says_whose_it_is", a_line_says_whose_it_is),
    ]
}

/// Waits until a worker says that it stands so, and gives all it says then.
async fn until_it_is(door: &str, wanted: &str) -> Value {
    until_some(&format!("it is {wanted}"), async || {
        let (status, told) = asked(door, "/readyz").await;
        let told: Value = serde_json::from_str(&told).expect("JSON");
        assert_eq!(status == 200, told["status"] == "ready", "{status} {told}");
        (told["status"] == wanted).then_some(told)
    })
    .await
}

/// It is not ready while it stops, nor while the server is away; and alive it is all the time.
async fn a_probe_fails_in_time() {
    let server = DevServer::start(DevServerOptions::default()).await;
    let server = server.expect("a server");
    let address = server.address().to_owned();
    let connection = ConnectOptions::default().address(&address);
    let runtime = builder().connect(connection).await.expect("a connection");
    let flags = ["--task-queue", "own-observed", "--grace", "10m"];
    let worker = || Process::command(&[&["worker", "--address", &address], &flags[..]].concat());
    let (stopping, _, door) = Process::listening(&mut worker()).await;
    let file = trace_file("probed");
    let input = EverythingInput::from((file.display().to_string(), true));
    runtime.start::<everything>(input).await.expect("a start");
    until("an agent is at work", || {
        traces(&file).iter().any(|line| line == "stalls")
    })
    .await;
    until_it_is(&door, "ready").await;
    stopping.terminate().await;
    until_it_is(&door, "stopping").await;
    assert_eq!(asked(&door, "/healthz").await.0, 200);
    drop(stopping);

    let (_worker, _, door) = Process::listening(&mut worker()).await;
    until_it_is(&door, "ready").await;
    server.stop().await.expect("it ends");
    let told = until_it_is(&door, "unreachable").await;
    assert!(told["error"].is_string(), "{told}");
    assert_eq!(asked(&door, "/healthz").await.0, 200);
}

/// A field of a line: its own, or that of a span around it.
fn field<'a>(line: &'a Value, name: &str) -> &'a Value {
    let spans = line["spans"].as_array().into_iter().flatten().rev();
    let mut places = [&line["fields"]].into_iter().chain(spans);
    places
        .find_map(|place| place.get(name))
        .unwrap_or(&Value::Null)
}

async fn a_line_says_whose_it_is() {
    let (runtime, address) = (temporal().await, address().await);
    let queue = unique(&format!("{OWN}logs"));
    let args = ["worker", "--address", &address, "--task-queue", &queue];
    let mut command = Process::command(&[&args[..], &["--log-format", "json"]].concat());
    // Nobody takes the spans; that they are told is enough for a trace's id.
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
    let mut worker = Spoken::of(command);
    let start = runtime.start::<measured>(1).task_queue(&queue);
    let run = start.await.expect("a start");
    let mut told = Vec::new();
    loop {
        let line = worker.line().await.expect("it goes on");
        let line: Value = serde_json::from_str(&line).expect("a JSON object a line");
        let is_last = field(&line, "message") == "flock completed";
        told.push(line);
        if is_last {
            break;
        }
    }
    let run_id = run.id().run_id.as_str();
    let of_run = |line: &&Value| field(line, "run_id") == run_id;
    let trace = run_id.replace('-', "");
    let by = |agent: &str, attempt: u64, level: &str| {
        let is_it = |line: &&&Value| {
            field(line, "agent") == agent
                && field(line, "attempt") == attempt
                && line["level"] == level
        };
        let mut own = told.iter().filter(of_run).filter(|line| is_it(&line));
        let line = own.next();
        line.unwrap_or_else(|| panic!("{agent} {attempt} {level}: {told:#?}"))
    };
    let failed = by("stumbles", 1, "WARN");
    let again = by("stumbles", 2, "INFO");
    let ended = told.iter().rfind(of_run).expect("the last");
    for line in [failed, again, ended] {
        assert_eq!(field(line, "workflow_id"), run.workflow_id(), "{line}");
        assert_eq!(field(line, "trace_id"), trace.as_str(), "{line}");
        assert!(field(line, "took").is_string(), "{line}");
    }
    assert_eq!(field(ended, "flock"), "measured", "{ended}");
    assert_eq!(ended["level"], "INFO");
}
