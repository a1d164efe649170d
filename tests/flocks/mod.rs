//! The agents and flocks that the tests run.

pub(crate) mod approving;
pub(crate) mod asked;
pub(crate) mod boards;
pub(crate) mod budgeted;
pub(crate) mod called;
pub(crate) mod change;
pub(crate) mod chatting;
pub(crate) mod children;
pub(crate) mod connected;
pub(crate) mod doubled;
pub(crate) mod dropped;
pub(crate) mod failing;
pub(crate) mod flowing;
pub(crate) mod followed;
pub(crate) mod foreign;
pub(crate) mod growth;
pub(crate) mod interrupted;
pub(crate) mod large;
pub(crate) mod limits;
pub(crate) mod living;
pub(crate) mod locally;
pub(crate) mod lost;
pub(crate) mod memory;
pub(crate) mod observed;
pub(crate) mod patterned;
pub(crate) mod planted;
pub(crate) mod pooled;
pub(crate) mod rescued;
pub(crate) mod scheduled;
pub(crate) mod sealed;
pub(crate) mod shown;
pub(crate) mod small;
pub(crate) mod stored;
pub(crate) mod streamed;
pub(crate) mod told;
pub(crate) mod tooled;
pub(crate) mod traced;
pub(crate) mod types;
pub(crate) mod undone;
pub(crate) mod waiting;
pub(crate) mod written;

use flock::{Result, RuntimeBuilder, model::Scripted};

/// Shared state, to be extracted.
#[derive(Clone)]
pub(crate) struct Greeting(pub(crate) &'static str);

/// What the tests' runtimes and processes are given.
pub(crate) fn setup(builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
    let answers = Scripted::from_json(asked::ANSWERS)?;
    Ok(connected::servers(builder)
        .state(Greeting("hello"))
        .model("scripted", answers)
        .model("gated", streamed::Gated)
        .model("spoken", Scripted::from_json(streamed::ANSWERS)?)
        .model("mirror", shown::Mirror)
        .model("small", small::Small)
        .model("planned", tooled::Planned)
        .model("attentive", chatting::Attentive))
}
