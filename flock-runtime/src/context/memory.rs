//! What is kept with a run for those who look at it from outside: memo and search attributes.

use serde::{Serialize, de::DeserializeOwned};

use super::FlockContext;
use crate::{
    error::{Error, Result},
    payload::Payload,
    search::{self, SearchValue},
};

/// The memo key that flock keeps for itself.
pub(crate) const DESCRIPTOR: &str = "flock";

impl<S: 'static> FlockContext<S> {
    /// Keeps a value with the run (Temporal: memo): `describe` and `list` show it. No secrets.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// #[flock(search_attributes(order_state: Keyword, order_total: Double))]
    /// async fn order(ctx: FlockContext, total: f64) -> Result<String> {
    ///     ctx.set_memo("reviewed_by", "nobody yet")?;
    ///     ctx.set_search_attribute("order_state", "open")?;
    ///     ctx.set_search_attribute("order_total", total)?;
    ///     let reviewer: Option<String> = ctx.memo("reviewed_by")?;
    ///     Ok(reviewer.unwrap_or_default())
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// `Invalid` when the value has no JSON form or is more than 2 MiB, or when the key is `flock`,
    /// which is flock's own.
    pub fn set_memo(&self, key: &str, value: impl Serialize) -> Result<()> {
        own(key)?;
        let value = Payload::encode(&value).map_err(|error| error.context(memo(key)))?;
        self.backend()
            .set_memo(key, Some(value))
            .map_err(|error| error.context(memo(key)))
    }

    /// Takes a value off the memo.
    ///
    /// # Errors
    /// `Invalid` when the key is `flock`, which is flock's own.
    pub fn remove_memo(&self, key: &str) -> Result<()> {
        own(key)?;
        self.backend().set_memo(key, None)
    }

    /// What is kept with the run under `key`, by its start or by [`set_memo`](Self::set_memo).
    ///
    /// # Errors
    /// `Invalid` when the value is no `T`.
    pub fn memo<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let value = self.backend().memo(key);
        let value = value.and_then(|value| value.map(|value| value.decode()).transpose());
        value.map_err(|error| error.context(memo(key)))
    }

    /// Sets a search attribute of the run, by which `list --query` finds it. Its name and kind are
    /// declared: `#[flock(search_attributes(order_state: Keyword))]`; workers create it on the server
    /// where it is missing.
    ///
    /// # Errors
    /// `NotFound` when the flock declares no attribute of this name; `Invalid` when its kind is
    /// another.
    pub fn set_search_attribute(&self, name: &str, value: impl Into<SearchValue>) -> Result<()> {
        let value = value.into();
        let attribute = search::declared(self.info().flock, name, Some(&value))?;
        self.backend().set_search_attribute(attribute, Some(value))
    }

    /// Takes a search attribute off the run.
    ///
    /// # Errors
    /// `NotFound` when the flock declares no attribute of this name.
    pub fn remove_search_attribute(&self, name: &str) -> Result<()> {
        let attribute = search::declared(self.info().flock, name, None)?;
        self.backend().set_search_attribute(attribute, None)
    }
}

/// Refuses the key that is flock's own.
pub(crate) fn own(key: &str) -> Result<()> {
    if key == DESCRIPTOR {
        let message = format!("the memo key `{DESCRIPTOR}` is flock's own: choose another");
        return Err(Error::invalid(message));
    }
    Ok(())
}

fn memo(key: &str) -> String {
    format!("the memo `{key}`")
}
