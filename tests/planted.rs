//! Secrets are planted: keys of models, of Temporal and of a collector, what MCP servers are given, a password in the
//! URL of an error. Then all that a run leaves behind is searched: history, memo, status, results, logs, streams,
//! traces, metrics. None is found. Keys that every process of the suite has are looked for in the histories of all its
//! runs, in what its workers and commands say, and in what its collectors are told, once they are over.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use axum::{Router, http::HeaderMap};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use flock::{RunId, replay::History};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::{net::TcpListener, process::Command};

use crate::{
    flocks::planted::PASSWORD,
    support::{
        OWN, Process, address, collector::Collector, temporal, test, trace_file, unique, until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("planted::secrets_are_nowhere::local", here),
        test("planted::secrets_are_nowhere::temporal", on_temporal),
    ]
}

/// Each with the variable that has it.
const SECRETS: [(&str, &str); 5] = [
    ("OPENAI_API_KEY", "sk-planted-model-51c0ffee"),
    ("PLANTED_SERVER", "planted-server-51c0ffee"),
    ("PLANTED_HEADER", "Bearer planted-header-51c0ffee"),
    (PASSWORD, "planted-password-51c0ffee"),
    ("TEMPORAL_API_KEY", "planted-temporal-51c0ffee"),
];
/// What all processes of the suite are given: keys that a worker's environment has, and nobody uses.
pub(crate) const EVERYWHERE: [(&str, &str); 3] = [
    ("ANTHROPIC_API_KEY", "sk-ant-planted-51c0ffee"),
    ("GEMINI_API_KEY", "planted-gemini-51c0ffee"),
    ("PLANTED_EVERYWHERE", "planted-everywhere-51c0ffee"),
];

const COLLECTORS: &str = "planted-collector-51c0ffee";
/// What all of them have.
const MARK: &str = "51c0ffee";

/// A vendor who refuses the key, and repeats it.
async fn vendor() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let refuses = async |headers: HeaderMap| {
        let key = headers
            .get("authorization")
            .and_then(|key| key.to_str().ok());
        let key = key.unwrap_or_default().trim_start_matches("Bearer ");
        let message = format!(
            "Incorrect API key provided: {key}. You can find your key at https://x/?key={key}."
        );
        let body = json!({ "error": { "message": message, "code": "invalid_api_key" } });
        (axum::http::StatusCode::UNAUTHORIZED, body.to_string())
    };
    let router = Router::new().fallback(refuses);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/v1/")
}

/// What a process is given that knows all of them.
struct Planted {
    collector: Collector,
    vendor: String,
    config: PathBuf,
    file: String,
}

