//! What those who operate a program are told of its work: spans, by a sink in this process and by a collector of
//! other people's, which a worker that is killed does not double.

mod probes;

use std::{
    collections::BTreeMap,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
};

use flock::{
    RunId, Runtime, RuntimeBuilder,
    config::Config,
    engine::temporal::ConnectOptions,
    telemetry::{Span, SpanSink, SpanValue},
};
use libtest_mimic::Trial;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    flocks::{
        observed::{EverythingInput, everything, measured},
        tooled::{Alone, SoloInput, turns},
    },
    support::{
        OWN, Process, address, builder, collector::Collector, status_of, test, trace_file, traces,
        unique, until, until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        test("observed::every_piece_of_work_is_a_span::local", spans_here),
        test(
            "observed::every_piece_of_work_is_a_span::temporal",
            spans_on_temporal,
        ),
        test(
            "observed::tools_within_one_step_are_spans::local",
            looped_here,
        ),
        test(
            "observed::tools_within_one_step_are_spans::temporal",
            looped_on_temporal,
        ),
        test("observed::a_collector_is_told::local", collected_here),
        test(
            "observed::a_killed_worker_doubles_no_span::temporal",
            collected_on_temporal,
        ),
        test("observed::content_is_told_where_it_is_wanted", content),
        test("observed::work_is_counted::local", metrics_here),
        test("observed::work_is_counted::temporal", metrics_on_temporal),
    ];
    trials.extend(probes::trials());
    trials
}

/// What the caller has begun.
const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Span>>>);

impl Kept {
    fn spans(&self) -> Vec<Span> {
        let spans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spans.clone()
    }
}

impl SpanSink for Kept {
    fn record(&self, span: &Span) {
        let mut spans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spans.push(span.clone());
    }
}

async fn spans_here() {
    let kept = Kept::default();
    let runtime = builder().trace_to(kept.clone()).build().expect("a runtime");
    complete(&runtime, &kept, None).await;
}

async fn spans_on_temporal() {
    let kept = Kept::default();
    let runtime = on_temporal(builder().trace_to(kept.clone())).await;
    let queue = unique(&format!("{OWN}observed"));
    let worker = runtime.worker().task_queue(&queue);
    tokio::select! {
        () = complete(&runtime, &kept, Some(&queue)) => {}
        ended = worker.run(std::future::pending()) => panic!("{ended:?}"),
    }
}

/// Those of a conversation that is one step are made within its attempt.
async fn looped_here() {
    let kept = Kept::default();
    let config = Config::parse("[telemetry]\ncontent = true").expect("a configuration");
    let builder = builder().config(config).trace_to(kept.clone());
    looped(&builder.build().expect("a runtime"), &kept, None).await;
}

async fn looped_on_temporal() {
    let kept = Kept::default();
    let config = Config::parse("[telemetry]\ncontent = true").expect("a configuration");
    let runtime = on_temporal(builder().config(config).trace_to(kept.clone())).await;
    let queue = unique(&format!("{OWN}observed"));
    let worker = runtime.worker().task_queue(&queue);
    tokio::select! {
        () = looped(&runtime, &kept, Some(&queue)) => {}
        ended = worker.run(std::future::pending()) => panic!("{ended:?}"),
    }
}

