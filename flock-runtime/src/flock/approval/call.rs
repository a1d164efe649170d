//! A request to a person: options first, then a future.

use std::{fmt, marker::PhantomData, rc::Rc, time::Duration};

use futures_util::{
    FutureExt,
    future::{Either, select},
};
use serde::Serialize;
use serde_json::Value;

use super::{
    Names, Resolution,
    open::Check,
    request::{ApprovalRequest, Decision},
    resolution,
};
use crate::{
    error::{Error, Result},
    flock::{
        FlockContext,
        backend::Begun,
        call::{Call, awaited},
        event::StepEvent,
    },
    value::{
        duration::{self, IntoDuration},
        flock_type::FlockType,
        payload::{Payload, to_value},
    },
};

/// An approval, a request to a person: set options, then `.await` it for the answer. Nobody sees it before.
///
/// Dropping it while it is open takes it back.
#[must_use = "a request is opened when it is awaited"]
pub struct Approval<T = Decision> {
    id: String,
    call: Call<Ready<T>, Result<T>>,
}

struct Ready<T> {
    context: FlockContext,
    request: ApprovalRequest,
    fault: Option<Error>,
    limit: Option<Duration>,
    late: Option<T>,
    check: Check,
    answer: PhantomData<fn() -> T>,
}

impl<S: 'static> FlockContext<S> {
    /// Asks a person to approve `payload`, and waits for the [`Decision`], for days if need be.
    ///
    /// Several requests may be open at once, each with its own id: the name and a number, such as
    /// `publish-1`. The built-in `status` query shows what is open; the built-in `answer` update
    /// answers: from the command line with `approve` and `reject`, from a program with
    /// [`FlockHandle::answer`](crate::FlockHandle::answer).
    ///
    /// ```
    /// # use flock::prelude::*;
    /// #[flock]
    /// async fn publish(ctx: FlockContext, draft: String) -> Result<String> {
    ///     let decision = ctx
    ///         .approval("publish", &draft)
    ///         .describe("May this go out?")
    ///         .by(["ann", "role:editors"])
    ///         .within("2d")
    ///         .on_timeout(Decision::reject().comment("nobody had the time"))
    ///         .await?;
    ///     match decision.approved {
    ///         true => Ok(draft),
    ///         false => Err(Error::denied(decision.comment.unwrap_or_default())),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// `Timeout` after [`within`](Approval::within) without
    /// [`on_timeout`](Approval::on_timeout); `Invalid` when the payload has no JSON form or an
    /// option is wrong; `Cancelled` when the run is cancelled meanwhile.
    pub fn approval(&self, name: &str, payload: impl Serialize) -> Approval {
        let mut fault = None;
        if name.is_empty() || name.contains(|c: char| c == '/' || c.is_whitespace()) {
            let message = format!(
                "`{name}` cannot name a request: take a word without `/` and spaces, as in `publish`"
            );
            fault = Some(Error::invalid(message));
        }
        let payload = to_value(&payload).unwrap_or_else(|error| {
            fault = Some(error.context("what is to be approved"));
            Value::Null
        });
        let id = self.run_state().approvals.next_id(name);
        let context = self.plain();
        let request = ApprovalRequest {
            id: id.clone(),
            name: name.to_owned(),
            description: String::new(),
            payload,
            options: Vec::new(),
            by: Vec::new(),
            opened: context.now(),
            deadline: None,
            on_timeout: None,
            answer_schema: None,
        };
        let ready = Ready {
            context,
            request,
            fault,
            limit: None,
            late: None,
            check: Box::new(check::<Decision>),
            answer: PhantomData,
        };
        Approval {
            id,
            call: Call::new(ready),
        }
    }
}

impl Approval {
    /// What an approval chooses among, in place of a plain yes. A rejection chooses nothing.
    pub fn options(self, options: impl Names) -> Self {
        self.with(|ready| ready.request.options = options.names())
    }

    /// Asks for an answer of the type `T` in place of a [`Decision`]: an enum of choices, or
    /// whatever a person is to fill in. It goes before the other options.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// #[flock_type]
    /// enum Size {
    ///     Small,
    ///     Large,
    /// }
    ///
    /// #[flock]
    /// async fn order(ctx: FlockContext, item: String) -> Result<String> {
    ///     Ok(match ctx.approval("size", &item).typed::<Size>().await? {
    ///         Size::Small => format!("a small {item}"),
    ///         Size::Large => format!("a large {item}"),
    ///     })
    /// }
    /// ```
    pub fn typed<T: FlockType>(self) -> Approval<T> {
        let call = self.call.map(|ready| {
            let mut request = ready.request;
            request.answer_schema = Some(schemars::schema_for!(T).to_value());
            Ready {
                context: ready.context,
                request,
                fault: ready.fault,
                limit: ready.limit,
                late: None,
                check: Box::new(check::<T>),
                answer: PhantomData,
            }
        });
        Approval { id: self.id, call }
    }
}

