//! What a worker answers by HTTP: `/metrics` for Prometheus, `/healthz` and `/readyz` for probes.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::future::try_join_all;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderValue},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    engine::{TaskQueueHealth, http, temporal::TemporalEngine},
    error::RunError,
};

/// How long a probe waits for the server.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is asked whether the worker is ready, and how many tasks wait.
const PERIOD: Duration = Duration::from_secs(15);
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Who answers: the worker of these queues.
pub(super) struct Door {
    pub(super) engine: TemporalEngine,
    pub(super) queues: Vec<String>,
    /// The worker has been told to stop.
    pub(super) stop: CancellationToken,
}

/// Takes the address, before the worker begins.
pub(super) async fn bind(address: SocketAddr) -> Result<TcpListener, RunError> {
    let listener = http::bind(address, " for metrics and probes").await?;
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "metrics at http://{address}/metrics, probes at /healthz and /readyz");
    }
    Ok(listener)
}

/// Answers until it is dropped.
pub(super) async fn serve(listener: TcpListener, door: Arc<Door>) {
    let answer = move |request| {
        let door = Arc::clone(&door);
        async move { door.answer(&request).await }
    };
    http::serve(listener, answer).await;
}

/// Keeps whether the worker is ready and how many tasks wait, until it is dropped.
pub(super) async fn watch(door: Arc<Door>) {
    let metrics = &door.engine.parts().telemetry.metrics;
    let mut ticks = tokio::time::interval(PERIOD);
    loop {
        ticks.tick().await;
        let state = door.state().await;
        metrics.worker_ready(state.is_ready());
        let State::Known(queues) = state else {
            // What cannot be asked now is asked again.
            continue;
        };
        for queue in queues {
            if let Some(tasks) = queue.backlog {
                metrics.queue_depth(&queue.name, tasks);
            }
        }
    }
}

/// How a worker stands.
enum State {
    Stopping,
    /// The server does not answer.
    Silent,
    Refused(RunError),
    Known(Vec<TaskQueueHealth>),
}

impl State {
    /// Whether the server answers, and somebody polls each queue of the worker.
    fn is_ready(&self) -> bool {
        matches!(self, Self::Known(queues) if queues.iter().all(TaskQueueHealth::is_polled))
    }

    fn told(&self) -> Value {
        match self {
            Self::Stopping => json!({ "status": "stopping" }),
            Self::Silent => {
                json!({ "status": "unreachable", "error": "the server does not answer" })
            }
            Self::Refused(error) => {
                json!({ "status": "unreachable", "error": error.to_string() })
            }
            Self::Known(queues) if self.is_ready() => {
                json!({ "status": "ready", "queues": queues })
            }
            Self::Known(queues) => json!({ "status": "not polling yet", "queues": queues }),
        }
    }
}

impl Door {
    async fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        if ![Method::GET, Method::HEAD].contains(request.method()) {
            return reply(StatusCode::METHOD_NOT_ALLOWED, TEXT, String::new());
        }
        match request.uri().path() {
            "/metrics" => {
                let metrics = self.engine.parts().telemetry.metrics.to_prometheus();
                reply(StatusCode::OK, TEXT, metrics)
            }
            // The process answers, and its threads are not all blocked.
            "/healthz" => reply(StatusCode::OK, JSON, json!({ "status": "ok" }).to_string()),
            "/readyz" => {
                let state = self.state().await;
                let status = match state.is_ready() {
                    true => StatusCode::OK,
                    false => StatusCode::SERVICE_UNAVAILABLE,
                };
                reply(status, JSON, state.told().to_string())
            }
            _ => reply(
                StatusCode::NOT_FOUND,
                TEXT,
                "there are /metrics, /healthz and /readyz\n".to_owned(),
            ),
        }
    }

    async fn state(&self) -> State {
        if self.stop.is_cancelled() {
            return State::Stopping;
        }
        let asked = self
            .queues
            .iter()
            .map(|queue| self.engine.task_queue(queue));
        let known = timeout(PATIENCE, try_join_all(asked)).await;
        // Meanwhile it may have been told to stop, and then polls no more.
        if self.stop.is_cancelled() {
            return State::Stopping;
        }
        match known {
            Ok(Ok(queues)) => State::Known(queues),
            Ok(Err(error)) => State::Refused(error),
            Err(_) => State::Silent,
        }
    }
}

fn reply(status: StatusCode, kind: HeaderValue, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