async fn looped(runtime: &Runtime, kept: &Kept, queue: Option<&str>) {
    let file = trace_file("observed").display().to_string();
    let plan = turns(&[&["seek:one", "measure:{\"word\": \"four\"}"], &["put:two"]]);
    let mut start = runtime.start::<Alone>(SoloInput::from((file, plan)));
    if let Some(queue) = queue {
        start = start.task_queue(queue);
    }
    let run = start.traceparent(CALLER).await.expect("a start");
    run.result().await.expect("a result");
    let shape = || shape(&kept.spans());
    until("the run is told", || {
        shape().contains("invoke_workflow alone")
    })
    .await;
    assert_eq!(shape(), ONE_STEP.trim_start());
    let spans = kept.spans();
    assert!(spans.iter().all(|span| span.trace_id == TRACE));
    let of = |name: &'static str| {
        let mut named = spans.iter().filter(move |span| span.name == name);
        move || named.next().expect("a span")
    };
    let text = |span: &Span, name: &str| {
        let text = span.attribute(name).and_then(SpanValue::as_text);
        text.unwrap_or_else(|| panic!("{name}: {span:?}"))
            .to_owned()
    };
    let seek = of("execute_tool seek")();
    for (name, value) in [
        ("gen_ai.operation.name", "execute_tool"),
        ("gen_ai.tool.name", "seek"),
        ("gen_ai.tool.type", "function"),
        ("gen_ai.agent.name", "solo"),
    ] {
        assert_eq!(text(seek, name), value);
    }
    assert!(text(seek, "gen_ai.tool.call.arguments").contains("\"word\":\"one\""));
    assert!(text(seek, "gen_ai.tool.call.result").contains("saw one"));
    let wrong = of("execute_tool measure")();
    assert_eq!(text(wrong, "error.type"), "Invalid");
    // Its agent's second attempt asks nobody again, and calls it again.
    let mut put = of("execute_tool put");
    let (first, second) = (put(), put());
    assert_eq!(text(first, "error.type"), "Transient");
    assert!(second.error.is_none() && first.span_id != second.span_id);
}

const ONE_STEP: &str = "
invoke_workflow alone
  invoke_agent solo 1
    chat any 1
    chat any 1
    execute_tool measure 1
    execute_tool put 1
    execute_tool seek 1
  invoke_agent solo 2
    chat any 2
    execute_tool put 2
";

async fn on_temporal(builder: RuntimeBuilder) -> Runtime {
    let options = ConnectOptions::default().address(address().await);
    builder.connect(options).await.expect("a connection")
}

/// A run, and what is told of it.
async fn complete(runtime: &Runtime, kept: &Kept, queue: Option<&str>) {
    let file = trace_file("observed");
    let input = EverythingInput::from((file.display().to_string(), false));
    let mut start = runtime.start::<everything>(input).traceparent(CALLER);
    if let Some(queue) = queue {
        start = start.task_queue(queue);
    }
    let run = start.await.expect("a start");
    run.result().await.expect("a result");
    let shape = || shape(&kept.spans());
    until("the run is told", || {
        shape().contains("invoke_workflow everything")
    })
    .await;
    assert_eq!(shape(), SHAPE.trim_start());
    let spans = kept.spans();
    assert!(spans.iter().all(|span| span.trace_id == TRACE));
    let number = |span: &Span, name: &str| match span.attribute(name) {
        Some(SpanValue::Number(number)) => *number,
        other => panic!("{name} of {}: {other:?}", span.name),
    };
    for chat in spans.iter().filter(|span| span.name == "chat any") {
        assert_eq!(number(chat, "gen_ai.usage.input_tokens"), 10);
        assert_eq!(number(chat, "gen_ai.usage.output_tokens"), 2);
        let provider = chat.attribute("gen_ai.provider.name");
        assert_eq!(provider, Some(&"planned".into()));
        assert_eq!(chat.attribute("gen_ai.input.messages"), None);
    }
    let failed: Vec<_> = spans.iter().filter(|span| span.error.is_some()).collect();
    let types = failed.iter().map(|span| span.attribute("error.type"));
    let mut types: Vec<_> = types.flatten().filter_map(SpanValue::as_text).collect();
    types.sort_unstable();
    assert_eq!(types, ["Invalid", "Stumbled"]);
}

/// Each span below what it is part of, sorted: what is done side by side ends as it likes.
const SHAPE: &str = "
invoke_workflow everything
  invoke_agent planner
    chat any 1
    chat any 1
    execute_tool measure 1
    execute_tool seek 1
  invoke_agent stumbles 1
  invoke_agent stumbles 2
  invoke_workflow inner_work
    invoke_agent helps 1
";

fn shape(spans: &[Span]) -> String {
    let mut below: BTreeMap<Option<u64>, Vec<&Span>> = BTreeMap::new();
    let known = |id| spans.iter().any(|span| span.span_id == id);
    for span in spans {
        let parent = span.parent_span_id.filter(|id| known(*id));
        below.entry(parent).or_default().push(span);
    }
    let mut text = String::new();
    show(&below, None, 0, &mut text);
    text
}

