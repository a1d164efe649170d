//! State shared by the agents of a worker.

use std::{
    any::{Any, TypeId, type_name},
    collections::HashMap,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use super::StateKey;
use crate::error::{Error, Result};

/// Extracts shared state in an agent: a database pool, an HTTP client.
///
/// The value is given to the runtime once, by
/// [`RuntimeBuilder::state`](crate::RuntimeBuilder::state), and cloned for each attempt, as in axum:
/// wrap what is costly to clone in an [`Arc`]. A program that is `flock::main!(setup)` does so in its
/// setup, which runs before every command and may be `async`; a program without it does not start.
///
/// ```
/// use std::{collections::HashMap, sync::Arc};
///
/// use flock::prelude::*;
///
/// type Tables = Arc<HashMap<String, u64>>;
///
/// #[agent(output = "rows: u64")]
/// async fn count(State(tables): State<Tables>, table: String) -> Result<u64> {
///     tables.get(&table).copied().ok_or_else(|| Error::not_found("no such table"))
/// }
///
/// fn setup(builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
///     Ok(builder.state(Tables::default()))
/// }
/// # setup(Runtime::builder()).unwrap();
/// ```
#[derive(Debug, Clone, Copy)]
pub struct State<T>(pub T);

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for State<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

/// The shared state of a runtime, by type.
#[derive(Clone, Default)]
pub struct States(HashMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl States {
    /// Puts `value` in, in place of another of its type.
    pub fn insert<T: Clone + Send + Sync + 'static>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Arc::new(value));
    }

    /// The names of those types of `keys` that are not here.
    pub(crate) fn missing(&self, keys: &[StateKey]) -> Vec<&'static str> {
        let keys = keys.iter().map(|key| key());
        keys.filter(|(id, _)| !self.0.contains_key(id))
            .map(|(_, name)| name)
            .collect()
    }

    pub(crate) fn get<T: Clone + 'static>(&self) -> Result<State<T>> {
        let value = self
            .0
            .get(&TypeId::of::<T>())
            .and_then(|any| any.downcast_ref::<T>());
        value.cloned().map(State).ok_or_else(|| {
            let name = type_name::<T>();
            Error::permanent(format!(
                "there is no shared state `{name}`: give it to the runtime with `.state(…)`"
            ))
            .with_type("MissingState")
        })
    }
}

impl std::fmt::Debug for States {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "States({})", self.0.len())
    }
}
