//! A worker's connections, one a server.

use std::{collections::BTreeMap, fmt, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ElicitRequest, ElicitRequestParams, InputRequest,
    InputRequiredResult,
};
use serde_json::Value;
use tokio::sync::Mutex;

use super::{
    connect::{Connected, connect},
    content,
    fault::{self, Request},
    secrets::Secrets,
    tools,
};
use crate::{
    agent::{
        mcp::{FAILED, Listed, Question, Questions, RemoteAnswer, RemoteCall, Servers},
        tool::MAX_RESULT,
    },
    config::{Config, McpSection},
    declare::effect::Effect,
    error::{Error, ErrorKind, Result},
};

/// The servers of `flock.toml`.
pub(crate) struct Pool(BTreeMap<String, Server>);

struct Server {
    section: McpSection,
    /// Of those that ask at once, one connects.
    line: Mutex<Option<Line>>,
}

/// A connection, and what must not be said of it.
#[derive(Clone)]
struct Line {
    connected: Arc<Connected>,
    secrets: Arc<Secrets>,
}

impl Pool {
    pub(crate) fn new(config: &Config) -> Self {
        let server = |(name, section): (&String, &McpSection)| {
            let server = Server {
                section: section.clone(),
                line: Mutex::default(),
            };
            (name.clone(), server)
        };
        Self(config.mcp.iter().map(server).collect())
    }

    fn server(&self, name: &str) -> Result<&Server> {
        self.0.get(name).ok_or_else(|| {
            Error::permanent(format!("this worker's `flock.toml` has no [mcp.{name}]"))
                .with_type(FAILED)
        })
    }
}

impl Server {
    /// The connection; a new one where there is none, or the last was lost.
    async fn line(&self, name: &str) -> Result<Line> {
        let mut kept = self.line.lock().await;
        if let Some(line) = &*kept
            && !line.connected.is_closed()
            && !line.connected.peer().is_transport_closed()
        {
            return Ok(line.clone());
        }
        *kept = None;
        let mut secrets = Secrets::default();
        let connected = connect(name, &self.section, &mut secrets).await;
        let connected = connected.map_err(|error| secrets.without_in(error))?;
        let line = Line {
            connected: Arc::new(connected),
            secrets: Arc::new(secrets),
        };
        *kept = Some(line.clone());
        Ok(line)
    }

    /// The error of a request, after which the connection may be of no more use.
    async fn failed(&self, request: Request<'_>, line: &Line, error: &rmcp::ServiceError) -> Error {
        let mut failed = fault::failed(request, error);
        // A token has its time, and nothing was done without one.
        if self.section.client_id.is_some() && *failed.error.kind() == ErrorKind::Denied {
            failed.error = fault::unreachable(request.server, "its token is no more good");
            failed.lost = true;
        }
        if failed.lost {
            let mut kept = self.line.lock().await;
            if kept
                .as_ref()
                .is_some_and(|kept| Arc::ptr_eq(&kept.connected, &line.connected))
            {
                *kept = None;
            }
        }
        line.secrets.without_in(failed.error)
    }

    async fn tools(&self, name: &str) -> Result<Listed> {
        let line = self.line(name).await?;
        match line.connected.peer().list_all_tools().await {
            Ok(listed) => tools::kept(name, &self.section, listed),
            Err(error) => {
                let request = Request {
                    server: name,
                    tool: None,
                };
                Err(self.failed(request, &line, &error).await)
            }
        }
    }

    async fn call(&self, call: &RemoteCall, effect: Effect) -> Result<RemoteAnswer> {
        let name = &call.server;
        let line = self.line(name).await?;
        let mut params = CallToolRequestParams::new(call.tool.clone());
        params.arguments = match &call.arguments {
            Value::Object(arguments) => Some(arguments.clone()),
            _ => None,
        };
        if let Some(answered) = &call.answered {
            params.input_responses = Some(answered.responses.clone());
            params.request_state = answered.state.clone();
        }
        let most = self.section.max_result.unwrap_or(MAX_RESULT) as usize;
        // Dropped, as at its limit, it tells the server that nobody waits any more.
        match line.connected.peer().call_tool_once(params).await {
            Ok(CallToolResponse::Complete(result)) => {
                let answer = content::shown(result, most);
                Ok(RemoteAnswer::new(
                    line.secrets.without(answer.text),
                    answer.failed,
                ))
            }
            Ok(CallToolResponse::InputRequired(asked)) => questions(asked)
                .map(RemoteAnswer::asking)
                .ok_or_else(|| strange(name)),
            Ok(_) => Err(strange(name)),
            Err(error) => {
                let request = Request {
                    server: name,
                    tool: Some((&call.tool, effect)),
                };
                Err(self.failed(request, &line, &error).await)
            }
        }
    }
}

/// What it asks of people; none where it asks for what it was not offered.
fn questions(asked: InputRequiredResult) -> Option<Questions> {
    let question = |(key, request)| match request {
        InputRequest::Elicitation(ElicitRequest {
            params:
                ElicitRequestParams::FormElicitationParams {
                    message,
                    requested_schema,
                    ..
                },
            ..
        }) => {
            let schema = serde_json::to_value(requested_schema).ok()?;
            Some((key, Question { message, schema }))
        }
        _ => None,
    };
    let requests = asked.input_requests.unwrap_or_default().into_iter();
    Some(Questions {
        questions: requests.map(question).collect::<Option<_>>()?,
        state: asked.request_state,
    })
}

fn strange(name: &str) -> Error {
    Error::permanent(format!(
        "MCP server `{name}` wants to go on in a way that it was not offered"
    ))
    .with_type(FAILED)
}

impl Servers for Pool {
    fn has(&self, server: &str) -> bool {
        self.0.contains_key(server)
    }

    fn tools<'a>(&'a self, server: &'a str) -> BoxFuture<'a, Result<Listed>> {
        async move { self.server(server)?.tools(server).await }.boxed()
    }

    fn call<'a>(
        &'a self,
        call: &'a RemoteCall,
        effect: Effect,
    ) -> BoxFuture<'a, Result<RemoteAnswer>> {
        async move { self.server(&call.server)?.call(call, effect).await }.boxed()
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
