//! What a model would be asked, without asking it.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::{FutureExt, future::BoxFuture};

use super::{Model, ModelAnswer, ModelChoice, ModelRequest, Models};
use crate::{
    agent::{
        context::{AgentBackend, AgentContext, Attempt, AttemptInfo},
        conversation::TurnInput,
        entry::AgentEntry,
        state::States,
        stream::Saying,
    },
    error::{Error, Result},
    value::{payload::Payload, run::RunId},
};

impl Models {
    /// The first question of the model agent `entry` about this input, and who would be asked it.
    ///
    /// # Errors
    /// When the input does not fit, or nothing names a model.
    pub(crate) async fn question(
        &self,
        entry: &AgentEntry,
        input: Payload,
    ) -> Result<(ModelChoice, ModelRequest)> {
        let agent = entry.descriptor;
        let choice = self.choice(agent).ok_or_else(|| self.no_model(agent))?;
        let heard = Arc::new(Mutex::new(None));
        let mut models = self.clone();
        models.insert(choice.provider(), Silent(Arc::clone(&heard)));
        let mut states = States::default();
        states.insert(Arc::new(models));
        let info = AttemptInfo {
            agent: agent.name,
            attempt: 1,
            lost_workers: 0,
            step: None,
            trace: None,
            call: None,
        };
        let context = AgentContext::from(Attempt::new(info, Nowhere::new(states)));
        let input = match entry.converses {
            true => Payload::encode(&TurnInput::about(&input)?)?,
            false => input,
        };
        let attempt = (entry.execute)(context, &input).await;
        let asked = heard.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (asked, attempt) {
            (Some(request), _) => Ok((choice, request)),
            (None, Err(error)) => Err(error),
            (None, Ok(_)) => Err(Error::permanent("it asks no model")),
        }
    }
}

/// Keeps the question, and gives no answer.
struct Silent(Arc<Mutex<Option<ModelRequest>>>);

impl Model for Silent {
    fn answer<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelAnswer>> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(request.clone());
        async { Err(Error::permanent("nobody is asked")) }.boxed()
    }
}

/// An attempt of no run.
struct Nowhere {
    run: RunId,
    states: States,
}

impl Nowhere {
    fn new(states: States) -> Self {
        Self {
            run: RunId::latest(""),
            states,
        }
    }
}

impl AgentBackend for Nowhere {
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
        false
    }

    fn cancelled(&self) -> BoxFuture<'_, ()> {
        std::future::pending().boxed()
    }

    fn is_heard(&self) -> bool {
        false
    }

    fn ask_run(&self, _: &'static str, _: Payload) -> BoxFuture<'_, Result<Payload>> {
        std::future::ready(Err(Error::permanent("there is no run"))).boxed()
    }

    fn say(&self, _: Saying<'_>) {}
}
