//! What answers in place of agents in a test, and what the test saw of them.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    future::Future,
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, ready},
};
use serde_json::Value;

use super::step::{StepResult, TestStep};
use crate::{
    agent::{
        Agent,
        context::AgentContext,
        conversation::{TurnInput, Turned},
        entry::{self, AgentEntry},
    },
    engine::{AgentCall, program::Execute},
    error::{Error, Result},
    flock::event::StepPhase,
    value::payload::Payload,
};

/// A closure that answers for the agent `A`: it takes the agent's input struct, and gives its output
/// struct or what converts into it.
///
/// Implemented for every such closure; nothing else implements it.
#[diagnostic::on_unimplemented(
    message = "this cannot answer for the agent `{A}`",
    label = "not a closure from the agent's input to a future of its output",
    note = "write `async |input| Ok(…)`, with the agent's output or what converts into it"
)]
// Twice the same: of the one the compiler knows what an `async` closure takes, of the other what one does
// that gives a future.
pub trait Double<A: Agent>:
    Fn(A::Input) -> <Self as Double<A>>::Work
    + AsyncFn(A::Input) -> Result<<Self as Double<A>>::Gives>
    + Send
    + Sync
    + 'static
{
    /// The future.
    type Work: Future<Output = Result<Self::Gives>> + Send + 'static;
    /// What it gives.
    type Gives: Into<A::Output>;
}

#[diagnostic::do_not_recommend]
impl<A, D, F, O> Double<A> for D
where
    A: Agent,
    D: Fn(A::Input) -> F + AsyncFn(A::Input) -> Result<O> + Send + Sync + 'static,
    F: Future<Output = Result<O>> + Send + 'static,
    O: Into<A::Output>,
{
    type Work = F;
    type Gives = O;
}

/// What answers in place of agents. Those of a program are none.
#[derive(Default)]
pub(crate) struct Doubles {
    answers: HashMap<&'static str, Answer>,
    failures: HashMap<&'static str, (u32, Error)>,
    choices: HashMap<&'static str, &'static str>,
    /// The steps of each execution by the run id of its first run; kept in tests only.
    seen: Option<Mutex<HashMap<String, Seen>>>,
}

#[derive(Default)]
struct Seen {
    steps: BTreeMap<u64, TestStep>,
    /// What was asked last in each conversation: only the turn that asks has it.
    asked: HashMap<u64, Value>,
}

type Answer =
    Box<dyn Fn(AgentContext, &Payload) -> BoxFuture<'static, Result<Payload>> + Send + Sync>;

impl Doubles {
    /// Doubles that keep what they saw.
    pub(super) fn watching() -> Self {
        Self {
            seen: Some(Mutex::default()),
            ..Self::default()
        }
    }

    pub(super) fn answer<A: Agent>(&mut self, answer: impl Double<A>) {
        let answer = move |context: AgentContext, input: &Payload| {
            let converses = TurnInput::is_in(input);
            let input = match converses {
                // It answers at once, without its tools.
                true => input.decode().and_then(|turn: TurnInput| turn.asked()),
                false => Ok(input.clone()),
            };
            let input = input
                .and_then(|input| input.decode())
                .map_err(|error| error.context("its input does not fit"));
            let work = input.map(&answer);
            async move {
                let output: A::Output = work?.await?.into();
                let output = entry::given::<A>(&context, &output)?;
                match converses {
                    true => Payload::encode(&Turned::Output(output.decode()?)),
                    false => Ok(output),
                }
            }
            .boxed()
        };
        self.answers.insert(A::NAME, Box::new(answer));
    }

    pub(super) fn fail(&mut self, agent: &'static str, attempts: u32, error: Error) {
        self.failures.insert(agent, (attempts, error));
    }

    pub(super) fn choose(&mut self, agent: &'static str, next: &'static str) {
        self.choices.insert(agent, next);
    }

    /// The steps so far of the run that was started and of those that go on with its work, in the order
    /// of the calls.
    pub(super) fn steps(&self, run_id: &str) -> Vec<TestStep> {
        let seen = self.seen();
        let seen = seen.as_ref().and_then(|seen| seen.get(run_id));
        seen.map(|seen| seen.steps.values().cloned().collect())
            .unwrap_or_default()
    }

    fn seen(&self) -> Option<MutexGuard<'_, HashMap<String, Seen>>> {
        let seen = self.seen.as_ref()?;
        Some(seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Execute for Doubles {
    fn stands_in_for(&self, agent: &str) -> bool {
        self.answers.contains_key(agent)
    }

    fn execute(
        &self,
        agent: &AgentEntry,
        context: AgentContext,
        input: &Payload,
    ) -> BoxFuture<'static, Result<Payload>> {
        let name = agent.descriptor.name;
        if let Some((attempts, error)) = self.failures.get(name)
            && context.attempt() <= *attempts
        {
            return ready(Err(error.clone())).boxed();
        }
        let Some(answer) = self.answers.get(name) else {
            return (agent.execute)(context, input);
        };
        if let Some(next) = self.choices.get(name) {
            context.choose((*next).to_owned());
        }
        answer(context, input)
    }

    fn note(&self, run_id: &str, step: u64, call: &AgentCall, phase: &StepPhase) {
        let Some(mut seen) = self.seen() else {
            return;
        };
        let Seen { steps, asked } = seen.entry(run_id.to_owned()).or_default();
        let step = steps.entry(step).or_insert_with(|| TestStep {
            agent: call.agent.descriptor.name.to_owned(),
            input: input(&call.input, asked),
            attempts: 1,
            result: StepResult::Running,
        });
        match phase {
            StepPhase::Started | StepPhase::WorkerLost { .. } => {}
            StepPhase::Retrying { attempt, .. } => step.attempts = attempt + 1,
            StepPhase::Completed { .. } => step.result = StepResult::Completed,
            StepPhase::Failed { error } => step.result = StepResult::Failed(error.clone()),
            StepPhase::Dropped => step.result = StepResult::Dropped,
        }
    }
}

/// What an agent was called with; what was said since in a conversation is no part of it.
fn input(given: &Payload, asked: &mut HashMap<u64, Value>) -> Value {
    if !TurnInput::is_in(given) {
        return given.decode().unwrap_or_default();
    }
    let Ok(turn) = given.decode::<TurnInput>() else {
        return Value::Null;
    };
    if let Ok(input) = turn.asked().and_then(|input| input.decode()) {
        asked.insert(turn.conversation, input);
    }
    asked.get(&turn.conversation).cloned().unwrap_or_default()
}

impl fmt::Debug for Doubles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.answers.keys()).finish()
    }
}
