//! The requests of a run: those that are open, and what became of the last ones.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    time::SystemTime,
};

use serde::Serialize;
use serde_json::{Value, json};

use super::request::{AnswerMessage, ApprovalRequest};
use crate::{
    error::{Error, Result},
    text::time,
    value::payload::Payload,
};

/// As many of those that are closed are kept for `status`.
const KEPT: usize = 20;

/// Whether an answer is of the type that was asked for.
pub(crate) type Check = Box<dyn Fn(&Value) -> Result<()>>;

/// The requests of a run.
#[derive(Default)]
pub(crate) struct Approvals(RefCell<Register>);

#[derive(Default)]
struct Register {
    /// How many there were of each name.
    counts: BTreeMap<String, u64>,
    /// In the order in which they were opened.
    open: Vec<Open>,
    closed: VecDeque<Closed>,
}

struct Open {
    request: ApprovalRequest,
    check: Check,
    /// Kept for the flock, which has not looked yet.
    answer: Option<Payload>,
}

/// What became of a request.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Closed {
    id: String,
    name: String,
    outcome: Outcome,
    by: Option<String>,
    answer: Option<Value>,
    #[serde(with = "time::moment")]
    at: SystemTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Answered,
    TimedOut,
}

impl Approvals {
    /// The id of the next request of this name.
    pub(crate) fn next_id(&self, name: &str) -> String {
        let mut register = self.0.borrow_mut();
        let count = register.counts.entry(name.to_owned()).or_default();
        *count += 1;
        format!("{name}-{count}")
    }

    pub(crate) fn open(&self, request: ApprovalRequest, check: Check) {
        let open = Open {
            request,
            check,
            answer: None,
        };
        self.0.borrow_mut().open.push(open);
    }

    pub(crate) fn is_answered(&self, id: &str) -> bool {
        let register = self.0.borrow();
        let open = register.open.iter().find(|open| open.request.id == id);
        open.is_some_and(|open| open.answer.is_some())
    }

    /// Whether a request is open, and nobody has answered it.
    pub(crate) fn is_waiting(&self, id: &str) -> bool {
        let register = self.0.borrow();
        let mut open = register.open.iter();
        open.any(|open| open.request.id == id && open.answer.is_none())
    }

    /// Takes a request from the register, with its answer where one has come.
    pub(crate) fn remove(&self, id: &str) -> Option<Payload> {
        let mut register = self.0.borrow_mut();
        let at = register
            .open
            .iter()
            .position(|open| open.request.id == id)?;
        register.open.remove(at).answer
    }

    /// Nobody answered in time.
    pub(crate) fn time_out(&self, id: &str, answer: Option<Value>, at: SystemTime) {
        self.remove(id);
        let name = id.rsplit_once('-').map_or(id, |(name, _)| name);
        self.0.borrow_mut().close(Closed {
            id: id.to_owned(),
            name: name.to_owned(),
            outcome: Outcome::TimedOut,
            by: None,
            answer,
            at,
        });
    }

    /// Those that wait for an answer.
    pub(crate) fn waiting(&self) -> Vec<ApprovalRequest> {
        let register = self.0.borrow();
        let waiting = register.open.iter().filter(|open| open.answer.is_none());
        waiting.map(|open| open.request.clone()).collect()
    }

    /// What became of the last ones, the newest last.
    pub(crate) fn closed(&self) -> VecDeque<Closed> {
        self.0.borrow().closed.clone()
    }

    /// Whether an answer that comes `now` would be taken.
    pub(crate) fn validate(&self, message: &Payload, now: SystemTime) -> Result<()> {
        let message = message.decode::<AnswerMessage>()?;
        let register = self.0.borrow();
        let open = register.find(&message)?;
        if open.request.deadline.is_some_and(|until| now >= until) {
            return Err(too_late(&message.id));
        }
        open.answer(&message).map(drop)
    }

    /// Takes an answer. When it may come was judged before it came into history, and is not again.
    pub(crate) fn answer(&self, message: &Payload, now: SystemTime) -> Result<()> {
        let message = message.decode::<AnswerMessage>()?;
        let mut register = self.0.borrow_mut();
        let open = register.find(&message)?;
        let answer = open.answer(&message)?;
        let closed = Closed {
            id: message.id,
            name: open.request.name.clone(),
            outcome: Outcome::Answered,
            by: message.by,
            answer: Some(answer),
            at: now,
        };
        let payload = Payload::encode(&closed.answer)?;
        let is_it = |open: &&mut Open| open.request.id == closed.id;
        if let Some(open) = register.open.iter_mut().find(is_it) {
            open.answer = Some(payload);
        }
        register.close(closed);
        Ok(())
    }
}

impl Register {
    fn close(&mut self, closed: Closed) {
        if self.closed.len() == KEPT {
            self.closed.pop_front();
        }
        self.closed.push_back(closed);
    }

    /// The request that a message answers.
    fn find(&self, message: &AnswerMessage) -> Result<&Open> {
        let id = message.id.as_str();
        let waiting = || self.open.iter().filter(|open| open.answer.is_none());
        if let Some(open) = waiting().find(|open| open.request.id == id) {
            return Ok(open);
        }
        if let Some(closed) = self.closed.iter().find(|closed| closed.id == id) {
            return Err(match (closed.outcome, &closed.by) {
                (Outcome::TimedOut, _) => too_late(id),
                (Outcome::Answered, Some(by)) => {
                    already(format!("request `{id}` has been answered by `{by}`"))
                }
                (Outcome::Answered, None) => already(format!("request `{id}` has been answered")),
            });
        }
        let number = id
            .rsplit_once('-')
            .and_then(|(name, number)| Some((self.counts.get(name)?, number.parse::<u64>().ok()?)));
        let open: Vec<_> = waiting()
            .map(|open| format!("`{}`", open.request.id))
            .collect();
        Err(match number {
            Some((count, number)) if (1..=*count).contains(&number) => {
                let message = format!("request `{id}` is not open");
                Error::not_found(message).with_type("RequestNotOpen")
            }
            _ => {
                let there = match open.as_slice() {
                    [] => "none is open".to_owned(),
                    open => format!("open: {}", open.join(", ")),
                };
                Error::not_found(format!("there is no request `{id}`; {there}"))
                    .with_type("UnknownRequest")
            }
        })
    }
}

