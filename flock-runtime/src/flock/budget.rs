//! What asking models may cost: looked at before each question, by what the answers so far have told.

use std::{cell::Cell, rc::Rc};

use serde_json::{Value, json};

use super::{
    FlockContext,
    approval::{EXTEND, Extension},
    effects::request_name,
};
use crate::{
    declare::budget::{BudgetOptions, Limit},
    error::{Error, Result},
    value::usage::Usage,
};

/// Whose budget it is.
#[derive(Clone, Copy)]
pub(super) enum Whose {
    Agent(&'static str),
    Flock(&'static str),
}

impl Whose {
    const fn name(self) -> &'static str {
        match self {
            Self::Agent(name) | Self::Flock(name) => name,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Agent(_) => "agent",
            Self::Flock(_) => "flock",
        }
    }
}

/// A budget, and by how much it was extended.
pub(super) struct Budget {
    options: BudgetOptions,
    whose: Whose,
    extended: Cell<Usage>,
    /// Whether a person is being asked: what goes on side by side asks once.
    asks: Cell<bool>,
    /// Whether one has said that it is enough.
    ended: Cell<bool>,
}

impl Budget {
    pub(super) fn new(options: BudgetOptions, whose: Whose) -> Rc<Self> {
        Rc::new(Self {
            options,
            whose,
            extended: Cell::default(),
            asks: Cell::default(),
            ended: Cell::default(),
        })
    }

    /// That of the run, where its flock has one.
    pub(super) fn of_run(context: &FlockContext) -> Option<Rc<Self>> {
        let flock = context.info().flock;
        let options = flock.options.budget;
        (!options.is_none()).then(|| {
            context
                .run_state()
                .budget(|| Self::new(options, Whose::Flock(flock.name)))
        })
    }

    pub(super) fn extended(&self) -> Usage {
        self.extended.get()
    }

    pub(super) fn extend(&self, by: Usage) {
        self.extended.set(self.extended.get() + by);
    }

    /// Leave to ask a model: now, when a person has given it, or never.
    ///
    /// # Errors
    /// `BudgetExceeded`, with what was spent and what has been said so far.
    pub(super) async fn leave(
        self: &Rc<Self>,
        context: &FlockContext,
        spent: impl Fn() -> Usage,
        so_far: impl Fn() -> Value,
    ) -> Result<()> {
        while let Some(limit) = self.options.crossed(&spent(), &self.extended.get()) {
            let error = self.error(&limit, &spent(), so_far());
            if !self.options.parks() || self.ended.get() || matches!(limit, Limit::Unpriced) {
                return Err(error);
            }
            if self.asks.get() {
                self.answered(context).await?;
                continue;
            }
            let extension = self.ask(context, &error, spent()).await?;
            if extension == Extension::none() {
                self.ended.set(true);
                return Err(error);
            }
            self.extend(extension.usage());
        }
        Ok(())
    }

    fn error(&self, limit: &Limit, spent: &Usage, so_far: Value) -> Error {
        let error = limit
            .error(spent, self.options.parks())
            .with_detail("so_far", so_far);
        match self.whose {
            Whose::Agent(name) => error.in_agent(name),
            Whose::Flock(_) => error,
        }
    }

    async fn ask(
        self: &Rc<Self>,
        context: &FlockContext,
        error: &Error,
        spent: Usage,
    ) -> Result<Extension> {
        let (name, word) = (self.whose.name(), self.whose.word());
        let request = request_name(&format!("{EXTEND}{name}"));
        let so_far: Vec<_> = told(error).collect();
        let payload = json!({ word: name, "spent": spent, "so_far": so_far });
        let asked = context
            .approval(&request, &payload)
            .typed::<Extension>()
            .describe(format!(
                "{word} `{name}`: {}. By how much is it extended? {{\"cost\": \"1.00\"}}, {{\"tokens\": 50000}} or {{\"turns\": 5}}; {{}} ends it.",
                error.message()
            ));
        let asking = Asking::begin(self, context);
        let extension = asked.await;
        drop(asking);
        extension
    }

    /// Waits until whoever asks has an answer.
    async fn answered(self: &Rc<Self>, context: &FlockContext) -> Result<()> {
        let budget = Rc::clone(self);
        let is_done = Box::new(move || !budget.asks.get());
        context.backend().wait_until(context.scope(), is_done).await
    }
}

/// What was said so far, a line each, for a person.
fn told(error: &Error) -> impl Iterator<Item = String> {
    let messages = error.detail("so_far").and_then(Value::as_array);
    messages.into_iter().flatten().filter_map(|message| {
        let text = |path| message.pointer(path).and_then(Value::as_str);
        let (who, text) = match text("/result/name") {
            Some(tool) => (tool, text("/result/text")?),
            None => ("model", text("/calls/text")?),
        };
        let mut line = format!("{who}: {text}");
        if line.len() > LINE {
            line.truncate(line.floor_char_boundary(LINE));
            line.push('…');
        }
        Some(line)
    })
}

/// Bytes of a line.
const LINE: usize = 200;

/// A person is being asked, until this is dropped.
struct Asking(Rc<Budget>, FlockContext);

impl Asking {
    fn begin(budget: &Rc<Budget>, context: &FlockContext) -> Self {
        budget.asks.set(true);
        Self(Rc::clone(budget), context.clone())
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.asks.set(false);
        self.1.backend().wake();
    }
}
