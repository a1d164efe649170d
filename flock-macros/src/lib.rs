//! The attribute macros of `flock-agents`. Depend on `flock-agents`, which re-exports them.

// A handful of values live for the length of one expansion.
#![allow(clippy::large_enum_variant)]

mod agent;
mod diag;
mod emit;
mod flock;
mod flock_type;
mod function;
mod grammar;
mod options;
mod signal;
mod source;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Makes an agent: one side effect with typed input and output, retried alone.
///
/// On a unit struct a language model answers, instructed by the doc comment. On an `async fn` the
/// function answers; it stays an ordinary function, and a type of its name stands for the agent.
///
/// ```
/// use flock::prelude::*;
///
/// /// You are a meticulous researcher. Cite every source.
/// #[agent(
///     input(/** The topic to research */ topic: String, depth: u8 = 2),
///     output(/** What was found */ findings: String),
///     retries = 3,
///     hand_off = summarizer,
/// )]
/// struct Researcher;
///
/// /// Sums up in three sentences.
/// #[agent(output = "summary: String | Concise summary", timeout = "1m")]
/// async fn summarizer(findings: String) -> Result<String> {
///     Ok(findings.split_inclusive(". ").take(3).collect())
/// }
/// ```
///
/// # Inputs and outputs
///
/// Declared in one of three ways that mean the same:
///
/// - `input(topic: String, depth: u8 = 2)`: errors point at the exact word. Doc comments describe.
/// - `input = "topic: String | what it is, depth: u8 = 2"`: a field without a type is a `String`. A
///   description may hold commas; where one is followed by what may be a field, quote it:
///   `topic | "in short: this"`.
/// - `input = Ticket`: a type marked [`#[flock_type]`](macro@flock_type).
///
/// The first two generate `ResearcherInput` and `ResearcherOutput`, with conversions from the value
/// for one field and from a tuple for more. An input with a default, or an `Option`, may be left
/// out.
///
/// A function's inputs are its parameters, described by doc comments before them; with `input` the
/// two are compared. `AgentContext` and then `State<T>` may come before them. Without `output` a
/// function gives what is in its `Result`, and a struct gives a `String`.
///
/// # Options
///
/// | option | meaning |
/// | --- | --- |
/// | `name = "writer"` | activity type and key in `flock.toml`; else the item's name in snake_case |
/// | `instructions = "…"` | system prompt, in place of the doc comment, which may be `#[doc = include_str!("…")]`; any constant text |
/// | `model = "openai/gpt-4o"`, `temperature = 0.2`, `max_tokens = 2000` | how the model is asked |
/// | `retries = 3` | after the first failure: four attempts |
/// | `max_attempts = 4` or `unlimited` | the same, the first included |
/// | `retry(initial = "1s", max = "100s", backoff = 2.0, non_retryable = ["ValidationError"])` | the waits between attempts, and failures that end the agent |
/// | `lost_workers = 20` | how many workers may die under one call before it fails: they are no failures of the agent's, and use up no `retries`; `0` never runs it again after one |
/// | `timeout = "30s"` | one attempt (Temporal: start-to-close) |
/// | `schedule_to_start`, `schedule_to_close` | the wait in the queue; everything |
/// | `heartbeat = "10s"` | a worker silent for longer is taken to be dead |
/// | `task_queue = "gpu"` | in place of the flock's |
/// | `priority = 1` | 1 (first) to 5 (last) |
/// | `local` | a Temporal local activity, in the flock's worker |
/// | `hand_off = editor` | who is next in a declared flock |
/// | `hand_off(route, among = [Billing, Support])` | `fn route(output: &TriageOutput) -> Next` chooses |
/// | `hand_off(model, among = [Billing, Support])` | the model chooses (structs only) |
/// | `loop_to = Writer, max_rounds = 3` | the way back |
/// | `crate = ::my::flock` | where the library is found |
///
/// Durations are `"500ms"`, `"30s"`, `"5m"`, `"2h"`, `"3d"`.
#[proc_macro_attribute]
pub fn agent(options: TokenStream, item: TokenStream) -> TokenStream {
    agent::agent(options.into(), item.into()).into()
}

