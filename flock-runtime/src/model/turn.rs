//! An attempt of a struct agent as engines make it: one question about a whole input, or one turn of a
//! conversation, of which the attempt is sent what is new.

use std::{pin::pin, sync::Arc, time::Duration};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Either, select},
};
use tokio::time::sleep;

use super::{
    Models,
    answer::AnswerForm,
    ask::{Answered, attempt},
    whole,
};
use crate::{
    agent::{
        Agent, AgentDescriptor,
        context::AgentContext,
        conversation::{RECALL, Recall, Said, TurnInput, Turned},
        entry,
        state::State,
        tool::ToolEntry,
    },
    declare::looped::Loop,
    error::{Error, ErrorKind, Result},
    value::payload::Payload,
};

/// Between two questions to a run whose worker does not answer.
const AGAIN: Duration = Duration::from_secs(1);

/// What differs from agent to agent.
pub(super) struct Types {
    pub(super) agent: &'static AgentDescriptor,
    pub(super) tools: &'static [ToolEntry],
    pub(super) form: AnswerForm,
    input: fn(&Payload) -> Result<Payload>,
    pub(super) output: fn(&Payload) -> Result<Payload>,
}

impl Types {
    fn of<A: Agent>() -> Self {
        Self {
            agent: A::DESCRIPTOR,
            tools: A::TOOLS,
            form: AnswerForm::of::<A::Output>(&A::DESCRIPTOR.hand_off),
            input: renewed::<A::Input>,
            output: renewed::<A::Output>,
        }
    }
}

impl Types {
    /// Whether its conversation with tools is held in one attempt.
    fn holds_all(&self) -> bool {
        let options = self.agent.model_options().unwrap_or_default();
        options.calls_tools && options.looped == Some(Loop::Activity)
    }
}

/// A value as its type writes it, which need not be how it was read.
fn renewed<T: serde::Serialize + serde::de::DeserializeOwned>(value: &Payload) -> Result<Payload> {
    Payload::encode(&value.decode::<T>()?)
}

/// One question, and its answer. The input is encoded before anything is waited for: it need not be `Send`.
pub(crate) fn ask<A: Agent>(
    context: AgentContext,
    input: &A::Input,
) -> BoxFuture<'static, Result<A::Output>> {
    let output = asked(context, Payload::encode(input), Types::of::<A>());
    async move { output.await?.decode() }.boxed()
}

/// One attempt, whatever it is given.
pub(crate) fn turn<A: Agent>(
    context: AgentContext,
    given: &Payload,
) -> BoxFuture<'static, Result<Payload>> {
    made(context, given.clone(), Types::of::<A>())
}

// Boxed here and not where they are called: what is generic is compiled in the user's crate, which would ask of
// all that is waited for whether it is `Send`.

fn asked(
    context: AgentContext,
    input: Result<Payload>,
    types: Types,
) -> BoxFuture<'static, Result<Payload>> {
    async move {
        let said = Said::about(&input?)?;
        match answered(&context, said, &types).await? {
            Answered::Output(output) => Ok(output),
            Answered::Calls(_) => Err(no_flock()),
        }
    }
    .boxed()
}

fn made(
    context: AgentContext,
    given: Payload,
    types: Types,
) -> BoxFuture<'static, Result<Payload>> {
    async move {
        let rule = types.agent.hand_off.rule;
        if TurnInput::is_in(&given) {
            let said = recalled(&context, &given).await?;
            let answered = answered(&context, said, &types).await;
            let turned = match answered.map_err(|error| context.failed(error))? {
                Answered::Output(output) => {
                    Turned::Output(entry::chosen(&context, rule, output)?.decode()?)
                }
                Answered::Calls(calls) => Turned::Calls(calls),
            };
            return Ok(context.with_usage(Payload::encode(&turned)?));
        }
        let said = (types.input)(&given)
            .and_then(|input| Said::about(&input))
            .map_err(|error| error.context("its input does not fit"))?;
        let output = match types.holds_all() {
            true => whole::held(&context, said, &types).await,
            false => match answered(&context, said, &types).await {
                Ok(Answered::Output(output)) => Ok(output),
                Ok(Answered::Calls(_)) => Err(no_flock()),
                Err(error) => Err(error),
            },
        };
        let output = output.and_then(|output| entry::chosen(&context, rule, output));
        match output {
            Ok(output) => Ok(context.with_usage(output)),
            Err(error) => Err(context.failed(error)),
        }
    }
    .boxed()
}

fn no_flock() -> Error {
    Error::permanent(
        "its model asks for tools, and a flock has to call them: start a flock that runs this agent",
    )
}

pub(super) async fn answered(
    context: &AgentContext,
    said: Said,
    types: &Types,
) -> Result<Answered> {
    let asked = pin!(attempt(context, said, types));
    // An answer that nobody waits for still costs money.
    match select(asked, pin!(context.cancelled())).await {
        Either::Left((answered, _)) => answered,
        Either::Right(((), _)) => Err(Error::cancelled("cancelled while the model was asked")),
    }
}

/// All that was said in the conversation of this turn: what is new, after what this process has kept or the
/// run tells.
async fn recalled(context: &AgentContext, given: &Payload) -> Result<Said> {
    let mut turn: TurnInput = given.decode()?;
    let State(models) = context.state::<Arc<Models>>()?;
    let key = (context.run_id().to_owned(), turn.conversation);
    let (mut said, mut bytes) = match turn.begins() {
        Some(said) => (said, 0),
        None => match models.recent.take(&key) {
            Some(kept) => kept,
            None => told(context, turn.conversation, 0, None).await?,
        },
    };
    while said.messages.len() < turn.after {
        let known = said.messages.len();
        let (more, size) = told(context, turn.conversation, known, Some(said)).await?;
        (said, bytes) = (more, bytes + size);
    }
    // A later turn may have been here before: of an attempt that was taken for lost.
    said.messages.truncate(turn.after);
    said.messages.append(&mut turn.messages);
    let bytes = bytes + given.as_bytes().len();
    models.recent.put(key, said.clone(), bytes);
    Ok(said)
}

/// What the run tells of a conversation after the messages that are `known`, and how much that is.
async fn told(
    context: &AgentContext,
    conversation: u64,
    after: usize,
    known: Option<Said>,
) -> Result<(Said, usize)> {
    let asked = Payload::encode(&Recall {
        conversation,
        after,
    })?;
    let answer = loop {
        match context.ask_run(RECALL, asked.clone()).await {
            Ok(answer) => break answer,
            // Its worker is gone, or the server: the attempt's own limit ends this.
            Err(error) if *error.kind() == ErrorKind::Transient => {
                tracing::debug!(%error, "the run does not tell what was said before");
            }
            Err(error) => return Err(error.context("what was said before is not known")),
        }
        sleep(AGAIN).await;
    };
    let bytes = answer.as_bytes().len();
    let mut told: TurnInput = answer.decode()?;
    let mut said = match (known, told.begins()) {
        (Some(said), _) | (None, Some(said)) => said,
        (None, None) => return Err(Error::permanent("the run does not tell how this began")),
    };
    if told.messages.is_empty() {
        return Err(Error::permanent(
            "the run does not know what was said before",
        ));
    }
    said.messages.append(&mut told.messages);
    Ok((said, bytes))
}
