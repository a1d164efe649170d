//! What programs may want to know of an error beside its message.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Named values. Most errors have none, and it is small.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[allow(clippy::box_collection, reason = "errors are to be small")]
pub struct Details(Option<Box<BTreeMap<String, Value>>>);

impl Details {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|named| named.is_empty())
    }

    /// The one of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    pub(super) fn insert(&mut self, name: String, value: Value) {
        self.0.get_or_insert_default().insert(name, value);
    }

    /// Leaves out the largest, until the others have no more than so many bytes together.
    pub(super) fn keep_within(&mut self, most: usize) {
        let Some(named) = &mut self.0 else {
            return;
        };
        let length = |value: &Value| value.to_string().len();
        while named.values().map(length).sum::<usize>() > most {
            let largest = named.iter().max_by_key(|(_, value)| length(value));
            let Some(name) = largest.map(|(name, _)| name.clone()) else {
                return;
            };
            named.remove(&name);
        }
    }
}