/// Makes a flock: deterministic orchestration of agents, run as a workflow.
///
/// On a unit struct it is declared: it starts with `start` and follows the hand-offs. Every agent
/// gets the fields it names out of the flock's input and of everything produced so far, and the
/// compiler checks that they are there. On an `async fn` it is coded: the first parameter is a
/// `FlockContext`, the others are inputs.
///
/// ```
/// # use flock::prelude::*;
/// # #[agent(output = "findings: String")]
/// # async fn researcher(topic: String) -> Result<String> { Ok(topic) }
/// /// Research a topic.
/// #[flock(start = researcher, task_queue = "research", timeout = "30m")]
/// struct Research;
///
/// /// Research two topics at once.
/// #[flock]
/// async fn compare(ctx: FlockContext, left: String, right: String) -> Result<String> {
///     let (a, b) = flock::join!(ctx.run::<researcher>(left), ctx.run::<researcher>(right));
///     Ok(format!("{}\n{}", a?.findings, b?.findings))
/// }
/// ```
///
/// On an `impl` it is coded and has state: `#[run]` marks the `async fn` that is the flock, and
/// `#[signal]`, `#[query]` and `#[update]` mark methods that answer while it runs. The state begins
/// as `Default` says; the flock reaches it by its `FlockContext<Self>`. For each handler there is a
/// struct to send, named after both: `ApprovalApprove`.
///
/// ```
/// # use flock::prelude::*;
/// #[derive(Default)]
/// struct Approval {
///     by: Option<String>,
/// }
///
/// /// Waits for a person.
/// #[flock]
/// impl Approval {
///     #[run]
///     async fn run(ctx: FlockContext<Self>, draft: String) -> Result<String> {
///         ctx.wait_until(|state| state.by.is_some()).within("3d").await?;
///         Ok(format!("{draft} ({:?})", ctx.state(|state| state.by.clone())))
///     }
///
///     #[signal]
///     fn approve(&mut self, by: String) {
///         self.by = Some(by);
///     }
///
///     #[query]
///     fn is_approved(&self) -> bool {
///         self.by.is_some()
///     }
///
///     #[update]
///     fn withdraw(&mut self) -> Result<()> {
///         self.by = None;
///         Ok(())
///     }
///
///     #[validate(withdraw)]
///     fn can_withdraw(&self) -> Result<()> {
///         match self.by {
///             Some(_) => Ok(()),
///             None => Err(Error::invalid("nobody has approved")),
///         }
///     }
/// }
/// ```
///
/// Handlers take `&mut self` (queries and validators `&self`), or are `async` and take
/// `FlockContext<Self>`. A validator takes those of the update's inputs that it looks at.
///
/// With a `schedule` it starts by itself, once the command `schedules apply` has told the server. It
/// is given no input then, so each of its inputs has a default or is an `Option`.
///
/// ```
/// # use flock::prelude::*;
/// /// Every working day at nine, or up to five minutes later.
/// #[flock(
///     schedule = "0 9 * * MON-FRI",
///     time_zone = "Europe/Vienna",
///     jitter = "5m",
///     overlap = "skip",
///     catch_up = "1h",
/// )]
/// async fn report(ctx: FlockContext, depth: Option<u8>) -> Result<u8> {
///     Ok(depth.unwrap_or(2))
/// }
///
/// /// Ten minutes past every hour.
/// #[flock(schedule(every = "1h", offset = "10m"))]
/// async fn hourly(ctx: FlockContext) -> Result<()> {
///     ctx.sleep("1s").await
/// }
/// ```
///
/// A cron expression has five fields: minute, hour, day of the month, month, day of the week; a time
/// matches when all of them do. `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly` are short for
/// some. `overlap` says what happens when the last run goes on: `skip` (the default) starts none,
/// `buffer_one` and `buffer_all` wait, `cancel_other` and `terminate_other` end it, `allow_all` starts
/// one beside it. `catch_up` is how late a start may be made up for that was missed while the server
/// was down: a year when it is left out.
///
/// A public flock over private agents says what it takes and gives itself, with `input` and
/// `output`: theirs are private too.
///
/// # What a body must not do
///
/// The body of a coded flock runs again from the start when Temporal replays it, and must go the
/// same way. These are errors where the macro sees them, also within `vec![…]` and other macros, and
/// each names what to use instead:
///
/// | not the same on replay | instead |
/// | --- | --- |
/// | `SystemTime::now`, `Instant::now`, and the clocks of `chrono`, `time`, `jiff` | `ctx.now()` |
/// | `rand::random`, `rand::rng`, `fastrand`, `getrandom` | `ctx.random(bound)`, also as a seed |
/// | `Uuid::new_v4`, `Uuid::now_v7` | `ctx.uuid()` |
/// | `tokio::spawn`, `JoinSet`, `tokio::join!`, `futures::future::join_all` | `flock::join!`, `flock::join_all` |
/// | `tokio::select!`, `futures::select!` | `flock::select!` |
/// | `tokio::time::sleep`, `interval`, `timeout`, `thread::sleep` | `ctx.sleep(duration)` |
/// | threads, `spawn_blocking`, files, sockets, `reqwest`, processes, `env::var` | an agent |
/// | running agents in a loop over a `HashMap` or a `HashSet` | a `BTreeMap`, or a sorted `Vec` |
///
/// A macro sees names and not what they stand for. What was renamed by `use … as`, is called
/// without its module (`sleep(…)` after `use tokio::time::sleep`) or hides in another function
/// escapes it; Temporal's own detector of nondeterminism stands behind, and fails the workflow task
/// when a replay takes another way. A type of your own with one of these names is left alone where
/// its path says so: `clock::Instant::now()`. An agent within the body may do what it likes.
/// `println!` is allowed, and prints again on each replay: `ctx.log` does not.
///
/// # Options
///
/// | option | meaning |
/// | --- | --- |
/// | `start = Researcher` | the first agent (structs only) |
/// | `name = "research"` | workflow type; else the item's name in snake_case |
/// | `input`, `output` | as for [`#[agent]`](macro@agent); else those of the first and the last agent |
/// | `task_queue = "research"` | of the flock, and of its agents that name none; the name of the crate when left out |
/// | `timeout = "30m"` | the whole execution |
/// | `run_timeout`, `task_timeout` | one run; one workflow task |
/// | `version = 2` | the version of its code, in the memo of its runs |
/// | `versioning = "pinned"` or `"auto_upgrade"` | where its runs go on when a Worker Deployment gets a new build; one for all flocks of a queue |
/// | `id_reuse = "reject_duplicate"` | whether the id of a run that has ended may be used again; also `"allow_duplicate_failed_only"` |
/// | `search_attributes(customer: Keyword)` | what its runs are found by; workers create them |
/// | `timeout(execution = "30m", agent = "1m")` | also one attempt of its agents that say nothing |
/// | `retries`, `max_attempts`, `retry(…)` | for its agents that say nothing |
/// | `agents(timeout, schedule_to_start, schedule_to_close, heartbeat, priority, lost_workers)` | likewise |
/// | `crate = ::my::flock` | where the library is found |
#[proc_macro_attribute]
pub fn flock(options: TokenStream, item: TokenStream) -> TokenStream {
    flock::flock(options.into(), item.into()).into()
}

