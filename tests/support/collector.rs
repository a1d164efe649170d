//! A collector of traces and metrics by other hands.

use std::{
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Child,
};

use super::{opentelemetry, rubbish, until};

/// A process that takes OTLP, and what it was told. It ends when this is dropped.
pub(crate) struct Collector {
    _child: Child,
    port: u16,
    told: Arc<Mutex<Vec<Value>>>,
}

impl Collector {
    /// One that takes what comes with this key.
    pub(crate) async fn start(key: &str) -> Self {
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/observed/collector.py");
        let mut command = opentelemetry(&script).await;
        command.arg(key).stdin(Stdio::null()).kill_on_drop(true);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("Python");
        let mut lines = BufReader::new(child.stdout.take().expect("its stdout")).lines();
        let port = lines.next_line().await.expect("a line").expect("its port");
        let told = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&told);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                rubbish::heard("traces and metrics", &line);
                let line = serde_json::from_str(&line).expect("a line of JSON");
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.push(line);
            }
        });
        Self {
            _child: child,
            port: port.parse().expect("a port"),
            told,
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// All that it was told so far.
    pub(crate) fn told(&self) -> Vec<Value> {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.clone()
    }

    pub(crate) fn spans(&self) -> Vec<Value> {
        let told = self.told().into_iter();
        told.filter(|told| told.get("span").is_some()).collect()
    }

    /// Waits for a span of this name, of this run.
    pub(crate) async fn until_told(&self, name: &str, run_id: &str) {
        let is_it =
            |span: &Value| span["name"] == name && span["attributes"]["temporal.run.id"] == run_id;
        until(name, || self.spans().iter().any(is_it)).await;
    }
}
