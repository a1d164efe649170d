//! A small MCP server for the tests: a program of its own over its input and output, or within a test by HTTP.
//! What it is asked to do it leaves in the file that it is told of.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    Json, Router,
    extract::Request,
    http::StatusCode,
    middleware::{Next, from_fn},
    response::IntoResponse,
    routing::{get, post},
};
use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorCode,
        InputRequiredResult, JsonObject, ListToolsResult, PaginatedRequestParams,
        ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
    },
    service::RequestContext,
    transport::{
        StreamableHttpServerConfig, StreamableHttpService,
        streamable_http_server::session::local::LocalSessionManager,
    },
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::flocks::traced::trace;

/// Serves over this program's input and output until the client is gone.
pub(crate) fn serve() -> std::process::ExitCode {
    let tokio = tokio::runtime::Runtime::new().expect("a tokio runtime");
    tokio.block_on(async {
        let io = (tokio::io::stdin(), tokio::io::stdout());
        let server = Probe.serve(io).await.expect("a client");
        server.waiting().await.expect("it ends well");
    });
    std::process::ExitCode::SUCCESS
}

type Service = StreamableHttpService<Probe, LocalSessionManager>;

fn service() -> Service {
    Service::new(
        || Ok(Probe),
        Arc::new(LocalSessionManager::default()),
        StreamableHttpServerConfig::default(),
    )
}

/// The same by HTTP on this machine; gives its URL.
pub(crate) async fn serve_http() -> String {
    let listener = listener().await;
    let url = format!("http://{}/mcp", address(&listener));
    let router = Router::new().nest_service("/mcp", service());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// The same for those who have a token, which is given for this secret; and a count of the tokens: only the last is
/// good, and when the count is raised none is.
pub(crate) async fn serve_to_the_authorized(secret: String) -> (String, Arc<AtomicU32>) {
    let listener = listener().await;
    let base = format!("http://{}", address(&listener));
    let url = format!("{base}/mcp");
    let given = Arc::new(AtomicU32::new(0));
    let resource = json!({ "resource": url, "authorization_servers": [base] });
    let issuer = json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    });
    let (counted, good) = (Arc::clone(&given), Arc::clone(&given));
    let token = move |body: String| async move {
        let form: HashMap<_, _> = url::form_urlencoded::parse(body.as_bytes())
            .into_owned()
            .collect();
        if form.get("client_secret") != Some(&secret)
            || form.get("client_id").is_none_or(|id| id != "worker")
        {
            return (
                StatusCode::UNAUTHORIZED,
                Json(json!({ "error": "invalid_client" })),
            );
        }
        let number = counted.fetch_add(1, Ordering::Relaxed) + 1;
        let token = json!({ "access_token": format!("token-{number}"), "token_type": "bearer", "expires_in": 3600 });
        (StatusCode::OK, Json(token))
    };
    let guard = move |request: Request, next: Next| {
        let good = format!("Bearer token-{}", good.load(Ordering::Relaxed));
        async move {
            let shown = request.headers().get("authorization");
            match shown.is_some_and(|shown| shown.as_bytes() == good.as_bytes()) {
                true => next.run(request).await,
                false => {
                    (StatusCode::UNAUTHORIZED, [("www-authenticate", "Bearer")]).into_response()
                }
            }
        }
    };
    let guarded = Router::new()
        .nest_service("/mcp", service())
        .layer(from_fn(guard));
    let router = Router::new()
        .route(
            "/.well-known/oauth-protected-resource",
            get(Json(resource.clone())),
        )
        .route(
            "/.well-known/oauth-protected-resource/mcp",
            get(Json(resource)),
        )
        .route("/.well-known/oauth-authorization-server", get(Json(issuer)))
        .route("/token", post(token))
        .merge(guarded);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, given)
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a port")
}

fn address(listener: &TcpListener) -> SocketAddr {
    listener.local_addr().expect("an address")
}

#[derive(Clone)]
struct Probe;

impl ServerHandler for Probe {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let none = ToolAnnotations::new;
        Ok(ListToolsResult::with_all_items(vec![
            // Not in their order, and one of a name that an agent's own tool has.
            tool("put", "Puts it there.", none().idempotent(true)),
            tool("pay", "Pays.", none()),
            tool("peek", "Looks at it.", none().read_only(true)),
            tool("seek", "Seeks it.", none().read_only(true)),
            tool(
                "secret",
                "Tells what it should not.",
                none().read_only(true),
            ),
        ]))
    }

    async fn call_tool(
        &self,
        call: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = call.arguments.unwrap_or_default();
        let text = |key: &str| {
            arguments
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let (file, word) = (text("file"), text("word"));
        let done = format!("{}s {word}", call.name);
        if !file.is_empty() {
            trace(file, &done);
        }
        if word == "date" {
            let Some(answers) = call.input_responses else {
                let schema = json!({ "type": "object", "properties": { "day": { "type": "string" } }, "required": ["day"] });
                let params =
                    json!({ "mode": "form", "message": "Which day?", "requestedSchema": schema });
                let request = json!({ "method": "elicitation/create", "params": params });
                let requests =
                    serde_json::from_value(json!({ "day": request })).expect("a question");
                return Ok(
                    InputRequiredResult::new(Some(requests), Some("kept".to_owned())).into(),
                );
            };
            let told = json!({ "state": call.request_state, "answers": answers });
            return Ok(CallToolResult::success(vec![ContentBlock::text(told.to_string())]).into());
        }
        Ok(match (&*call.name, word) {
            (_, "die") => std::process::exit(1),
            (_, "die once") if count(file, &done) == 1 => std::process::exit(1),
            (_, "wrong") => return Err(ErrorData::invalid_params("`wrong` is no word", None)),
            (_, "broken") => {
                return Err(ErrorData::new(ErrorCode::INTERNAL_ERROR, "it broke", None));
            }
            (_, "failed") => CallToolResult::error(vec![ContentBlock::text("it did not work")]),
            (_, "long") => CallToolResult::success(vec![ContentBlock::text("abc".repeat(100))]),
            (_, "version") => {
                let version = context
                    .protocol_version()
                    .map(|version| version.to_string());
                CallToolResult::success(vec![ContentBlock::text(version.unwrap_or_default())])
            }
            ("secret", _) => {
                let mut names: Vec<_> = std::env::vars()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                names.sort();
                CallToolResult::success(vec![ContentBlock::text(names.join("\n"))])
            }
            (name, word) => {
                CallToolResult::success(vec![ContentBlock::text(format!("{name}: {word}"))])
            }
        }
        .into())
    }
}

fn count(file: &str, line: &str) -> usize {
    crate::support::traces(file.as_ref())
        .iter()
        .filter(|traced| *traced == line)
        .count()
}

fn tool(name: &'static str, about: &'static str, hints: ToolAnnotations) -> Tool {
    let schema = json!({
        "type": "object",
        "properties": { "file": { "type": "string" }, "word": { "type": "string" } },
        "required": ["word"],
    });
    let schema: JsonObject = serde_json::from_value(schema).expect("an object");
    Tool::new(name, about, Arc::new(schema)).with_annotations(hints)
}
