//! Flocks by their names, for programs that learn at run time which is meant.

use serde::Serialize;
use serde_json::Value;

use super::{FlockHandle, Runtime, Start, waiting};
use crate::{
    engine::RunId, error::RunError, flock::entry::FlockEntry, text::sentence::distance,
    value::payload::Payload,
};

/// Stands for a flock of which only the name is known: a [`FlockHandle<Untyped>`](FlockHandle) speaks
/// JSON.
#[derive(Debug, Clone, Copy)]
pub enum Untyped {}

impl Runtime {
    /// Starts a run of the flock of this name, as `cargo run -- flocks` lists it, with an input as JSON:
    /// set options on what this gives, then `.await` it for a handle.
    ///
    /// ```no_run
    /// # async fn example(runtime: flock::Runtime) -> Result<(), flock::RunError> {
    /// use serde_json::json;
    ///
    /// let run = runtime
    ///     .start_named("research", json!({ "topic": "Temporal" }))
    ///     .id("research-42")
    ///     .await?;
    /// println!("{}", run.result().await?);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of the start, when it is awaited: [`RunError::UnknownFlock`] where this program has none of
    /// that name, [`RunError::Invalid`] where the input is not one of the flock's. Nothing has run then.
    pub fn start_named(&self, flock: &str, input: impl Serialize) -> Start<Untyped> {
        let entry = self.named(flock);
        let input = Payload::encode(&input).and_then(|input| match &entry {
            Ok(entry) => (entry.accepts)(&input).map(|()| input),
            Err(_) => Ok(input),
        });
        let input = input.map_err(|error| {
            RunError::Invalid(format!(
                "the input of flock `{flock}` does not fit: {error}"
            ))
        });
        Start::new(self.clone(), entry, input)
    }

    /// A handle on the latest run of this workflow id, whatever its flock is.
    ///
    /// # Errors
    /// [`RunError::NotFound`] when there is none; when the server cannot be reached.
    pub async fn find(
        &self,
        workflow_id: impl Into<String>,
    ) -> Result<FlockHandle<Untyped>, RunError> {
        let found = self.engine().describe(&RunId::latest(workflow_id)).await?;
        Ok(FlockHandle::new(self.clone(), found.id))
    }

    fn named(&self, name: &str) -> Result<&'static FlockEntry, RunError> {
        self.registry().flock(name).ok_or_else(|| {
            let names: Vec<_> = self
                .registry()
                .flocks()
                .map(|flock| flock.descriptor.name)
                .collect();
            let near = names.iter().min_by_key(|known| distance(known, name));
            let near = near.filter(|known| distance(known, name) <= known.len() / 3);
            let meant = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            RunError::UnknownFlock {
                name: name.to_owned(),
                help: match names.is_empty() {
                    true => ": this program has none".to_owned(),
                    false => format!("{meant} (flocks: {})", names.join(", ")),
                },
            }
        })
    }
}

impl FlockHandle<Untyped> {
    /// Waits for the end and gives the result, as [`FlockHandle::result`] of a flock that is known.
    ///
    /// # Errors
    /// [`RunError::Failed`] with the failure of the agent or flock, or how else the run ended.
    pub async fn result(&self) -> Result<Value, RunError> {
        json(&self.outcome().await?)
    }

    /// Sends the run a signal, by its name. It is kept until the flock asks for it.
    ///
    /// # Errors
    /// [`RunError::Ended`] when the run has ended; when there is no such run, or the server cannot be
    /// reached.
    pub async fn signal(&self, name: &str, message: impl Serialize) -> Result<(), RunError> {
        let message = encode(message)?;
        let engine = self.runtime().engine();
        engine.signal(&self.latest(), name, message).await
    }

    /// Sends the run a query, by its name, and gives its answer, even when the run has ended.
    ///
    /// # Errors
    /// [`RunError::Refused`] with the handler's error, or when the flock has no such query;
    /// [`RunError::NoWorker`] when no worker has polled the run's task queue for ten seconds; when there
    /// is no such run, or the server cannot be reached.
    pub async fn query(&self, name: &str, message: impl Serialize) -> Result<Value, RunError> {
        let message = encode(message)?;
        let (engine, run) = (self.runtime().engine(), self.latest());
        let answer = engine.query(&run, name, message);
        json(&waiting::answered(engine, &run, answer).await?)
    }

    /// Sends the run an update, by its name, which changes it, and waits for its answer.
    ///
    /// # Errors
    /// [`RunError::Refused`] with the error of the validator or the handler, or when the flock has no
    /// such update; [`RunError::Ended`] when the run has ended; [`RunError::NoWorker`] when no worker has
    /// polled the run's task queue for ten seconds; when there is no such run, or the server cannot be
    /// reached.
    pub async fn update(&self, name: &str, message: impl Serialize) -> Result<Value, RunError> {
        let message = encode(message)?;
        let (engine, run) = (self.runtime().engine(), self.latest());
        let answer = engine.update(&run, name, message);
        json(&waiting::answered(engine, &run, answer).await?)
    }
}

fn encode(message: impl Serialize) -> Result<Payload, RunError> {
    Payload::encode(&message).map_err(|error| RunError::value(&error))
}

fn json(payload: &Payload) -> Result<Value, RunError> {
    payload.decode().map_err(|error| RunError::value(&error))
}
