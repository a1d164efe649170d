//! Flocks with state, and what they are told.

use core::{num::ParseIntError, result, time::Duration};

use flock::prelude::*;

/// Somebody said yes.
#[signal(name = "said-yes")]
#[derive(Debug)]
#[non_exhaustive]
pub struct SaidYes {
    /// Who.
    pub by: String,
}

/// Names its field by a rule of its own.
#[signal]
#[derive(Debug)]
#[allow(non_snake_case, reason = "as a foreign system has it")]
#[non_exhaustive]
pub struct Foreign {
    /// Who.
    pub saidBy: String,
}

/// Waits for a person.
#[derive(Debug, Default)]
pub struct Approval {
    /// Who said yes.
    by: Option<String>,
    /// Whether anybody may.
    open: bool,
}

/// A flock with handlers of every kind.
#[flock(
    name = "approval",
    output = "by: String",
    task_queue = "desk",
    timeout = "2d",
    retries = 1
)]
impl Approval {
    /// Waits.
    ///
    /// # Errors
    ///
    /// When it is cancelled.
    #[run]
    pub async fn run(ctx: FlockContext<Self>, draft: String) -> Result<String> {
        ctx.wait_until(|approval| approval.by.is_some()).await?;
        Ok(ctx.state(|approval| approval.by.clone().unwrap_or(draft)))
    }

    /// A person said yes.
    #[signal(name = "yes")]
    pub fn approve(&mut self, by: String, why: Option<String>) {
        drop(why);
        self.by = Some(by);
    }

    /// Nothing comes of it.
    #[signal]
    pub fn ignore(&mut self, reason: String) {
        let _ = reason.is_empty();
    }

    /// Opens later.
    #[signal]
    pub async fn open(ctx: FlockContext<Self>, seconds: u64) {
        let waited = ctx.sleep(Duration::from_secs(seconds)).await;
        ctx.state_mut(|approval| approval.open = waited.is_ok());
    }

    /// Waits for nothing.
    #[signal]
    pub async fn close(ctx: FlockContext<Self>) {
        ctx.state_mut(|approval| approval.open = false);
    }

    /// Who did.
    #[query]
    #[must_use]
    pub fn approver(&self) -> Option<String> {
        self.by.clone()
    }

    /// Whether it is open.
    #[query(name = "open")]
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Looks at what it is given alone.
    ///
    /// # Errors
    ///
    /// When it is no number.
    #[query]
    pub fn parsed(&self, number: String) -> result::Result<u8, ParseIntError> {
        number.parse()
    }

    /// Somebody else.
    ///
    /// # Errors
    ///
    /// Never.
    #[update]
    pub fn replace(&mut self, by: String) -> Result<Option<String>> {
        Ok(self.by.replace(by))
    }

    /// Asks.
    ///
    /// # Errors
    ///
    /// When it is cancelled.
    #[update(name = "ask-for")]
    pub async fn ask(ctx: FlockContext<Self>, whom: String) -> Result<bool> {
        ctx.sleep("1s").await?;
        Ok(whom.is_empty())
    }

    /// Whoever it is.
    #[validate(ask)]
    fn may_ask(&self, whom: String) -> Result<()> {
        if whom.is_empty() {
            return Err(Error::invalid("whom?"));
        }
        Ok(())
    }

    /// Anybody.
    #[validate(replace)]
    #[deprecated]
    fn may_replace(&self) -> Result<()> {
        Ok(())
    }

    /// Is on its way out.
    #[signal]
    #[deprecated(note = "use `approve`")]
    pub fn old(&mut self, by: String) {
        self.by = Some(by);
    }

    /// Names its input by a rule of its own.
    #[query]
    #[must_use]
    #[expect(non_snake_case, reason = "as a foreign system has it")]
    pub fn foreign(&self, sinceWhen: u8) -> u8 {
        sinceWhen
    }

    /// Of no interest to readers.
    #[doc(hidden)]
    #[signal]
    pub fn hidden(&mut self) {
        self.open = true;
    }

    /// No handler.
    #[must_use]
    pub const fn helper(&self) -> bool {
        self.open
    }
}

/// Begins anew.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Foreigner;

#[flock]
#[allow(non_snake_case, reason = "as a foreign system has it")]
impl Foreigner {
    /// Runs.
    ///
    /// # Errors
    ///
    /// When it is cancelled.
    #[run]
    #[deprecated]
    pub async fn run(ctx: FlockContext<Self>, whatElse: String) -> Result<String> {
        let foreign = ctx.signal::<Foreign>().await?;
        Ok(whatElse + &foreign.saidBy)
    }

    /// Likewise.
    #[signal]
    pub fn tell(&mut self, whatNot: String) {
        drop(whatNot);
    }
}
