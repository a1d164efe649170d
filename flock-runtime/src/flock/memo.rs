//! What is kept with a run for those who look at it from outside: memo and search attributes.

use serde::{Serialize, de::DeserializeOwned};

use super::{FlockContext, search};
use crate::{
    declare::search::SearchValue,
    error::{Error, Result},
    value::payload::Payload,
};

/// The memo key that flock keeps for itself.
pub(crate) const DESCRIPTOR: &str = "flock";

/// A server refuses the workflow task by which the memo becomes larger, and would be sent it again and
/// again.
const LARGEST: usize = 2 * 1024 * 1024 - 4096;

/// What an entry takes on the wire besides key and value.
pub(crate) const ENTRY: usize = 64;

impl<S: 'static> FlockContext<S> {
    /// Sets a value of the run's memo, kept with the run: `describe` and `list` show it. No secrets.
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
    /// `Invalid` when the value has no JSON form, or when the key is `flock`, which is flock's own;
    /// of type `TooLarge` when the memo would become larger than the 2 MiB that a server keeps, all
    /// keys and values together.
    pub fn set_memo(&self, key: &str, value: impl Serialize) -> Result<()> {
        own(key)?;
        let value = Payload::encode(&value).map_err(|error| error.context(memo(key)))?;
        let others = self.backend().memo_bytes(key);
        memo_fits(key, value.as_bytes().len(), others)?;
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

    /// The value of the run's memo under `key`, set at its start or by [`set_memo`](Self::set_memo).
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
    /// another; one of type `TooLarge` when a value is more than 2 KiB, or all of them 40 KiB.
    pub fn set_search_attribute(&self, name: &str, value: impl Into<SearchValue>) -> Result<()> {
        let (attribute, value) = search::checked(self.info().flock, name, &value.into())?;
        search::fits(name, &value, self.backend().search_bytes(name))?;
        self.backend().set_search_attribute(attribute, Some(value))
    }

    /// Takes a search attribute off the run.
    ///
    /// # Errors
    /// `NotFound` when the flock declares no attribute of this name.
    pub fn remove_search_attribute(&self, name: &str) -> Result<()> {
        let attribute = search::declared(self.info().flock, name)?;
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

/// Whether a value of so many bytes fits the memo beside what it holds.
///
/// # Errors
/// `Invalid` of type `TooLarge`.
pub(crate) fn memo_fits(key: &str, bytes: usize, others: usize) -> Result<()> {
    if others + key.len() + bytes + ENTRY <= LARGEST {
        return Ok(());
    }
    let beside = match others {
        0 => String::new(),
        _ => format!(" beside the {others} bytes that it holds"),
    };
    let message = format!(
        "{bytes} bytes of JSON are more than a memo takes{beside} (2 MiB in all): keep the data elsewhere and a reference in the memo"
    );
    Err(Error::invalid(message)
        .with_type("TooLarge")
        .context(memo(key)))
}

fn memo(key: &str) -> String {
    // A key may be as long as it likes, a message may not.
    let short: String = key.chars().take(100).collect();
    format!("the memo `{short}`")
}
