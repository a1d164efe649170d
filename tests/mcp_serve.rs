//! This program's flocks as tools of MCP clients, and runs as their tasks.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use std::{collections::BTreeMap, process::Stdio};

use libtest_mimic::Trial;
use rmcp::{
    RoleClient, ServiceError,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, CancelTaskParams,
        ClientCapabilities, ClientConfig, ErrorCode, GetTaskParams, Implementation,
        ProtocolVersion, TaskPayload, TaskStatus, UpdateTaskParams,
    },
    service::{ClientLifecycleMode, ClientServiceExt, RunningService},
    transport::{
        StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use serde_json::{Value, json};
use tokio::process::Child;

use crate::support::{Process, Spoken, address, folder, say, say_in, temporal, test, until_some};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("mcp_serve::flocks_are_tools", tools),
        test("mcp_serve::a_run_is_started_and_asked_about", started),
        test("mcp_serve::a_task_is_a_run_and_outlives_the_server", task),
        test("mcp_serve::by_http", http),
        test("mcp_serve::no_door_is_open_to_all", closed),
    ]
}

/// A client and the server that it has started.
struct Client {
    server: Child,
    service: RunningService<RoleClient, ClientConfig>,
}

fn knowing(capabilities: ClientCapabilities) -> ClientConfig {
    ClientConfig::new(capabilities, Implementation::new("test", "1"))
}

fn newest() -> ClientLifecycleMode {
    ClientLifecycleMode::Discover {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
    }
}

