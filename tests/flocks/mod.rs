//! The agents and flocks that the tests run.

pub(crate) mod failing;
pub(crate) mod flowing;
pub(crate) mod large;
pub(crate) mod traced;
pub(crate) mod waiting;

use flock::{Result, RuntimeBuilder};

/// Shared state, to be extracted.
#[derive(Clone)]
pub(crate) struct Greeting(pub(crate) &'static str);

/// What the tests' runtimes and processes are given.
pub(crate) fn setup(builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
    Ok(builder.state(Greeting("hello")))
}
