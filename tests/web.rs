//! The example of a web server, asked by HTTP: the same program on both engines.

use std::{process::Stdio, sync::Arc};

use flock::dev_server::{DevServer, DevServerOptions};
use libtest_mimic::Trial;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{
    examples::program,
    support::{PATIENCE, test, trace_file, unique, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    [
        both("web::an_article_is_followed_and_approved", followed),
        both("web::an_article_is_listed_and_cancelled", cancelled),
        both("web::a_client_is_told_what_is_wrong", refused),
        both("web::who_follows_hears_of_the_shutdown", shut_down),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The same test on each engine. It has a server of its own, since no other program has these flocks.
fn both<F, T>(name: &str, body: F) -> [Trial; 2]
where
    F: Fn(Engine) -> T + Copy + Send + Sync + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let temporal = move || async move {
        let server = DevServer::start(DevServerOptions::default()).await;
        body(Engine::Temporal(server.unwrap().into())).await;
    };
    [
        test(&format!("{name}::local"), move || body(Engine::Local)),
        test(&format!("{name}::temporal"), temporal),
    ]
}

#[derive(Clone)]
enum Engine {
    Local,
    Temporal(Arc<DevServer>),
}

/// The example in a process of its own, and a client of it.
struct Server {
    process: Child,
    url: String,
    client: Client,
}

impl Server {
    async fn on(engine: &Engine) -> Self {
        let (engine, address) = match engine {
            Engine::Local => ("local", ""),
            Engine::Temporal(server) => ("temporal", server.address()),
        };
        let config = trace_file("web").with_file_name("flock.toml");
        std::fs::write(&config, format!("engine = \"{engine}\"")).unwrap();
        let mut command = Command::new(program("axum"));
        command
            .arg("127.0.0.1:0")
            .env("FLOCK_CONFIG", config)
            .env("TEMPORAL_ADDRESS", address)
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        let url = said.lines().next_line().await.unwrap();
        // Whichever comes first: there is one for all.
        let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
        Self {
            process,
            url: url.expect("where it listens"),
            client: Client::new(),
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let request = self.client.request(method, format!("{}{path}", self.url));
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(body.to_string()),
            None => request,
        };
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        read(self.ask(Method::GET, path, None).await).await
    }

    async fn start(&self, id: &str) -> (StatusCode, Value) {
        let path = format!("/flocks/article/runs/{id}");
        let input = json!({ "topic": "lighthouses" });
        read(self.ask(Method::PUT, &path, Some(input)).await).await
    }

    async fn answer(&self, id: &str, request: &str, by: &str) -> StatusCode {
        let path = format!("/runs/{id}/approvals/{request}");
        let answer = json!({ "approved": true, "by": by });
        self.ask(Method::POST, &path, Some(answer)).await.status()
    }

    async fn events(&self, id: &str) -> Events {
        let path = format!("/runs/{id}/events");
        let response = self.ask(Method::GET, &path, None).await;
        assert_eq!(response.status(), StatusCode::OK);
        Events {
            response,
            text: String::new(),
            seen: Vec::new(),
        }
    }
}

async fn read(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(json!(text)))
}

/// Server-sent events, as they come.
struct Events {
    response: Response,
    text: String,
    seen: Vec<Value>,
}

impl Events {
    async fn until(&mut self, event: &str) -> Value {
        tokio::time::timeout(PATIENCE, async {
            loop {
                let next = self.next().await;
                let next = next.unwrap_or_else(|| panic!("no {event} in {:?}", self.seen));
                self.seen.push(next.clone());
                if next["event"] == event {
                    return next;
                }
            }
        })
        .await
        .expect("it comes")
    }

    async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let data = event.strip_prefix("data: ").map(str::to_owned);
                self.text = rest.to_owned();
                match data {
                    Some(data) => return Some(serde_json::from_str(&data).unwrap()),
                    None => continue,
                }
            }
            let chunk = self.response.chunk().await.ok()??;
            self.text += &String::from_utf8_lossy(&chunk);
        }
    }
}

