//! The server. It keeps nothing: every question is put to the engine.

use std::{borrow::Cow, sync::Arc};

use futures_util::StreamExt;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, CancelTaskParams, ContentBlock,
        CreateTaskResult, GetTaskParams, GetTaskResult, Implementation, JsonObject,
        ListToolsResult, PaginatedRequestParams, ProgressNotificationParam, ServerCapabilities,
        ServerConfig, Tool, UpdateTaskParams,
    },
    service::RequestContext,
};
use serde_json::{Value, json};

use super::{asked, task, tools};
use crate::{
    engine::{RunId, StartOptions},
    error::RunError,
    flock::{entry::FlockEntry, event::StepPhase},
    runtime::Runtime,
    value::payload::Payload,
};

/// What runs are asked about by their ids, where calls give those.
const STATUS: &str = "run_status";
const RESULT: &str = "run_result";
const CANCEL: &str = "run_cancel";

#[derive(Clone)]
pub(super) struct Service {
    runtime: Runtime,
    /// Whether a call gives the run's id in place of its result.
    starts: bool,
}

impl Service {
    pub(super) fn new(runtime: Runtime, starts: bool) -> Self {
        Self { runtime, starts }
    }

    async fn start(
        &self,
        flock: &'static FlockEntry,
        arguments: Option<JsonObject>,
    ) -> Result<RunId, ErrorData> {
        let input = Payload::encode(&tools::arguments(flock, arguments));
        let input = input.and_then(|input| (flock.accepts)(&input).map(|()| input));
        let input = input.map_err(|error| invalid(error.message().to_owned()))?;
        let options = StartOptions {
            workflow_id: Some(task::new_id(flock)),
            ..StartOptions::default()
        };
        let started = self.runtime.start_entry(flock, input, options).await;
        started.map_err(|error| match error {
            // Nothing has run yet: it is what was given.
            RunError::Failed(failure) => invalid(failure.message),
            other => internal(&other),
        })
    }

    /// Waits for a run, and tells the client of each step where it wants to know. A client that wants the call
    /// no more wants the run no more.
    async fn finish(
        &self,
        flock: &'static FlockEntry,
        run: &RunId,
        context: &RequestContext<RoleServer>,
    ) -> CallToolResult {
        let engine = self.runtime.engine();
        let telling = self.tell(run, context);
        let outcome = tokio::select! {
            outcome = engine.result(run) => outcome,
            () = telling => engine.result(run).await,
            () = context.ct.cancelled() => {
                let _ = engine.cancel(run, "the MCP client wants it no more").await;
                Err(RunError::Cancelled)
            }
        };
        tools::result(Some(flock), outcome)
    }

    async fn tell(&self, run: &RunId, context: &RequestContext<RoleServer>) {
        let Some(token) = context.meta.get_progress_token() else {
            return std::future::pending().await;
        };
        let Ok(steps) = self.runtime.engine().steps_in_history(run).await else {
            return std::future::pending().await;
        };
        let mut steps = std::pin::pin!(steps);
        let mut done = 0.0;
        while let Some(event) = steps.next().await {
            let Some(step) = event.agent() else {
                continue;
            };
            if let StepPhase::Completed { .. } = step.phase {
                done += 1.0;
                let said = step
                    .summary
                    .clone()
                    .unwrap_or_else(|| step.agent.to_string());
                let progress =
                    ProgressNotificationParam::new(token.clone(), done).with_message(said);
                let _ = context.peer.notify_progress(progress).await;
            }
        }
    }

    /// What is asked about a run by its id.
    async fn about(&self, tool: &str, arguments: &JsonObject) -> Result<CallToolResult, ErrorData> {
        let id = arguments
            .get("run")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let run = known(id)?;
        let engine = self.runtime.engine();
        let value = match tool {
            CANCEL => {
                match engine.cancel(&run, "an MCP client asked for it").await {
                    Ok(()) | Err(RunError::Ended(_)) => {}
                    Err(error) => return Err(missing(&error)),
                }
                json!({ "run": id, "cancelled": true })
            }
            RESULT => {
                let described = engine
                    .describe(&run)
                    .await
                    .map_err(|error| missing(&error))?;
                let flock = self.runtime.registry().flock(&described.flock);
                return Ok(tools::result(flock, engine.result(&run).await));
            }
            _ => {
                let described = engine
                    .describe(&run)
                    .await
                    .map_err(|error| missing(&error))?;
                let (waiting, message) = task::waiting(&self.runtime, &run, &described).await;
                json!({ "run": id, "status": described.status, "waits_for": asked::told(&waiting), "message": message })
            }
        };
        let mut result = CallToolResult::success(vec![ContentBlock::text(value.to_string())]);
        result.structured_content = Some(value);
        Ok(result)
    }
}

