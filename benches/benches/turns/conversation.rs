//! What is said on either side: the words in `flocks.rs` and in `helper.py` are these.

use serde_json::{Value, json};

/// How often the model is asked.
pub(crate) const TURNS: usize = 10;

pub(crate) const INSTRUCTIONS: &str =
    "You help the customers of a shop. Look at the order and at its parcels before you answer.";

pub(crate) const QUESTION: &str =
    "Where are my twelve blue cups? I have ordered them ten days ago.";

pub(crate) const REPLY: &str = "Your cups have left the depot, and are on their way.";

/// A call of a tool, by its name and arguments, and what it gives.
pub(crate) struct Call {
    pub(crate) tool: &'static str,
    pub(crate) arguments: Value,
    pub(crate) result: String,
}

/// What the model calls in a turn, counted from 1; nothing in the last, where it answers.
pub(crate) fn calls(turn: usize) -> Vec<Call> {
    let (order, parcel) = (format!("A-{turn}"), format!("P-{turn}"));
    let find = Call {
        tool: "find_order",
        arguments: json!({ "order": order }),
        result: find_order(&order),
    };
    let track = Call {
        tool: "track_parcel",
        arguments: json!({ "parcel": parcel, "days": 3 }),
        result: track_parcel(&parcel, 3),
    };
    match turn % 3 {
        _ if turn >= TURNS => vec![],
        0 => vec![find, track],
        1 => vec![find],
        _ => vec![track],
    }
}

pub(crate) fn find_order(order: &str) -> String {
    format!("order {order}: {}paid", "twelve blue cups, ".repeat(8))
}

pub(crate) fn track_parcel(parcel: &str, days: usize) -> String {
    format!(
        "parcel {parcel}: {}on its way",
        "left the depot, ".repeat(days)
    )
}