async fn followed(engine: Engine) {
    let server = Server::on(&engine).await;
    let id = unique("article");
    let (status, started) = server.start(&id).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{started}");
    let (_, again) = server.start(&id).await;
    assert_eq!(started, again, "sent twice, it is one run");
    let mut events = server.events(&id).await;
    let asked = events.until("approval_asked").await;
    assert_eq!(asked["description"], "May this go out?");
    let (_, told) = server.get(&format!("/runs/{id}")).await;
    assert_eq!(told["run"]["status"], "running");
    assert_eq!(told["told"]["state"], "with the editors");
    assert_eq!(
        server.answer(&id, "publish-1", "eve").await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        server.answer(&id, "publish-1", "ann").await,
        StatusCode::NO_CONTENT
    );
    let end = events.until("ended").await;
    let text = "Everybody speaks of lighthouses, and few could say why.";
    assert_eq!(end["result"], text);
    assert_eq!(events.next().await, None, "the stream ends with the run");
    let mut states = events.seen.iter().filter(|event| event["event"] == "state");
    let last = states.next_back().expect("a state");
    assert_eq!(last["state"], "with the editors");
    let steps = events
        .seen
        .iter()
        .filter(|event| event["agent"] == "writer" && event["phase"] != "worker_lost");
    assert_eq!(steps.count(), 2, "{:?}", events.seen);
    let (status, result) = server.get(&format!("/runs/{id}/result")).await;
    assert_eq!((status, result), (StatusCode::OK, json!(text)));
    assert_eq!(
        server.answer(&id, "publish-1", "ann").await,
        StatusCode::CONFLICT
    );
    let (status, _) = server.start(&id).await;
    assert_eq!(status, StatusCode::CONFLICT, "the id was used");
}

async fn cancelled(engine: Engine) {
    let server = Server::on(&engine).await;
    let id = unique("article");
    server.start(&id).await;
    let mut events = server.events(&id).await;
    events.until("approval_asked").await;
    until_some("it is listed", async || {
        let (_, runs) = server.get("/runs").await;
        let is_listed = |run: &Value| run["workflow_id"] == id.as_str();
        runs.as_array()?.iter().any(is_listed).then_some(())
    })
    .await;
    let path = format!("/runs/{id}");
    let cancel = async || server.ask(Method::DELETE, &path, None).await.status();
    assert_eq!(cancel().await, StatusCode::ACCEPTED);
    let end = events.until("ended").await;
    assert_eq!(end["status"], "cancelled");
    assert_eq!(cancel().await, StatusCode::CONFLICT, "it has ended");
}

async fn refused(engine: Engine) {
    let server = Server::on(&engine).await;
    for path in ["", "/events", "/result"] {
        let (status, said) = server.get(&format!("/runs/nobody{path}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(said["error"], "there is no run `nobody`", "{path}");
    }
    let put =
        async |path: &str, body: Value| read(server.ask(Method::PUT, path, Some(body)).await).await;
    let (status, said) = put("/flocks/artical/runs/a", json!({})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let wanted = "there is no flock `artical`; did you mean `article`? (flocks: article)";
    assert_eq!(said["error"], wanted);
    let (status, said) = put("/flocks/article/runs/a", json!({ "topic": 1 })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let said = said["error"].as_str().unwrap();
    let wanted = "the input of flock `article` does not fit: field `topic`: invalid type";
    assert!(said.starts_with(wanted), "{said}");
}

async fn shut_down(engine: Engine) {
    let mut server = Server::on(&engine).await;
    let id = unique("article");
    server.start(&id).await;
    let mut events = server.events(&id).await;
    events.until("approval_asked").await;
    let pid = server.process.id().unwrap().to_string();
    let sent = Command::new("kill").args(["-INT", &pid]).status().await;
    assert!(sent.is_ok_and(|sent| sent.success()));
    let is_local = matches!(engine, Engine::Local);
    if is_local {
        let end = events.until("ended").await;
        assert_eq!(end["status"], "cancelled");
    }
    let ended = tokio::time::timeout(PATIENCE, server.process.wait()).await;
    assert!(ended.expect("it ends").unwrap().success());
    if !is_local {
        // It goes on without the server: another takes it over.
        let next = Server::on(&engine).await;
        let path = format!("/runs/{id}");
        let works = async || (next.get(&path).await.0 == StatusCode::OK).then_some(());
        until_some("its worker answers", works).await;
        assert_eq!(
            next.answer(&id, "publish-1", "bob").await,
            StatusCode::NO_CONTENT
        );
        let (status, _) = next.get(&format!("/runs/{id}/result")).await;
        assert_eq!(status, StatusCode::OK);
    }
}