fn show(
    below: &BTreeMap<Option<u64>, Vec<&Span>>,
    of: Option<u64>,
    depth: usize,
    text: &mut String,
) {
    let mut lines: Vec<_> = below.get(&of).into_iter().flatten().collect();
    let line = |span: &Span| match span.attribute("flock.attempt") {
        Some(SpanValue::Number(attempt)) => format!("{} {attempt}", span.name),
        _ => span.name.clone(),
    };
    lines.sort_by_key(|span| line(span));
    for span in lines {
        text.push_str(&format!("{}{}\n", "  ".repeat(depth), line(span)));
        show(below, Some(span.span_id), depth + 1, text);
    }
}

const KEY: &str = "the-collectors-key";

/// What a process is told of a collector.
fn telling(command: &mut tokio::process::Command, collector: &Collector) {
    command
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())
        .env("OTEL_EXPORTER_OTLP_HEADERS", format!("x-key={KEY}"))
        .env("OTEL_BSP_SCHEDULE_DELAY", "50")
        .env("OTEL_SERVICE_NAME", "shop");
}

async fn collected_here() {
    let collector = Collector::start(KEY).await;
    let file = trace_file("observed");
    let file = format!("file={}", file.display());
    let args = ["run", "everything", "-i", &file, "-i", "stalls_once=false"];
    let mut command = Process::command(&args);
    telling(&mut command, &collector);
    command.env("TRACEPARENT", CALLER);
    let output = command.output().await.expect("it runs");
    assert!(output.status.success(), "{output:?}");
    // It has flushed at its end.
    until("all is told", || collector.spans().len() == 10).await;
    let spans = collector.spans();
    assert_eq!(ids(&spans).len(), 10);
    for span in &spans {
        assert_eq!(span["trace"], "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(span["resource"]["service.name"], "shop");
        let kind = if span["name"] == "chat any" { 3 } else { 1 };
        assert_eq!(span["kind"], kind);
    }
    let run = spans
        .iter()
        .find(|span| span["name"] == "invoke_workflow everything");
    assert_eq!(run.expect("the run's")["parent"], "00f067aa0ba902b7");
}

/// The spans' ids, each once.
fn ids(spans: &[Value]) -> Vec<&str> {
    let mut ids: Vec<_> = spans
        .iter()
        .filter_map(|span| span["span"].as_str())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

async fn collected_on_temporal() {
    let collector = Collector::start(KEY).await;
    let (address, queue) = (address().await, unique(&format!("{OWN}observed")));
    let worker = || {
        let args = ["worker", "--address", &address, "--task-queue", &queue];
        let mut command = Process::command(&args);
        telling(&mut command, &collector);
        Process::spawn(command.stderr(Stdio::null()))
    };
    let runtime = on_temporal(builder()).await;
    let file = trace_file("observed");
    let input = EverythingInput::from((file.display().to_string(), true));
    let start = runtime.start::<everything>(input).task_queue(&queue);
    let run = start.await.expect("a start");
    let first_run = run.id().run_id.clone();
    let mut killed = worker();
    until("it hangs", || {
        traces(&file).iter().any(|line| line == "stalls")
    })
    .await;
    // What had ended before has been sent.
    until("two attempts are told", || collector.spans().len() == 2).await;
    killed.kill().await;
    let second = worker();
    run.result().await.expect("a result");
    let last_run = runtime
        .engine()
        .describe(&RunId::latest(run.workflow_id()))
        .await;
    let last_run = last_run.expect("a run").id.run_id;
    collector
        .until_told("invoke_workflow everything", &last_run)
        .await;
    second.terminate().await;
    assert_eq!(second.exit().await, Some(0));
    // Asked when it has ended, a third replays all of it.
    let third = worker();
    for run_id in [&first_run, &last_run] {
        let run = RunId::new(run.workflow_id(), run_id);
        // One that comes as a worker ends may be lost with its poll.
        until_some("a status", || status_of(&runtime, &run)).await;
    }
    third.terminate().await;
    assert_eq!(third.exit().await, Some(0));
    let spans = collector.spans();
    let name = |span: &Value| span["name"].as_str().unwrap_or_default().to_owned();
    let mut names: Vec<_> = spans.iter().map(name).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "chat any",
            "chat any",
            "execute_tool measure",
            "execute_tool seek",
            "invoke_agent helps",
            "invoke_agent planner",
            "invoke_agent stalls",
            "invoke_agent stumbles",
            "invoke_agent stumbles",
            "invoke_agent stumbles",
            "invoke_agent stumbles",
            "invoke_workflow everything",
            "invoke_workflow everything",
            "invoke_workflow inner_work",
        ]
    );
    assert_eq!(ids(&spans).len(), spans.len());
    let trace = first_run.replace('-', "");
    assert!(spans.iter().all(|span| span["trace"] == trace.as_str()));
    // The one that took over is the agent's first attempt, of which a worker was lost.
    let hung = spans
        .iter()
        .find(|span| span["name"] == "invoke_agent stalls");
    let hung = &hung.expect("the attempt that ended")["attributes"];
    assert_eq!(
        (&hung["flock.attempt"], &hung["flock.lost_workers"]),
        (&1.into(), &1.into())
    );
    // The second run is part of the first.
    let of = |run_id: &str| {
        let is_its = |span: &&Value| {
            span["name"] == "invoke_workflow everything"
                && span["attributes"]["temporal.run.id"] == run_id
        };
        spans.iter().find(is_its).expect("the run's")
    };
    assert_eq!(of(&first_run)["parent"], "");
    assert_eq!(
        of(&first_run)["attributes"]["flock.status"],
        "continued_as_new"
    );
    assert_eq!(of(&last_run)["parent"], of(&first_run)["span"]);
}

