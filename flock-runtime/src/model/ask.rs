//! One attempt of a struct agent: ask, check, ask again with what was wrong.

use std::{pin::pin, sync::Arc};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Either, select},
};
use serde_json::Value;

use super::{Fault, ModelRequest, Models, answer::AnswerForm};
use crate::{
    agent::{Agent, AgentKind, ModelOptions, context::AgentContext, state::State},
    error::{Error, Result},
    value::payload::Payload,
};

/// Questions in one attempt: the first, and two more where an answer does not fit.
const ROUNDS: usize = 3;

/// Asks. The input is encoded before anything is waited for: it need not be `Send`.
pub(crate) fn ask<A: Agent>(
    context: AgentContext,
    input: &A::Input,
) -> BoxFuture<'static, Result<A::Output>> {
    let input = Payload::encode(input).and_then(|input| input.decode());
    asked::<A>(context, input).boxed()
}

async fn asked<A: Agent>(context: AgentContext, input: Result<Value>) -> Result<A::Output> {
    let AgentKind::Model(options) = A::DESCRIPTOR.kind else {
        return Err(Error::permanent("a function agent has no model"));
    };
    let attempt = pin!(attempt::<A>(&context, options, input?));
    let cancelled = pin!(context.cancelled());
    // An answer that nobody waits for still costs money.
    match select(attempt, cancelled).await {
        Either::Left((result, _)) => result,
        Either::Right(((), _)) => Err(Error::cancelled("cancelled while the model was asked")),
    }
}

async fn attempt<A: Agent>(
    context: &AgentContext,
    options: ModelOptions,
    input: Value,
) -> Result<A::Output> {
    let State(models) = context.state::<Arc<Models>>()?;
    let (choice, model) = models.find(A::DESCRIPTOR)?;
    let form = AnswerForm::of::<A::Output>(&A::DESCRIPTOR.hand_off);
    let mut request = ModelRequest {
        agent: A::NAME,
        attempt: context.attempt(),
        model: choice.model().to_owned(),
        instructions: options.instructions.to_owned(),
        input,
        inputs: A::DESCRIPTOR.inputs,
        schema: form.schema.clone(),
        wrapped: form.wrapped,
        temperature: options.temperature,
        max_tokens: options.max_tokens,
        faults: Vec::new(),
    };
    loop {
        tracing::debug!(
            agent = A::NAME,
            model = choice.name,
            round = request.faults.len() + 1,
            "asking"
        );
        let answer = model.answer(&request).await?.text;
        match form.read::<A::Output>(&answer)? {
            Ok(said) => {
                if let Some(next) = said.hand_off {
                    context.choose(next);
                }
                return Ok(said.output);
            }
            Err(problem) => request.faults.push(Fault { answer, problem }),
        }
        if request.faults.len() == ROUNDS {
            return Err(bad_answer(&choice.name, &request.faults));
        }
    }
}

#[cold]
fn bad_answer(model: &str, faults: &[Fault]) -> Error {
    let problem = faults.last().map_or("", |fault| &fault.problem);
    Error::transient(format!(
        "`{model}` was asked {} times, and its last answer does not fit the output: {problem}",
        faults.len()
    ))
    .with_type("BadAnswer")
}
