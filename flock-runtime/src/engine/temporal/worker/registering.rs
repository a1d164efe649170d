//! Names, told to the SDK by the side.
//!
//! The SDK asks a *type* for its name: when it is registered, and, for the updates of a workflow, at each
//! update. Ours are one type for all flocks and one for all agents, lest each of a user's flocks and
//! agents brings the SDK's generics into the user's crate. So the name stands here while something
//! is registered, and the updates of all flocks together do for each: one that a flock has not is
//! refused by our own words, in the validator.

use std::{
    cell::Cell,
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

thread_local! {
    static NAME: Cell<&'static str> = const { Cell::new("a flock") };
}

/// Registers something called `name`.
pub(crate) fn named<T>(name: &'static str, register: impl FnOnce() -> T) -> T {
    let before = NAME.replace(name);
    let registered = register();
    NAME.set(before);
    registered
}

/// What is registered at this moment, on this thread.
pub(crate) fn name() -> &'static str {
    NAME.get()
}

/// Updates that some flock takes.
pub(crate) fn add_updates(names: impl IntoIterator<Item = &'static str>) {
    known().extend(names);
}

/// The updates of all flocks.
pub(crate) fn updates() -> Vec<&'static str> {
    known().iter().copied().collect()
}

fn known() -> MutexGuard<'static, BTreeSet<&'static str>> {
    static UPDATES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    UPDATES.lock().unwrap_or_else(PoisonError::into_inner)
}