async fn content() {
    let kept = Kept::default();
    let config = Config::parse("[telemetry]\ncontent = true").expect("a configuration");
    let builder = builder().config(config).trace_to(kept.clone());
    let runtime = builder.build().expect("a runtime");
    let file = trace_file("observed").display().to_string();
    let run = runtime.start::<everything>(EverythingInput::from((file, false)));
    run.await
        .expect("a start")
        .result()
        .await
        .expect("a result");
    let spans = kept.spans();
    let text = |name: &str, attribute: &str| {
        let span = spans.iter().find(|span| span.name == name).expect("a span");
        span.attribute(attribute)
            .and_then(SpanValue::as_text)
            .map(str::to_owned)
    };
    let has = |name: &str, attribute: &str, what: &str| {
        let text = text(name, attribute).unwrap_or_default();
        assert!(text.contains(what), "{attribute}: {text}");
    };
    has(
        "chat any",
        "gen_ai.system_instructions",
        "You do what the plan says",
    );
    has("chat any", "gen_ai.input.messages", "seek:one");
    has("chat any", "gen_ai.output.messages", "tool_call");
    has(
        "execute_tool seek",
        "gen_ai.tool.call.arguments",
        "\"word\":\"one\"",
    );
    has("execute_tool seek", "gen_ai.tool.call.result", "saw one");
    assert_eq!(text("invoke_agent helps", "gen_ai.tool.call.result"), None);
}

async fn metrics_here() {
    let runtime = builder().metrics().build().expect("a runtime");
    let run = runtime.start::<measured>(3);
    run.await
        .expect("a start")
        .result()
        .await
        .expect("a result");
    let text = runtime.metrics().to_prometheus();
    counted(&text, "own-observed");
    // Nobody has asked for them.
    let runtime = builder().build().expect("a runtime");
    let run = runtime.start::<measured>(3);
    run.await
        .expect("a start")
        .result()
        .await
        .expect("a result");
    assert_eq!(runtime.metrics().to_prometheus(), "");
}

/// What is told of `measured`, on every engine.
fn counted(text: &str, queue: &str) {
    let has = |line: &str| {
        assert!(text.lines().any(|told| told == line), "no {line} in {text}");
    };
    has("temporal_workflow_execution_count{status=\"completed\",workflow_type=\"measured\"} 1");
    has("temporal_workflow_duration_seconds_count{workflow_type=\"measured\"} 1");
    has("temporal_active_workflows 0");
    has("temporal_activity_execution_count{activity_name=\"stumbles\",status=\"failed\"} 1");
    has("temporal_activity_execution_count{activity_name=\"stumbles\",status=\"completed\"} 1");
    has("temporal_activity_duration_seconds_count{activity_name=\"stumbles\"} 2");
    has(&format!(
        "temporal_task_queue_processed_total{{queue_name=\"{queue}\"}} 5"
    ));
    has(
        "flock_model_tokens_total{agent_name=\"deputy\",direction=\"input\",model=\"planned/any\"} 10",
    );
    has(
        "flock_model_requests_total{agent_name=\"deputy\",model=\"planned/any\",status=\"completed\"} 1",
    );
    has("weighed_total{kind=\"a \\\"good\\\" one\"} 3");
    has("weights_bucket{le=\"2\"} 0");
    has("weights_sum 3");
    has("of_agents 1");
    let bounds = ["1", "10", "60", "300", "1800", "3600", "+Inf"].map(|le| {
        format!(
            "temporal_workflow_duration_seconds_bucket{{workflow_type=\"measured\",le=\"{le}\"}} "
        )
    });
    for bound in bounds {
        assert!(text.contains(&bound), "no {bound} in {text}");
    }
}

