//! One attempt of a struct agent: ask, check, ask again with what was wrong.

use std::sync::Arc;

use serde_json::Map;

use super::{
    Fault, ModelChoice, ModelRequest, Models, Usage, attached, calls, observed::Asked, price,
    said::Listener, turn::Types,
};
use crate::{
    agent::{
        ModelOptions,
        context::AgentContext,
        conversation::{Calls, Said},
        state::State,
    },
    config::ModelSection,
    error::{Error, ErrorKind, Result},
    value::payload::Payload,
};

/// Questions in one attempt: the first, and two more where an answer does not fit.
const ROUNDS: usize = 3;

/// What asking came to.
pub(super) enum Answered {
    Output(Payload),
    Calls(Calls),
}

/// Asks until an answer can be read, or tools are to be called.
pub(super) async fn attempt(context: &AgentContext, said: Said, types: &Types) -> Result<Answered> {
    let Types {
        agent,
        tools,
        form,
        output: read,
        ..
    } = types;
    let read = *read;
    let Some(options) = agent.model_options() else {
        return Err(Error::permanent("a function agent has no model"));
    };
    let State(models) = context.state::<Arc<Models>>()?;
    let candidates = models.find(agent)?;
    let mut at = 0;
    let mut input = serde_json::from_str(said.input.get()).map_err(Error::invalid)?;
    let mut messages = said.messages;
    let (media, media_of) = attached::take(&mut input, &mut messages);
    let mut request = ModelRequest {
        agent: agent.name,
        attempt: context.attempt(),
        model: String::new(),
        instructions: options.instructions.to_owned(),
        template: options.template,
        input,
        media,
        media_of,
        inputs: agent.inputs,
        schema: form.schema.clone(),
        wrapped: form.wrapped,
        temperature: None,
        max_tokens: None,
        stop: Vec::new(),
        seed: None,
        reasoning: None,
        extra: Map::new(),
        tools: calls::offered(tools, said.offers),
        messages,
        faults: Vec::new(),
        listener: Listener::new(context, &form.schema),
    };
    let (mut failed, mut asked) = (Vec::new(), 0);
    loop {
        let (choice, model) = &candidates[at];
        set(&mut request, options, choice, models.section(choice));
        tracing::debug!(
            agent = agent.name,
            model = choice.name,
            turn = request.turn(),
            round = request.faults.len() + 1,
            "asking"
        );
        asked += 1;
        let question = Asked::begin(context, choice, &request, asked);
        let answer = match model.answer(&request).await {
            Ok(answer) => answer,
            Err(error) => {
                question.failed(&error);
                if at + 1 == candidates.len() || !another_may_do(&error) {
                    return Err(error.because(failed));
                }
                tracing::warn!(agent = agent.name, model = choice.name, %error, "asking another model");
                failed.push(format!("before, `{}`: {error}", choice.name));
                request.listener.begin_anew();
                at += 1;
                continue;
            }
        };
        let mut usage = answer.usage;
        usage.requests = usage.requests.max(1);
        let usage = price::priced(usage, choice);
        question.answered(&answer, &usage);
        context.spend(usage);
        if !answer.calls.is_empty() {
            return calls::checked(answer, &request.tools).map(Answered::Calls);
        }
        let answer = answer.text;
        match form.read(&answer, read)? {
            Ok(said) => {
                if let Some(next) = said.hand_off {
                    context.choose(next);
                }
                return Ok(Answered::Output(said.output));
            }
            Err(problem) => {
                request.listener.begin_anew();
                request.faults.push(Fault { answer, problem });
            }
        }
        if request.faults.len() == ROUNDS {
            return Err(bad_answer(&choice.name, &request.faults));
        }
        if let Some(limit) = options.budget.crossed(&context.spent(), &Usage::default()) {
            return Err(limit.error(&context.spent(), false));
        }
    }
}

/// What is asked for in the request, of this model: by the agent, else by the model's section.
fn set(
    request: &mut ModelRequest,
    options: ModelOptions,
    choice: &ModelChoice,
    section: Option<&ModelSection>,
) {
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
    let of = |get: fn(&ModelSection) -> Option<u32>| section.and_then(get);
    choice.model().clone_into(&mut request.model);
    request.temperature = (options.temperature).or(section.and_then(|section| section.temperature));
    request.max_tokens = options.max_tokens.or(of(|section| section.max_tokens));
    request.seed = options.seed.or(of(|section| section.seed));
    request.stop = match (options.stop, section) {
        (Some(stop), _) => texts(stop),
        (None, Some(section)) => section.stop.clone(),
        (None, None) => Vec::new(),
    };
    request.reasoning = (options.reasoning).or(section.and_then(|section| section.reasoning));
    request.extra = section
        .map(|section| section.extra.clone())
        .unwrap_or_default();
}

/// Whether it is down, asks for patience or refuses: another model may answer. What is wrong with the question
/// or the key is wrong.
fn another_may_do(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::RateLimited { .. } | ErrorKind::Transient | ErrorKind::Timeout => true,
        // Down or busy, and asked not to be asked again.
        ErrorKind::Permanent => {
            let of = ["ContentFilter", "HttpStatus429", "HttpStatus5"];
            of.iter().any(|of| error.type_name().starts_with(of))
        }
        _ => false,
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
