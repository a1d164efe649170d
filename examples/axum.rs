//! A web server that runs flocks: start, follow by server-sent events, approve, list, cancel.
//!
//! ```text
//! cargo run --example axum
//! curl -X PUT localhost:3000/flocks/article/runs/a-1 --json '{"topic": "lighthouses"}'
//! curl -N localhost:3000/runs/a-1/events
//! curl -X POST localhost:3000/runs/a-1/approvals/publish-1 --json '{"approved": true, "by": "ann"}'
//! curl localhost:3000/runs/a-1/result
//! ```
//!
//! Runs are in this process, and end with it. With `engine = "temporal"` in `flock.toml` the same
//! program is a client and a worker of a Temporal server, and its runs outlive it.

use std::{convert::Infallible, error::Error, future::pending, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
    routing::{get, post, put},
};
use flock::{Answer, ErrorKind, IdConflict, IdReuse, RunError, Runtime, prelude::*};
use futures_util::{Stream, StreamExt};
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// Writes about a topic.
#[agent(output = "text: String")]
async fn writer(topic: String) -> flock::Result<String> {
    Ok(format!(
        "Everybody speaks of {topic}, and few could say why."
    ))
}

/// Writes an article, and gives it once an editor has approved of it.
#[flock(task_queue = "articles")]
async fn article(ctx: FlockContext, topic: String) -> flock::Result<String> {
    ctx.set_status("writing")?;
    let draft = ctx.run::<writer>(topic).await?.text;
    ctx.set_status("with the editors")?;
    let decision = ctx
        .approval("publish", &draft)
        .describe("May this go out?")
        .by(["ann", "bob"])
        .within("2d")
        .await?;
    match decision.approved {
        true => Ok(draft),
        false => Err(flock::Error::denied("the editors did not like it")),
    }
}

fn routes(runtime: Runtime) -> Router {
    Router::new()
        .route("/flocks/{flock}/runs/{id}", put(start))
        .route("/runs", get(list))
        .route("/runs/{id}", get(status).delete(cancel))
        .route("/runs/{id}/events", get(events))
        .route("/runs/{id}/result", get(result))
        .route("/runs/{id}/approvals/{request}", post(answer))
        .with_state(runtime)
}

/// Starts a flock by its name, with the body as its input. Sent twice, it starts one run.
async fn start(
    State(runtime): State<Runtime>,
    Path((flock, id)): Path<(String, String)>,
    Json(input): Json<Value>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let run = runtime
        .start_named(&flock, input)
        .id(id)
        .id_conflict(IdConflict::UseExisting)
        .id_reuse(IdReuse::RejectDuplicate)
        .await?;
    Ok((StatusCode::ACCEPTED, Json(json!(run.id()))))
}

/// The runs there are, the newest first.
async fn list(State(runtime): State<Runtime>) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!(runtime.list().flock("article").await?)))
}

/// Where a run stands, and what it asks.
async fn status(
    State(runtime): State<Runtime>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let run = runtime.find(id).await?;
    let (described, told) = (run.describe().await?, run.status().await?);
    Ok(Json(json!({ "run": described, "told": told })))
}

/// What happens in a run, from its start to its end.
async fn events(
    State(runtime): State<Runtime>,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let steps = runtime.find(id).await?.steps().await?;
    let events = steps.map(|step| {
        let event = Event::default().json_data(step);
        Ok(event.unwrap_or_else(|error| Event::default().comment(error.to_string())))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// The result, once there is one.
async fn result(
    State(runtime): State<Runtime>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(runtime.find(id).await?.result().await?))
}

/// Answers what a run asks. Who asks for this is not checked here, as a real server would.
async fn answer(
    State(runtime): State<Runtime>,
    Path((id, request)): Path<(String, String)>,
    Json(body): Json<Decision>,
) -> Result<StatusCode, Refusal> {
    let answer = Answer::value(&body);
    let answer = match &body.by {
        Some(by) => answer.by(by),
        None => answer,
    };
    runtime.find(id).await?.answer(&request, answer).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn cancel(
    State(runtime): State<Runtime>,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    runtime
        .find(id)
        .await?
        .cancel("a client asked for it")
        .await?;
    Ok(StatusCode::ACCEPTED)
}

/// What a client is told that cannot have what it asked for.
struct Refusal(RunError);

impl From<RunError> for Refusal {
    fn from(error: RunError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let code = match &self.0 {
            RunError::NotFound(_) | RunError::UnknownFlock { .. } => StatusCode::NOT_FOUND,
            RunError::Invalid(_) => StatusCode::BAD_REQUEST,
            RunError::AlreadyUsed(_) | RunError::Ended(_) => StatusCode::CONFLICT,
            RunError::Refused(failure) => match failure.kind {
                ErrorKind::Denied => StatusCode::FORBIDDEN,
                ErrorKind::NotFound => StatusCode::NOT_FOUND,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            },
            RunError::ShuttingDown | RunError::NoWorker(_) | RunError::Unreachable { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (code, Json(json!({ "error": self.0.to_string() }))).into_response()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let runtime = Runtime::builder().configured().await?;
    if runtime.engine().name() == "temporal" {
        // Runs go on only where there is a worker: this program is its own.
        tokio::spawn(runtime.worker().run(pending()));
    }
    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, routes(runtime.clone()));
    let server = server.with_graceful_shutdown(async { drop(stopped.await) });
    let server = tokio::spawn(server.into_future());
    tokio::signal::ctrl_c().await?;
    for run in runtime.shutdown("2s").await? {
        eprintln!("{run} did not come to its end");
    }
    drop(stop);
    // Who follows a run hears of its end meanwhile. One on Temporal has none yet.
    let _ = tokio::time::timeout(Duration::from_secs(5), server).await;
    Ok(())
}