impl Open {
    /// The answer as the flock gets it.
    fn answer(&self, message: &AnswerMessage) -> Result<Value> {
        let request = &self.request;
        let id = &request.id;
        if !request.by.is_empty() && !may_answer(&request.by, message) {
            return Err(not_theirs(request, message));
        }
        let mut answer = message.answer.clone();
        let is_decision = request.answer_schema.is_none();
        if let (true, Value::Object(fields)) = (is_decision, &mut answer) {
            // Who it was stands in one place only, which was judged.
            fields.remove("by");
            if let Some(by) = &message.by {
                fields.insert("by".into(), json!(by));
            }
        }
        (self.check)(&answer).map_err(|error| {
            error
                .context(format_args!(
                    "the answer to request `{id}` is of another type"
                ))
                .with_type("WrongAnswer")
        })?;
        if is_decision {
            offered(request, &answer)?;
        }
        Ok(answer)
    }
}

fn may_answer(by: &[String], message: &AnswerMessage) -> bool {
    by.iter().any(|one| match one.strip_prefix("role:") {
        Some(role) => message.roles.iter().any(|has| has == role),
        None => message.by.as_ref() == Some(one),
    })
}

fn not_theirs(request: &ApprovalRequest, message: &AnswerMessage) -> Error {
    let whose: Vec<_> = request.by.iter().map(|one| format!("`{one}`")).collect();
    let who = match (&message.by, message.roles.as_slice()) {
        (None, []) => "and the answer does not say who it is from".to_owned(),
        (Some(by), _) => format!("not by `{by}`"),
        (None, roles) => format!("not by `role:{}`", roles.join("`, `role:")),
    };
    let id = &request.id;
    Error::denied(format!(
        "request `{id}` is to be answered by {}, {who}",
        whose.join(" or ")
    ))
    .with_type("MayNotAnswer")
}

/// An approval chooses among what was offered; a rejection need not.
fn offered(request: &ApprovalRequest, decision: &Value) -> Result<()> {
    let (id, options) = (&request.id, &request.options);
    let offered = || format!("`{}`", options.join("`, `"));
    let chosen = decision.get("option").and_then(Value::as_str);
    let message = match chosen {
        Some(chosen) if options.iter().any(|option| option == chosen) => return Ok(()),
        Some(chosen) if options.is_empty() => {
            format!("request `{id}` offers no options, so `{chosen}` is none")
        }
        Some(chosen) => format!("request `{id}` offers {}, not `{chosen}`", offered()),
        None if !options.is_empty() && decision["approved"] == json!(true) => {
            format!(
                "request `{id}` is approved by choosing an option: {}",
                offered()
            )
        }
        None => return Ok(()),
    };
    Err(Error::invalid(message).with_type("NotOffered"))
}

fn already(message: String) -> Error {
    Error::invalid(message).with_type("AlreadyAnswered")
}

fn too_late(id: &str) -> Error {
    Error::timeout(format!("the deadline of request `{id}` has passed")).with_type("TooLate")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The timer may be late, as when there was no worker: then the clock decides.
    #[test]
    fn the_deadline_is_one_by_the_clock() {
        let opened = SystemTime::UNIX_EPOCH;
        let at = |seconds| opened + Duration::from_secs(seconds);
        let approvals = Approvals::default();
        let request = ApprovalRequest {
            id: approvals.next_id("publish"),
            name: "publish".into(),
            description: String::new(),
            payload: Value::Null,
            options: Vec::new(),
            by: Vec::new(),
            opened,
            deadline: Some(at(10)),
            on_timeout: None,
            answer_schema: None,
        };
        approvals.open(request, Box::new(|_| Ok(())));
        let message = json!({ "id": "publish-1", "answer": { "approved": true } });
        let message = Payload::encode(&message).unwrap();
        let late = approvals.validate(&message, at(10)).unwrap_err();
        assert_eq!(late.type_name(), "TooLate");
        approvals.validate(&message, at(9)).unwrap();
        // Let through in time, it is taken whenever the flock gets it.
        approvals.answer(&message, at(11)).unwrap();
        assert!(approvals.is_answered("publish-1"));
    }

    #[test]
    fn the_last_ones_are_kept() {
        let approvals = Approvals::default();
        for _ in 0..=KEPT {
            let id = approvals.next_id("publish");
            approvals.time_out(&id, None, SystemTime::UNIX_EPOCH);
        }
        assert_eq!(approvals.closed().len(), KEPT);
        let answer = |id: &str| {
            let message = json!({ "id": id, "answer": { "approved": true } });
            let message = Payload::encode(&message).unwrap();
            let refused = approvals.answer(&message, SystemTime::UNIX_EPOCH);
            refused.unwrap_err().type_name().to_owned()
        };
        assert_eq!(answer("publish-2"), "TooLate");
        assert_eq!(answer("publish-1"), "RequestNotOpen");
        assert_eq!(answer("publish-99"), "UnknownRequest");
    }
}
