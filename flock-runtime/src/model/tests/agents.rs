//! Agents as the macros expand them, and a context to run them in.

use std::sync::{Arc, Mutex};

use futures_util::{FutureExt, future::BoxFuture};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    agent::{
        Agent, AgentDescriptor, Location, ModelOptions,
        context::{AgentBackend, AgentContext, Attempt, AttemptInfo},
        hand_off::{End, HandOffDescriptor, HandOffRule, WayBack},
        state::States,
        stream::{Piece, Saying, Seen, Transcript},
    },
    error::Result,
    model::{Model, ModelAnswer, ModelRequest, Models, ask},
    value::{
        flock_type::{Field, FlockType, Shape},
        payload::Payload,
        run::RunId,
    },
};

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(super) struct Topic {
    pub(super) topic: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Findings {
    /// Research findings
    pub(super) findings: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Triage {
    pub(super) urgency: u8,
    pub(super) tags: Vec<Tag>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Tag {
    pub(super) name: String,
}

const fn field(name: &'static str, description: &'static str) -> Field {
    Field::new(name, "String").description(description)
}

impl FlockType for Topic {
    const SHAPE: Shape = Shape::Fields(&[field("topic", "The topic to research")]);
}
impl FlockType for Findings {
    const SHAPE: Shape = Shape::Fields(&[field("findings", "Research findings")]);
}
impl FlockType for Triage {
    const SHAPE: Shape = Shape::Fields(&[field("urgency", ""), field("tags", "")]);
}

macro_rules! agent {
    ($agent:ident, $name:literal, $output:ty, $model:expr, $hand_off:expr) => {
        pub(super) struct $agent;

        impl Agent for $agent {
            const NAME: &'static str = $name;
            const DESCRIPTOR: &'static AgentDescriptor = &AgentDescriptor::new(
                Self::NAME,
                stringify!($agent),
                Location::new("agents.rs", 1, "agents"),
            )
            .model(ModelOptions {
                model: $model,
                ..ModelOptions::NONE
                    .instructions("You are a meticulous researcher.")
                    .temperature(0.5)
                    .max_tokens(200)
            })
            .inputs(const { &[field("topic", "The topic to research")] })
            .hand_off($hand_off);
            type Input = Topic;
            type Output = $output;
            type HandOff = End<Self>;

            fn execute(context: AgentContext, input: Topic) -> BoxFuture<'static, Result<$output>> {
                ask::<Self>(context, &input)
            }
        }
    };
}

agent!(
    Researcher,
    "researcher",
    Findings,
    Some(&["test/small"]),
    HandOffDescriptor::END
);
agent!(
    Namer,
    "namer",
    String,
    Some(&["test/small"]),
    HandOffDescriptor::END
);
agent!(
    Lister,
    "lister",
    Vec<Tag>,
    Some(&["test/small"]),
    HandOffDescriptor::END
);
agent!(Silent, "silent", Findings, None, HandOffDescriptor::END);
agent!(
    Triager,
    "triager",
    Triage,
    Some(&["test/small"]),
    HandOffDescriptor::new(HandOffRule::Model, &["billing", "support"])
        .loop_to(WayBack::to("writer").max_rounds(2))
);

/// An engine that does nothing, for a run that is cancelled or is not.
struct Backend {
    run: RunId,
    states: States,
    cancelled: bool,
    /// What was said, where somebody hears it.
    said: Option<Arc<Mutex<Transcript>>>,
}

impl AgentBackend for Backend {
    fn run(&self) -> &RunId {
        &self.run
    }

    fn states(&self) -> &States {
        &self.states
    }

    fn checkpoint(&self, _: Payload) -> BoxFuture<'_, ()> {
        std::future::ready(()).boxed()
    }

    fn kept(&self) -> Option<Payload> {
        None
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled
    }

    fn cancelled(&self) -> BoxFuture<'_, ()> {
        if self.cancelled {
            std::future::ready(()).boxed()
        } else {
            std::future::pending().boxed()
        }
    }

    fn is_heard(&self) -> bool {
        self.said.is_some()
    }

    fn ask_run(&self, _: &'static str, _: Payload) -> BoxFuture<'_, Result<Payload>> {
        std::future::ready(Err(crate::Error::permanent("there is no run"))).boxed()
    }

    fn say(&self, saying: Saying<'_>) {
        if let Some(said) = &self.said {
            said.lock().unwrap().say(&saying);
        }
    }
}

pub(super) fn models(model: impl Model) -> Models {
    let mut models = Models::default();
    models.insert("test", model);
    models
}

pub(super) fn context<A: Agent>(models: Models, attempt: u32, cancelled: bool) -> AgentContext {
    context_of::<A>(models, attempt, cancelled, None)
}

/// What comes of an attempt that somebody hears, and what is heard of it.
pub(super) async fn hear<A: Agent<Input = Topic>>(
    models: Models,
) -> (Result<A::Output>, Vec<Piece>) {
    let said = Arc::new(Mutex::new(Transcript::new(1, 0)));
    let context = context_of::<A>(models, 1, false, Some(Arc::clone(&said)));
    let result = A::execute(context, topic("Temporal")).await;
    let heard = Seen::default().news(&said.lock().unwrap());
    (result, heard)
}

fn context_of<A: Agent>(
    models: Models,
    attempt: u32,
    cancelled: bool,
    said: Option<Arc<Mutex<Transcript>>>,
) -> AgentContext {
    let info = AttemptInfo {
        step: None,
        call: None,
        agent: A::NAME,
        attempt,
        lost_workers: 0,
        trace: None,
    };
    let mut states = States::default();
    states.insert(Arc::new(models));
    let backend = Backend {
        run: RunId {
            workflow_id: "workflow".to_owned(),
            run_id: "run".to_owned(),
        },
        states,
        cancelled,
        said,
    };
    Attempt::new(info, backend).into()
}

pub(super) fn topic(topic: &str) -> Topic {
    Topic {
        topic: topic.to_owned(),
    }
}

/// One attempt about Temporal.
pub(super) async fn run<A: Agent<Input = Topic>>(
    models: Models,
    attempt: u32,
) -> Result<A::Output> {
    A::execute(context::<A>(models, attempt, false), topic("Temporal")).await
}

/// Gives its answers one after the other, and keeps what it was asked.
#[derive(Clone, Default)]
pub(super) struct Recorder {
    answers: Arc<Mutex<Vec<&'static str>>>,
    pub(super) asked: Arc<Mutex<Vec<ModelRequest>>>,
}

impl Recorder {
    pub(super) fn of(answers: &[&'static str]) -> Self {
        let mut answers = answers.to_vec();
        answers.reverse();
        Self {
            answers: Arc::new(Mutex::new(answers)),
            asked: Arc::default(),
        }
    }

    pub(super) fn asked(&self) -> Vec<ModelRequest> {
        self.asked.lock().unwrap().clone()
    }
}

impl Model for Recorder {
    fn answer<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelAnswer>> {
        self.asked.lock().unwrap().push(request.clone());
        let next = self
            .answers
            .lock()
            .unwrap()
            .pop()
            .expect("a further answer");
        std::future::ready(Ok(ModelAnswer::new(next))).boxed()
    }
}