/// Makes a type that agents and flocks can take and give, whole or in a field.
///
/// Derives `Serialize`, `Deserialize` and `JsonSchema` unless the item does so below the attribute.
/// For a field of a generated struct, derive `Debug` and `Clone` too. The named fields of a struct
/// flow by name in a declared flock; an enum or a tuple struct is one value.
///
/// Serde's attributes say what they say to serde: names, defaults, and what is skipped. What travels is
/// written by one program and read by the next, so a field is read by the name it is written by, and
/// one that may be left out has a default or is an `Option`.
///
/// ```
/// # use flock::prelude::*;
/// #[flock_type]
/// #[derive(Debug, Clone)]
/// struct Ticket {
///     /// In a line.
///     subject: String,
///     #[serde(default)]
///     priority: u8,
/// }
/// ```
///
/// The one option is `crate = ::my::flock`: where the library is found.
#[proc_macro_attribute]
pub fn flock_type(options: TokenStream, item: TokenStream) -> TokenStream {
    flock_type::flock_type(options.into(), item.into()).into()
}

/// The fields of a type, for what `#[flock_type]` and `#[signal]` write.
#[doc(hidden)]
#[proc_macro_derive(FlockType, attributes(flock_private, serde))]
pub fn derive_flock_type(item: TokenStream) -> TokenStream {
    flock_type::derive(item.into()).into()
}

/// Makes a struct a signal: what a running flock is told.
///
/// The struct travels like a [`#[flock_type]`](macro@flock_type). A flock waits for it with
/// `ctx.signal::<Approve>()`; signals wait in order of arrival until they are asked for. In a
/// [`#[flock] impl`](macro@flock), `#[signal]` marks a method that handles one at once.
///
/// ```
/// # use flock::prelude::*;
/// #[signal]
/// struct Approve {
///     by: String,
/// }
///
/// #[flock]
/// async fn publish(ctx: FlockContext, draft: String) -> Result<String> {
///     let approval = ctx.signal::<Approve>().within("3d").await?;
///     Ok(format!("{draft} (approved by {})", approval.by))
/// }
/// ```
///
/// | option | meaning |
/// | --- | --- |
/// | `name = "approve"` | the signal's name on the wire; else the struct's name in snake_case |
/// | `crate = ::my::flock` | where the library is found |
#[proc_macro_attribute]
pub fn signal(options: TokenStream, item: TokenStream) -> TokenStream {
    signal::signal(options.into(), item.into()).into()
}