impl Client {
    async fn start(
        capabilities: ClientCapabilities,
        mode: ClientLifecycleMode,
        flags: &[&str],
    ) -> Self {
        let mut server = Process::command(&[&["mcp-serve"], flags].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let io = (server.stdout.take().unwrap(), server.stdin.take().unwrap());
        let service = knowing(capabilities).serve_with_lifecycle(io, mode).await;
        Self {
            server,
            service: service.unwrap(),
        }
    }

    async fn old(flags: &[&str]) -> Self {
        let none = ClientCapabilities::default();
        Self::start(none, ClientLifecycleMode::Initialize, flags).await
    }

    async fn call(
        &self,
        tool: &'static str,
        arguments: Value,
    ) -> Result<CallToolResponse, ServiceError> {
        let mut params = CallToolRequestParams::new(tool);
        params.arguments = arguments.as_object().cloned();
        self.service.call_tool_once(params).await
    }

    async fn result(&self, tool: &'static str, arguments: Value) -> CallToolResult {
        complete(self.call(tool, arguments).await.unwrap())
    }

    /// Begins a task, and gives its id.
    async fn begin(&self, tool: &'static str, arguments: Value) -> String {
        match self.call(tool, arguments).await.unwrap() {
            CallToolResponse::Task(created) => {
                assert_eq!(created.task.status, TaskStatus::Working);
                created.task.task_id
            }
            other => panic!("{other:?}"),
        }
    }

    async fn look(&self, task: &str) -> TaskPayload {
        let params: GetTaskParams = serde_json::from_value(json!({ "taskId": task })).unwrap();
        self.service
            .peer()
            .get_task(params)
            .await
            .unwrap()
            .task
            .payload
    }

    async fn until(&self, task: &str, status: TaskStatus) -> TaskPayload {
        until_some("the task gets there", async || {
            let payload = self.look(task).await;
            (payload.status() == status).then_some(payload)
        })
        .await
    }
}

fn complete(response: CallToolResponse) -> CallToolResult {
    match response {
        CallToolResponse::Complete(result) => result,
        other => panic!("{other:?}"),
    }
}

fn text(result: &CallToolResult) -> &str {
    &result.content[0].as_text().unwrap().text
}

async fn tools() {
    let client = Client::old(&[]).await;
    let tools = client.service.list_all_tools().await.unwrap();
    let ponder = tools.iter().find(|tool| tool.name == "ponder").unwrap();
    assert_eq!(
        ponder.description.as_deref(),
        Some("A flock that is a tool.")
    );
    assert_eq!(ponder.input_schema["required"], json!(["word"]));
    assert_eq!(
        ponder.output_schema.as_ref().unwrap()["required"],
        json!(["value"])
    );
    let result = client.result("ponder", json!({ "word": "hm" })).await;
    assert_eq!(
        (text(&result), &result.structured_content),
        ("hm?", &Some(json!({ "value": "hm?" })))
    );
    let refused = client.call("ponder", json!({ "wrod": "hm" })).await;
    let Err(ServiceError::McpError(error)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(error.code, ErrorCode::INVALID_PARAMS);
    assert!(error.message.contains("word"), "{}", error.message);
    let failed = client
        .result("plan", json!({ "file": "", "plan": [["broken:luck"]] }))
        .await;
    assert_eq!(failed.is_error, Some(true));
    assert!(text(&failed).contains("no luck today"), "{failed:?}");
}

async fn started() {
    let client = Client::old(&["--tools", "start"]).await;
    let begun = client.result("greeted", json!({ "name": "ann" })).await;
    let run = begun.structured_content.unwrap();
    let asked = until_some("it asks", async || {
        let status = client
            .result("run_status", run.clone())
            .await
            .structured_content?;
        status["waits_for"].get(0).cloned()
    });
    assert_eq!(
        asked.await,
        json!({ "id": "greet-1", "asks": "greet\n\nann" })
    );
    client.result("run_cancel", run.clone()).await;
    let ended = client.result("run_result", run).await;
    assert_eq!(
        (text(&ended), ended.is_error),
        ("the run was cancelled", Some(true))
    );
    let stranger = client
        .call("run_cancel", json!({ "run": "order-42" }))
        .await;
    assert!(stranger.is_err(), "it is no run of a client's");
}

async fn task() {
    temporal().await;
    let address = address().await;
    let flags = ["--engine", "temporal", "--address", &address];
    let knows = || ClientCapabilities::builder().enable_tasks().build();
    let mut client = Client::start(knows(), newest(), &flags).await;
    let task = client.begin("greeted", json!({ "name": "ann" })).await;
    let other = client.begin("greeted", json!({ "name": "bob" })).await;
    client.server.kill().await.unwrap();
    // It was all that knew of them, and did not.
    let client = Client::start(knows(), newest(), &flags).await;
    let TaskPayload::InputRequired { input_requests } =
        client.until(&task, TaskStatus::InputRequired).await
    else {
        panic!("it asks");
    };
    let asked = serde_json::to_value(&input_requests).unwrap();
    assert_eq!(asked["greet-1"]["params"]["message"], "greet\n\nann");
    assert_eq!(
        asked["greet-1"]["params"]["requestedSchema"]["required"],
        json!(["approved"])
    );
    let yes = json!({ "action": "accept", "content": { "approved": true, "comment": "warmly" } });
    let answers = BTreeMap::from([("greet-1".to_owned(), yes)]);
    let update: UpdateTaskParams =
        serde_json::from_value(json!({ "taskId": task, "inputResponses": answers })).unwrap();
    client.service.peer().update_task(update).await.unwrap();
    let TaskPayload::Completed { result } = client.until(&task, TaskStatus::Completed).await else {
        panic!("it is done");
    };
    assert_eq!(result["content"][0]["text"], "hello, ann, warmly");
    assert_eq!(
        result["structuredContent"],
        json!({ "value": "hello, ann, warmly" })
    );
    let params: CancelTaskParams = serde_json::from_value(json!({ "taskId": other })).unwrap();
    client.service.peer().cancel_task(params).await.unwrap();
    client.until(&other, TaskStatus::Cancelled).await;
    let guessed: GetTaskParams = serde_json::from_value(json!({ "taskId": "order-42" })).unwrap();
    assert!(client.service.peer().get_task(guessed).await.is_err());
}

async fn http() {
    // Whichever test comes first: there is one for all.
    let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
    let http = ["mcp-serve", "--http", "127.0.0.1:0"];
    let mut command = Process::command(&[&http[..], &["--token-env", "MCP_TOKEN"]].concat());
    // As a file has it.
    command.env("MCP_TOKEN", "s3cret\n");
    let mut server = Spoken::of(command);
    let line = loop {
        let line = server.line().await.unwrap();
        if line.contains("http://") {
            break line;
        }
    };
    let url = line
        .split_whitespace()
        .find(|word| word.starts_with("http://"))
        .unwrap()
        .to_owned();
    let refused = reqwest::Client::new()
        .post(&url)
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 401);
    let mut config = StreamableHttpClientTransportConfig::with_uri(url);
    config.auth_header = Some("s3cret".to_owned());
    let transport = StreamableHttpClientTransport::from_config(config);
    let service = knowing(ClientCapabilities::default()).serve_with_lifecycle(transport, newest());
    let service = service.await.unwrap();
    let mut params = CallToolRequestParams::new("ponder");
    params.arguments = json!({ "word": "hm" }).as_object().cloned();
    let result = complete(service.call_tool_once(params).await.unwrap());
    assert_eq!(text(&result), "hm?");
    server.send("-INT").await;
    assert_eq!(server.exit().await, Some(0));
}

async fn closed() {
    let said = say(&["mcp-serve", "--http", "0.0.0.0:0"]).await;
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("`--token-env`"), "{}", said.err);
    // Of what the file names, no flag is blamed.
    let folder = folder("mcp-token");
    let file = "[serve]\nmcp_http = '127.0.0.1:0'\nmcp_token_env = 'MCP_TOKEN'";
    std::fs::write(folder.join("flock.toml"), file).unwrap();
    for variables in [&[][..], &[("MCP_TOKEN", " ")]] {
        let said = say_in(&folder, &["mcp-serve"], variables).await;
        assert_eq!(said.code, Some(2), "{}", said.err);
        assert!(said.err.contains("MCP_TOKEN"), "{}", said.err);
        assert!(!said.err.contains("--token-env"), "{}", said.err);
    }
}