impl Planted {
    async fn new() -> Self {
        let (file, config) = (trace_file("planted"), trace_file("planted"));
        let program = std::env::current_exe().expect("this program");
        let text = format!(
            "[telemetry]\ncontent = true\n\
             [mcp.probe]\ncommand = {program:?}\nargs = [\"--mcp-server\"]\nenv.KEY = \"PLANTED_SERVER\"\n\
             [mcp.careful]\nurl = \"http://127.0.0.1:1/mcp?token={MARK}\"\nheaders.Authorization = \"PLANTED_HEADER\"\n"
        );
        fs::write(&config, text).expect("a file");
        Self {
            collector: Collector::start(COLLECTORS).await,
            vendor: vendor().await,
            config,
            file: format!("file={}", file.display()),
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Process::command(args);
        command
            .envs(SECRETS)
            .env("OPENAI_BASE_URL", &self.vendor)
            .env("FLOCK_CONFIG", &self.config)
            .env("FLOCK_LOG", "info,flock_runtime=trace,genai=off,rmcp=off")
            .env("TEMPORAL_TLS", "false")
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", self.collector.endpoint())
            .env("OTEL_EXPORTER_OTLP_HEADERS", format!("x-key={COLLECTORS}"))
            .env("OTEL_BSP_SCHEDULE_DELAY", "50");
        command
    }

    /// All that it says, which holds no secret.
    async fn said(&self, args: &[&str]) -> String {
        let output = self.command(args).output().await.expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let said = text(&output.stdout) + &text(&output.stderr);
        clean(&args.join(" "), &said);
        assert!(output.status.success(), "{args:?}: {said}");
        said
    }

    /// What the collector was told.
    async fn told(&self) {
        // With contents: the tools' arguments are there, and failed attempts.
        let names = [
            "\"invoke_workflow planted\"",
            "execute_tool leaks",
            "execute_tool secret",
            "chat spied",
            "how",
            "told_total",
        ];
        let told = until_some("all is told", async || {
            let told = self.collector.told();
            let told: String = told.iter().map(|told| format!("{told}\n")).collect();
            names.iter().all(|name| told.contains(name)).then_some(told)
        })
        .await;
        clean("the collector", &told);
    }
}

#[track_caller]
fn clean(place: &str, text: &str) {
    let line = found(text);
    assert!(line.is_none(), "{place}: {line:?}");
}

/// The first line with a secret.
pub(crate) fn found(text: &str) -> Option<&str> {
    text.lines().find(|line| line.contains(MARK))
}

/// What has to be there, so that there was something to leak.
fn happened(said: &str) {
    for part in [
        "127.0.0.1:1/mail?…",
        "it panicked",
        "Incorrect API key",
        "KEY=[PLANTED_SERVER]",
    ] {
        assert!(said.contains(part), "no {part} in {said}");
    }
}

async fn here() {
    let planted = Planted::new().await;
    let said = planted
        .said(&["run", "planted", "-i", &planted.file, "--stream"])
        .await;
    happened(&said);
    planted.told().await;
}

async fn on_temporal() {
    let planted = Planted::new().await;
    let (address, queue, id) = (
        address().await,
        unique(&format!("{OWN}planted")),
        unique("planted"),
    );
    let log = trace_file("planted");
    let at = ["--address", &address];
    let args = [&["worker", "--task-queue", &queue], &at[..]].concat();
    let mut worker = planted.command(&args);
    let worker =
        Process::spawn(worker.stderr(Stdio::from(fs::File::create(&log).expect("a file"))));
    let args = [
        "run",
        "planted",
        "-i",
        &planted.file,
        "--engine",
        "temporal",
        "--stream",
        "--wait",
    ];
    let args = [&args[..], &["--task-queue", &queue, "--id", &id], &at].concat();
    happened(&planted.said(&args).await);
    for command in ["status", "result"] {
        let args = [&[command, &id, "--json"], &at[..]].concat();
        happened(&planted.said(&args).await);
    }
    planted.said(&[&["history", &id], &at[..]].concat()).await;
    planted.said(&[&["list", "--json"], &at[..]].concat()).await;
    // Each value as it is kept: inputs, results, failures, memo, headers.
    let history = temporal()
        .await
        .history(&RunId::latest(&id))
        .await
        .expect("its history");
    let history: Value = serde_json::from_str(&history.to_json()).expect("JSON");
    let mut texts = String::new();
    kept(&history, &mut texts);
    happened(&texts);
    clean("the history", &texts);
    worker.terminate().await;
    assert_eq!(worker.exit().await, Some(0));
    let log = read(&log);
    assert!(log.contains("agent failed"), "{log}");
    clean("the worker's log", &log);
    planted.told().await;
}

/// All texts of a history, and what they hold in base64.
fn kept(value: &Value, texts: &mut String) {
    match value {
        Value::String(text) => {
            texts.push_str(text);
            texts.push('\n');
            texts.push_str(&decoded(text).unwrap_or_default());
            texts.push('\n');
        }
        Value::Array(values) => values.iter().for_each(|value| kept(value, texts)),
        Value::Object(fields) => fields.values().for_each(|value| kept(value, texts)),
        _ => {}
    }
}

fn decoded(text: &str) -> Option<String> {
    let bytes = BASE64_STANDARD.decode(text).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Fails with the first text of a history that has a secret.
pub(crate) fn look(history: &History) -> Result<(), String> {
    let history: Value =
        serde_json::from_str(&history.to_json()).map_err(|error| error.to_string())?;
    let mut texts = String::new();
    kept(&history, &mut texts);
    match found(&texts) {
        Some(line) => Err(format!("a planted secret is in a history: {line}")),
        None => Ok(()),
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("text")
}
