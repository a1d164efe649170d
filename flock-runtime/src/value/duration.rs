//! Durations as people write them: `"500ms"`, `"30s"`, `"5m"`, `"2h"`, `"3d"`.

use std::time::Duration;

use crate::error::{Error, Result as Outcome};
pub use crate::text::duration::{display, parse};

/// A length of time: a [`Duration`], or text such as `"30s"` or `"3d"`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a duration",
    label = "not a duration",
    note = "give a `std::time::Duration`, or text such as `\"30s\"`, `\"5m\"` or `\"3d\"`"
)]
pub trait IntoDuration {
    /// The duration.
    ///
    /// # Errors
    /// Of kind `Invalid`, when the text is no duration.
    fn into_duration(self) -> Outcome<Duration>;
}

impl IntoDuration for Duration {
    fn into_duration(self) -> Outcome<Duration> {
        Ok(self)
    }
}

impl IntoDuration for &str {
    fn into_duration(self) -> Outcome<Duration> {
        parse(self).map_err(Error::invalid)
    }
}
