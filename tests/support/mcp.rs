//! A small MCP server for the tests: a program of its own over its input and output, or within a test by HTTP.
//! What it is asked to do it leaves in the file that it is told of.

use std::sync::Arc;

use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorCode,
        JsonObject, ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
        Tool, ToolAnnotations,
    },
    service::RequestContext,
    transport::{
        StreamableHttpServerConfig, StreamableHttpService,
        streamable_http_server::session::local::LocalSessionManager,
    },
};
use serde_json::{Value, json};

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

/// The same by HTTP on this machine; gives its URL.
pub(crate) async fn serve_http() -> String {
    let service = StreamableHttpService::new(
        || Ok(Probe),
        Arc::new(LocalSessionManager::default()),
        StreamableHttpServerConfig::default(),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/mcp", listener.local_addr().expect("an address"));
    let router = axum::Router::new().nest_service("/mcp", service);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
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