impl ServerHandler for Service {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_tasks()
            .build();
        let mut config = ServerConfig::new(capabilities);
        config.server_info =
            Implementation::new(crate::cli::args::program_name(), env!("CARGO_PKG_VERSION"));
        config
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let flocks = self.runtime.registry().flocks();
        let mut listed: Vec<Tool> = flocks
            .map(|flock| tools::tool(flock, self.starts))
            .collect();
        if self.starts {
            listed.extend([
                of_run(
                    STATUS,
                    "Tells where a run stands, and what it asks of people.",
                ),
                of_run(RESULT, "Waits for a run's end, and gives its result."),
                of_run(CANCEL, "Asks a run to end; it may clean up first."),
            ]);
        }
        Ok(ListToolsResult::with_all_items(listed))
    }

    async fn call_tool(
        &self,
        call: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(flock) = self.runtime.registry().flock(&call.name) else {
            if self.starts && [STATUS, RESULT, CANCEL].contains(&&*call.name) {
                let arguments = call.arguments.unwrap_or_default();
                return Ok(self.about(&call.name, &arguments).await?.into());
            }
            return Err(invalid(format!("there is no tool `{}`", call.name)));
        };
        let run = self.start(flock, call.arguments).await?;
        let knows_tasks = context
            .client_capabilities()
            .is_some_and(|client| client.supports_tasks());
        if knows_tasks {
            return Ok(CallToolResponse::Task(CreateTaskResult::new(task::begun(
                &run.workflow_id,
            ))));
        }
        if self.starts {
            let value = json!({ "run": run.workflow_id });
            let mut result = CallToolResult::success(vec![ContentBlock::text(value.to_string())]);
            result.structured_content = Some(value);
            return Ok(result.into());
        }
        Ok(self.finish(flock, &run, &context).await.into())
    }

    async fn get_task(
        &self,
        asked: GetTaskParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetTaskResult, ErrorData> {
        let run = known(&asked.task_id)?;
        let task = task::looked_at(&self.runtime, &run).await;
        task.map(GetTaskResult::new)
            .map_err(|error| missing(&error))
    }

    async fn update_task(
        &self,
        update: UpdateTaskParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let run = known(&update.task_id)?;
        let open = self
            .runtime
            .requests(&run)
            .await
            .map_err(|error| missing(&error))?;
        for (id, response) in &update.input_responses {
            // One that is answered already, or by somebody else, is none any more: by the protocol that is no error.
            let Some(request) = open.iter().find(|request| request.id == *id) else {
                continue;
            };
            let answer = asked::answer(request, response);
            let Some(answer) = answer.map_err(|problem| invalid(format!("`{id}`: {problem}")))?
            else {
                continue;
            };
            match self.runtime.answer(&run, id, answer).await {
                Ok(()) | Err(RunError::Ended(_)) => {}
                Err(RunError::Refused(failure)) => {
                    return Err(invalid(format!("`{id}`: {}", failure.message)));
                }
                Err(error) => return Err(internal(&error)),
            }
        }
        Ok(())
    }

    async fn cancel_task(
        &self,
        asked: CancelTaskParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let run = known(&asked.task_id)?;
        match self
            .runtime
            .engine()
            .cancel(&run, "the MCP client wants it no more")
            .await
        {
            Ok(()) | Err(RunError::Ended(_)) => Ok(()),
            Err(error) => Err(missing(&error)),
        }
    }
}

fn of_run(name: &'static str, about: &'static str) -> Tool {
    let schema = json!({ "type": "object", "properties": { "run": { "type": "string" } }, "required": ["run"] });
    let schema = schema.as_object().cloned().unwrap_or_default();
    Tool::new(name, about, Arc::new(schema))
}

fn known(id: &str) -> Result<RunId, ErrorData> {
    task::run(id).ok_or_else(|| invalid(format!("there is no task `{id}`")))
}

fn invalid(what: impl Into<Cow<'static, str>>) -> ErrorData {
    ErrorData::invalid_params(what, None)
}

fn internal(error: &RunError) -> ErrorData {
    ErrorData::internal_error(error.to_string(), None)
}

fn missing(error: &RunError) -> ErrorData {
    match error {
        RunError::NotFound(id) => invalid(format!("there is no task `{id}`")),
        other => internal(other),
    }
}
