//! Steps that wait for leave: of the flock's budget, or of a person. Before, where that is said, and after, where one that changes something
//! was begun and never ended.

use serde_json::{Value, json};

use super::{
    FlockContext,
    approval::{RESOLVE, Resolution},
    budget::Budget,
};
use crate::{
    agent::entry::AgentEntry,
    declare::options::CallOptions,
    error::{Error, Result},
    flock::backend::AgentCall,
    value::payload::Payload,
};

/// The failure type of a call that a person refused.
pub(super) const REFUSED: &str = "Refused";

/// Makes a call that wants leave, or must not be made twice by itself.
pub(super) async fn guarded(context: FlockContext, call: AgentCall) -> Result<Payload> {
    let agent = call.agent.descriptor;
    if agent.model_options().is_some()
        && let Some(budget) = Budget::of_run(&context)
    {
        let spent = || context.run_state().spent();
        budget.leave(&context, spent, || Value::Null).await?;
    }
    if needs_approval(call.agent, call.options()) {
        leave(&context, &call)
            .await
            .map_err(|error| agent.failed(error))?;
    }
    loop {
        let result = context.backend().run_agent(call.clone()).ended().await;
        let error = match result {
            Err(error) if agent.effects.is_write() && error.leaves_open() => error,
            result => return result,
        };
        match resolution(&context, &call, &error).await? {
            Resolution::Done(result) => return Payload::encode(&result),
            Resolution::Run => {}
            Resolution::GiveUp => return Err(error),
        }
    }
}

/// Whether a person is asked before a call is made.
pub(super) fn needs_approval(agent: &AgentEntry, options: &CallOptions) -> bool {
    let called = options.called.as_ref();
    agent.descriptor.effects.needs_approval == Some(true)
        || called.is_some_and(|called| called.needs_approval)
}

/// What people know it by.
fn name(call: &AgentCall) -> &str {
    let called = call.options().called.as_ref();
    called.map_or(call.agent.descriptor.name, |called| &called.name)
}

/// Asks a person whether exactly this call may be made.
async fn leave(context: &FlockContext, call: &AgentCall) -> Result<()> {
    let name = name(call);
    let arguments: Value = call.input.decode()?;
    let asked = context
        .approval(&request_name(name), &arguments)
        .describe(format!("May `{name}` be called with exactly this?"));
    let decision = asked.await?;
    if decision.approved {
        return Ok(());
    }
    let who = decision.by.as_deref().unwrap_or("a person");
    let why = decision.comment.as_deref();
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    Err(Error::denied(format!("{who} refused this call{why}")).with_type(REFUSED))
}

/// Asks what has become of a call that was begun and never ended.
async fn resolution(context: &FlockContext, call: &AgentCall, error: &Error) -> Result<Resolution> {
    let name = name(call);
    let input: Value = call.input.decode()?;
    let begun = json!({ "agent": name, "input": input, "error": error.message() });
    context
        .approval(&request_name(&format!("{RESOLVE}{name}")), &begun)
        .resolution(call.agent.gives)
        .describe(format!(
            "`{name}` was begun and never ended: what has become of it? It changes something, so it is not run again by itself."
        ))
        .await
}

/// Names of requests are single words.
pub(super) fn request_name(agent: &str) -> String {
    agent.replace(|c: char| c == '/' || c.is_whitespace(), "-")
}