/// Asks a worker by HTTP.
pub(crate) async fn asked(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let question = format!("GET {path} HTTP/1.0\r\nhost: worker\r\n\r\n");
    stream
        .write_all(question.as_bytes())
        .await
        .expect("it is asked");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .await
        .expect("it answers");
    let (head, text) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    (status.expect("a status"), text.to_owned())
}

async fn metrics_on_temporal() {
    let collector = Collector::start(KEY).await;
    let (address, queue) = (address().await, unique(&format!("{OWN}observed")));
    let worker = async || {
        let flags = ["--task-queue", &queue, "--cache-size", "0"];
        let args = [&["worker", "--address", &address], &flags[..]].concat();
        let mut command = Process::command(&args);
        telling(&mut command, &collector);
        Process::listening(&mut command).await
    };
    let (first, _, door) = worker().await;
    let runtime = on_temporal(builder()).await;
    let run = runtime
        .start::<measured>(3)
        .task_queue(&queue)
        .await
        .expect("a start");
    run.result().await.expect("a result");
    let ready = async || asked(&door, "/readyz").await.0 == 200;
    until_some("it is ready", async || ready().await.then_some(())).await;
    assert_eq!(
        asked(&door, "/healthz").await,
        (200, "{\"status\":\"ok\"}".to_owned())
    );
    assert_eq!(asked(&door, "/nothing").await.0, 404);
    // What waits the server knows about, and a little late.
    until_some("nothing waits any more", async || {
        let (_, told) = asked(&door, "/readyz").await;
        (told.contains(&queue) && told.contains("\"backlog\":0")).then_some(())
    })
    .await;
    // So may the last workflow task be told a little after the result.
    let depth = format!("temporal_task_queue_depth{{queue_name=\"{queue}\"}} 0");
    let text = until_some("the run is counted", async || {
        let (_, text) = asked(&door, "/metrics").await;
        (text.contains("workflow_type=\"measured\"")
            && text.contains("temporal_active_workflows 0")
            && text.contains("flock_worker_ready 1")
            && text.contains(&depth))
        .then_some(text)
    });
    let text = text.await;
    counted(&text, &queue);
    let has = |part: &str| assert!(text.contains(part), "no {part} in {text}");
    // The SDK's own.
    has("temporal_workflow_completed{");
    has("# TYPE temporal_workflow_task_execution_latency histogram");
    has(
        "temporal_request{namespace=\"default\",operation=\"RespondWorkflowTaskCompleted\",service_name=\"temporal-core-sdk\"",
    );
    has("# TYPE temporal_long_request_latency histogram");
    first.terminate().await;
    first.exit().await;
    // Told to stop, it has sent them.
    let sent = |name: &str, status: &str| {
        let told = collector.told();
        let is_it =
            |told: &&Value| told["metric"] == name && told["attributes"]["status"] == status;
        told.iter().find(is_it).cloned()
    };
    until("metrics are sent", || {
        let sent = sent("temporal_activity_execution_count", "failed");
        sent.is_some_and(|sent| sent["value"] == 1.0)
    })
    .await;
    // Replayed by another, it is counted by nobody.
    let (_second, _, door) = worker().await;
    until_some("a status", || status_of(&runtime, run.id())).await;
    let (_, text) = asked(&door, "/metrics").await;
    for silent in [
        "temporal_workflow_execution_count",
        "temporal_activity_execution_count",
        "weighed_total",
    ] {
        assert!(!text.contains(silent), "{silent} in {text}");
    }
}
