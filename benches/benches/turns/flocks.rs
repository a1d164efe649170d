//! The contender: an agent with two tools, and the same with its conversation as one step.

use flock::prelude::*;

use crate::conversation;

pub(crate) const QUEUE: &str = "turns";
pub(crate) const ONE_STEP_QUEUE: &str = "turns-one-step";

/// Finds an order, and what is in it.
#[tool(effect = "read")]
pub(crate) async fn find_order(
    /// The number of the order.
    order: String,
) -> Result<String> {
    Ok(conversation::find_order(&order))
}

/// Tells where a parcel has been.
#[tool(effect = "read")]
pub(crate) async fn track_parcel(
    /// The number of the parcel.
    parcel: String,
    /// How many days to look back.
    days: u32,
) -> Result<String> {
    Ok(conversation::track_parcel(&parcel, usize::try_from(days)?))
}

/// You help the customers of a shop. Look at the order and at its parcels before you answer.
#[agent(
    model = "openai/small",
    input = "question: String",
    output = "reply: String",
    tools = [find_order, track_parcel],
)]
pub(crate) struct Helper;

/// You help the customers of a shop. Look at the order and at its parcels before you answer.
#[agent(
    model = "openai/small",
    input = "question: String",
    output = "reply: String",
    tools = [find_order, track_parcel],
    loop = "activity",
)]
pub(crate) struct HelperInOneStep;

#[flock(start = Helper, task_queue = "turns")]
pub(crate) struct Help;

#[flock(start = HelperInOneStep, task_queue = "turns-one-step")]
pub(crate) struct HelpInOneStep;