impl Approval {
    /// Asks what has become of a step that gives what `gives` takes.
    pub(in crate::flock) fn resolution(
        self,
        gives: Option<fn(&Payload) -> Result<()>>,
    ) -> Approval<Resolution> {
        self.typed::<Resolution>().with(|ready| {
            ready.check = Box::new(move |answer| resolution::check(answer, gives));
        })
    }
}

impl<T: FlockType> Approval<T> {
    fn with(mut self, set: impl FnOnce(&mut Ready<T>)) -> Self {
        self.call.set(set);
        self
    }

    /// The id by which it is answered, for telling people. It is known before it is open.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is asked, in words.
    pub fn describe(self, description: impl Into<String>) -> Self {
        self.with(|ready| ready.request.description = description.into())
    }

    /// Who may answer: names, and roles as `role:editors`. Everybody when left out.
    ///
    /// ```
    /// # use flock::prelude::*;
    /// # async fn example(ctx: FlockContext) -> Result<()> {
    /// ctx.approval("hire", &"Ann").by(["bob", "role:editors"]).await?;
    /// // From elsewhere:
    /// let board: &[&str] = &["eve", "dan"];
    /// ctx.approval("raise", &"Ann").by(board).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// What an answer says of its sender is taken on trust: see [`Answer`](crate::Answer).
    pub fn by(self, people: impl Names) -> Self {
        self.with(|ready| ready.request.by = people.names())
    }

    /// Waits no longer than `limit`, from when it is opened; for ever when left out.
    pub fn within(self, limit: impl IntoDuration) -> Self {
        self.with(|ready| match limit.into_duration() {
            Ok(limit) => ready.limit = Some(limit),
            Err(error) => ready.fault = Some(error),
        })
    }

    /// What is taken for the answer when nobody has answered [`within`](Self::within) the limit, in
    /// place of an error of kind `Timeout`.
    pub fn on_timeout(self, answer: T) -> Self {
        self.with(|ready| ready.late = Some(answer))
    }
}

impl<T: FlockType> Ready<T> {
    async fn open(mut self) -> Result<T> {
        if let Some(fault) = self.fault.take() {
            return Err(fault.context(format_args!("approval `{}`", self.request.name)));
        }
        let (context, limit) = (self.context, self.limit);
        let mut request = self.request;
        request.opened = context.now();
        request.deadline = limit.and_then(|limit| request.opened.checked_add(limit));
        request.on_timeout = self.late.as_ref().map(to_value).transpose()?;
        let late = request.on_timeout.clone();
        let id: Rc<str> = request.id.as_str().into();
        let told = StepEvent::ApprovalAsked(Box::new(request.clone()));
        context.run_state().approvals.open(request, self.check);
        context.backend().emit(told);
        context.approvals_changed();
        let request = OpenRequest {
            context: context.clone(),
            id: Rc::clone(&id),
        };
        let (asked, flock) = (Rc::clone(&id), context.clone());
        let answered = context.backend().wait_until(
            context.scope(),
            Box::new(move || flock.run_state().approvals.is_answered(&asked)),
        );
        match limit {
            None => answered.await?,
            // An answer that came with the end of the time counts.
            Some(limit) => match select(answered, context.sleep(limit)).await {
                Either::Left((answered, _)) => answered?,
                Either::Right((slept, _)) => {
                    slept?;
                    let approvals = &context.run_state().approvals;
                    approvals.time_out(&id, late.clone(), context.now());
                    context.backend().emit(StepEvent::ApprovalTimedOut {
                        id: id.to_string(),
                        answer: late,
                    });
                    return self.late.ok_or_else(|| {
                        let limit = duration::display(limit);
                        Error::timeout(format!("nobody answered request `{id}` within {limit}"))
                    });
                }
            },
        }
        let answer = request.take();
        let answer = answer.ok_or_else(|| Error::permanent("the answer is gone"))?;
        answer.decode()
    }
}

fn check<T: FlockType>(answer: &Value) -> Result<()> {
    Payload::encode(answer)?.decode::<T>().map(drop)
}

/// A request in the run's state, from its opening to its end.
struct OpenRequest {
    context: FlockContext,
    id: Rc<str>,
}

impl OpenRequest {
    fn take(&self) -> Option<Payload> {
        let answer = self.context.run_state().approvals.remove(&self.id);
        self.context.approvals_changed();
        answer
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        if self.context.run_state().approvals.is_waiting(&self.id) {
            let id = self.id.to_string();
            self.context
                .backend()
                .emit(StepEvent::ApprovalWithdrawn { id });
        }
        self.take();
    }
}

awaited!(Approval<T: FlockType> => Result<T>, |this, cx| {
    this.call.look(cx, |ready| Begun::Running(ready.open().boxed_local()))
});

impl<T> fmt::Debug for Approval<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Approval").field(&self.id).finish()
    }
}
