//! Ordinary errors, which become ours by `?`.

use std::{any::Any, error::Error as StdError};

use super::{Details, Error, ErrorKind, Failure, Result, SagaFailed, without_secrets};

/// What an [`Error`] is made from by `?`: every [`std::error::Error`] that is `Send` and `Sync`.
///
/// Asked of [`Error`] and not of `E`: rustc would speak of `Into<Error>` in its place then, and of text
/// that is no error it would say nothing.
#[diagnostic::on_unimplemented(
    message = "`{E}` is no `std::error::Error`",
    label = "no `std::error::Error`; write `.map_err(flock::Error::transient)`, or make an error of text by `flock::err!(\"…\")`",
    note = "of text an error is made by `flock::err!(\"…\")`, and `flock::bail!(\"…\")` returns it at once; of any other value one is made by `flock::Error::transient(value)`"
)]
pub trait MadeFrom<E> {
    /// Becomes the error.
    fn made_from(it: E) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: StdError + Send + Sync + 'static> MadeFrom<E> for Error {
    fn made_from(it: E) -> Self {
        // Failures from elsewhere keep their kind.
        if let Some(failure) = (&it as &dyn Any).downcast_ref::<Failure>() {
            return Error(Box::new(failure.clone()));
        }
        if let Some(saga) = (&it as &dyn Any).downcast_ref::<SagaFailed>() {
            return saga.clone().into_error();
        }
        let mut causes = Vec::new();
        let mut beneath = it.source();
        while let Some(cause) = beneath {
            causes.push(without_secrets(cause.to_string()));
            beneath = cause.source();
        }
        Error(Box::new(Failure {
            kind: ErrorKind::Transient,
            type_name: short_type_name::<E>().to_owned(),
            message: without_secrets(it.to_string()),
            agent: None,
            tool: false,
            causes: causes.into(),
            details: Details::default(),
        }))
    }
}

impl<E> From<E> for Error
where
    Self: MadeFrom<E>, // Of text, which is none, `flock::err!("…")` makes one.
{
    fn from(error: E) -> Self {
        Self::made_from(error)
    }
}

/// Names the kind of an ordinary error on its way out of an agent.
///
/// ```
/// use flock::{Classify, ErrorKind, Result};
///
/// fn parse(text: &str) -> Result<u8> {
///     text.parse().kind(ErrorKind::Invalid)
/// }
/// assert_eq!(parse("x").unwrap_err().kind(), &ErrorKind::Invalid);
/// ```
pub trait Classify<T> {
    /// The same failure as an error of `kind`.
    ///
    /// # Errors
    /// Where `self` is one.
    fn kind(self, kind: ErrorKind) -> Result<T>;
}

impl<T, E: Into<Error>> Classify<T> for std::result::Result<T, E> {
    fn kind(self, kind: ErrorKind) -> Result<T> {
        self.map_err(|error| error.into().with_kind(kind))
    }
}

/// `a::b::Name<c::D>` becomes `Name`.
fn short_type_name<T>() -> &'static str {
    let full = std::any::type_name::<T>();
    let base = full.split('<').next().unwrap_or(full);
    base.rsplit("::").next().unwrap_or(base)
}
