//! What an agent can see and do during one attempt.

use std::{
    fmt::{self, Write},
    future::ready,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use futures_util::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    entry::AgentEntry,
    state::{State, States},
    stream::Saying,
};
use crate::{
    error::{Error, Result},
    telemetry::{Metrics, Telemetry, trace::TraceContext},
    value::{payload::Payload, run::RunId, usage::Usage},
};

/// An agent's context (Temporal: activity context), what it can see and do during one attempt: take it as
/// the first parameter.
///
/// ```
/// use flock::prelude::*;
///
/// #[agent(output = "said: String")]
/// async fn echo(ctx: AgentContext, text: String) -> Result<String> {
///     Ok(format!("{text}, at attempt {}", ctx.attempt()))
/// }
/// ```
#[derive(Clone)]
pub struct AgentContext(Arc<Attempt<dyn AgentBackend>>);

/// One attempt, and what an engine does for it.
pub(crate) struct Attempt<B: ?Sized> {
    info: AttemptInfo,
    choice: Mutex<Option<String>>,
    /// Made when something is spent: most attempts ask no model, and lock nothing.
    usage: OnceLock<Mutex<Usage>>,
    pub(crate) backend: B,
}

impl<B: AgentBackend> Attempt<B> {
    pub(crate) fn new(info: AttemptInfo, backend: B) -> Arc<Self> {
        Arc::new(Self {
            info,
            choice: Mutex::new(None),
            usage: OnceLock::new(),
            backend,
        })
    }

    /// Notes what the attempts before it have cost: that counts too.
    pub(crate) fn after(self: Arc<Self>, spent: Usage) -> Arc<Self> {
        if !spent.is_none() {
            self.spend(spent);
        }
        self
    }
}

impl<B: ?Sized> Attempt<B> {
    fn spend(&self, usage: Usage) {
        let spent = self.usage.get_or_init(Mutex::default);
        *spent.lock().unwrap_or_else(PoisonError::into_inner) += usage;
    }

    fn spent(&self) -> Usage {
        let spent = self.usage.get().map(Mutex::lock);
        spent.map_or_else(Usage::default, |spent| {
            *spent.unwrap_or_else(PoisonError::into_inner)
        })
    }
}

impl<B: AgentBackend> From<Arc<Attempt<B>>> for AgentContext {
    fn from(attempt: Arc<Attempt<B>>) -> Self {
        Self(attempt)
    }
}

/// Which attempt of which agent this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AttemptInfo {
    /// The agent's name.
    pub(crate) agent: &'static str,
    /// The attempt, from 1.
    pub(crate) attempt: u32,
    /// Workers that died under this call before.
    pub(crate) lost_workers: u32,
    /// Which of the run's steps it is; none where another program made the call.
    pub(crate) step: Option<u64>,
    /// Where in a trace what it does stands.
    pub(crate) trace: Option<TraceContext>,
    /// Where a tool is called within its agent's own attempt: the turn, and which of its calls.
    pub(crate) call: Option<(u32, usize)>,
}

/// What an engine does for an attempt.
pub(crate) trait AgentBackend: Send + Sync + 'static {
    /// The run.
    fn run(&self) -> &RunId;
    /// What agents share.
    fn states(&self) -> &States;
    /// Keeps how far the attempt has come.
    fn checkpoint(&self, progress: Payload) -> BoxFuture<'_, ()>;
    /// What an earlier attempt kept.
    fn kept(&self) -> Option<Payload>;
    /// Whether the run has been cancelled.
    fn is_cancelled(&self) -> bool;
    /// Ends when the run is cancelled.
    fn cancelled(&self) -> BoxFuture<'_, ()>;
    /// Whether anybody may hear what the attempt says while it is at work.
    fn is_heard(&self) -> bool {
        false
    }
    /// Asks the run a query. Fails with an error of kind `Transient` where asking again may help.
    fn ask_run(&self, name: &'static str, message: Payload) -> BoxFuture<'_, Result<Payload>>;
    /// Makes an attempt of an agent within this one.
    fn perform(
        &self,
        agent: &'static AgentEntry,
        context: AgentContext,
        input: &Payload,
    ) -> BoxFuture<'static, Result<Payload>> {
        (agent.execute)(context, input)
    }
    /// Tells those who follow the run what the attempt says.
    fn say(&self, _saying: Saying<'_>) {}
}

impl AgentContext {
    /// The agent's name.
    pub fn agent(&self) -> &'static str {
        self.0.info.agent
    }

    /// The attempt, from 1: 2 is the first retry.
    ///
    /// The agent's own attempts are counted. One whose worker dies is made again under the same
    /// number: see [`lost_workers`](Self::lost_workers).
    pub fn attempt(&self) -> u32 {
        self.0.info.attempt
    }

    /// How many workers died under this call before. They are no failures of the agent's and use up
    /// none of its `retries`; when there are more than its option `lost_workers` (built in: 20), the
    /// call fails with the failure type `LostWorker`.
    ///
    /// What a dead worker had done is not known: where doing it twice does harm, look whether it is
    /// done when this is above 0, go on from a [`checkpoint`](Self::checkpoint), or give the agent
    /// `lost_workers = 0`, and it is never run again after one. Always 0 on the local engine, and for
    /// `local` agents, which are lost and run again with their flock's own worker.
    pub fn lost_workers(&self) -> u32 {
        self.0.info.lost_workers
    }

    /// The workflow id of the run this attempt belongs to.
    pub fn workflow_id(&self) -> &str {
        &self.0.backend.run().workflow_id
    }

    /// The run id of the run this attempt belongs to.
    pub fn run_id(&self) -> &str {
        &self.0.backend.run().run_id
    }

    /// A key for this call, for services that take one: what is sent twice under one key they do once. It is
    /// the same for every attempt, after a crash and on replay, and another for each other call, of at most
    /// 80 characters.
    ///
    /// An agent or tool that gives it to its service is `effect = "idempotent"`.
    ///
    /// ```
    /// use flock::prelude::*;
    ///
    /// /// Charges the customer's card.
    /// #[tool(effect = "idempotent", output = "receipt: String")]
    /// async fn charge(ctx: AgentContext, cents: u32) -> Result<String> {
    ///     post("/charges", cents, &ctx.idempotency_key()).await
    /// }
    /// # async fn post(_: &str, _: u32, key: &str) -> Result<String> { Ok(key.to_owned()) }
    /// ```
    pub fn idempotency_key(&self) -> String {
        let AttemptInfo { step, call, .. } = &self.0.info;
        let mut key = self.run_id().to_owned();
        // Writing to a string cannot fail.
        if let Some(step) = step {
            let _ = write!(key, "-{step}");
        }
        if let Some((turn, call)) = call {
            let _ = write!(key, "-{turn}.{call}");
        }
        key
    }

    /// Keeps how far the work has come, with a heartbeat: should this attempt fail or its worker die, the
    /// next one goes on from here, by [`resume`](Self::resume). Temporal shows it too, as the heartbeat's
    /// details.
    ///
    /// Sent at once, or with the next heartbeat when one was sent a moment ago; the automatic
    /// heartbeats repeat it. A `local` agent on Temporal sends none, and its attempts begin anew.
    ///
    /// ```
    /// use flock::prelude::*;
    ///
    /// #[agent(output = "pages: u32", heartbeat = "10s", timeout = "2h")]
    /// async fn crawl(ctx: AgentContext, site: String) -> Result<u32> {
    ///     let mut page: u32 = ctx.resume()?.unwrap_or(0);
    ///     while page < 100 {
    ///         fetch(&site, page).await?;
    ///         page += 1;
    ///         ctx.checkpoint(&page).await?;
    ///     }
    ///     Ok(page)
    /// }
    /// # async fn fetch(_: &str, _: u32) -> Result<()> { Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When `progress` cannot be written as JSON.
    pub async fn checkpoint<T: Serialize + ?Sized>(&self, progress: &T) -> Result<()> {
        let progress = Payload::encode(progress)?;
        self.0.backend.checkpoint(progress).await;
        Ok(())
    }

    /// What an earlier attempt kept by [`checkpoint`](Self::checkpoint) (Temporal: heartbeat details);
    /// none at the first.
    ///
    /// # Errors
    /// Of kind `Invalid`, when what was kept is no `T`.
    pub fn resume<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let Some(kept) = self.0.backend.kept() else {
            return Ok(None);
        };
        let progress = kept.decode();
        progress.map_err(|error| error.context("the checkpoint of an earlier attempt does not fit"))
    }

    /// Whether the run has been cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.backend.is_cancelled()
    }

    /// Ends when the run is cancelled, so that work can be stopped early in a `select!`.
    pub async fn cancelled(&self) {
        self.0.backend.cancelled().await;
    }

    /// Says something while the work goes on: tokens of a model that is asked here, or how far the work has
    /// come. Whoever follows the run hears it, in a terminal by `run` and `status --watch`, in a program by
    /// [`FlockHandle::stream`](crate::FlockHandle::stream). The agents on unit structs do so by themselves.
    ///
    /// It is for looking on: kept in no history, and no part of the result. When the attempt fails, or its
    /// worker dies, the next one's text begins anew. Of a text that nobody looks at the newest 64 KiB are kept,
    /// until the step ends. What a
    /// `local` agent says on Temporal is not heard.
    ///
    /// ```
    /// use flock::prelude::*;
    ///
    /// #[agent(output = "pages: u32")]
    /// async fn crawl(ctx: AgentContext, site: String) -> Result<u32> {
    ///     for page in 0..100 {
    ///         fetch(&site, page).await?;
    ///         ctx.stream(format!("page {page}\n"));
    ///     }
    ///     Ok(100)
    /// }
    /// # async fn fetch(_: &str, _: u32) -> Result<()> { Ok(()) }
    /// ```
    pub fn stream(&self, text: impl AsRef<str>) {
        let text = text.as_ref();
        if !text.is_empty() {
            self.say(Saying::Text(text));
        }
    }

    /// Which attempt it is, and where in a trace it stands.
    pub(crate) fn attempt_info(&self) -> &AttemptInfo {
        &self.0.info
    }

    /// Makes attempt number `attempt` of a tool within this one, which is `call` of the model's turn.
    pub(crate) fn perform(
        &self,
        tool: &'static AgentEntry,
        call: (u32, usize),
        attempt: u32,
        trace: Option<TraceContext>,
        input: &Payload,
    ) -> (Self, BoxFuture<'static, Result<Payload>>) {
        let info = AttemptInfo {
            agent: tool.descriptor.name,
            attempt,
            call: Some(call),
            trace,
            ..self.0.info.clone()
        };
        let context = Self::from(Attempt::new(info, Within(self.clone())));
        let work = self.0.backend.perform(tool, context.clone(), input);
        (context, work)
    }

    /// Asks its run a query.
    pub(crate) async fn ask_run(&self, name: &'static str, message: Payload) -> Result<Payload> {
        self.0.backend.ask_run(name, message).await
    }

    pub(crate) fn say(&self, saying: Saying<'_>) {
        self.0.backend.say(saying);
    }

    /// Whether anybody may hear what it says.
    pub(crate) fn is_heard(&self) -> bool {
        self.0.backend.is_heard()
    }

    /// Metrics of the program's own: see [`Metrics`].
    pub fn metrics(&self) -> Metrics {
        self.telemetry().metrics
    }

    /// Where its runtime tells of its work: nowhere, where it was put together by hand.
    pub(crate) fn telemetry(&self) -> Telemetry {
        let telemetry = self.state::<Telemetry>();
        telemetry.map_or_else(|_| Telemetry::default(), |State(telemetry)| telemetry)
    }

    /// Shared state of type `T`, as the [`State`] extractor gives it.
    ///
    /// # Errors
    /// When the runtime was given none.
    pub fn state<T: Clone + 'static>(&self) -> Result<State<T>> {
        self.0.backend.states().get()
    }

    /// Notes what asking a model has cost, where an agent asks one by itself: it counts towards budgets, and
    /// `status` tells it. Struct agents do so on their own. So does what attempts that failed have noted, unless their worker died.
    ///
    /// ```
    /// use flock::{model::Usage, prelude::*};
    ///
    /// #[agent(output = "answer: String")]
    /// async fn asks(ctx: AgentContext, question: String) -> Result<String> {
    ///     ctx.spend(Usage::tokens(120, 30).micro_dollars(450));
    ///     Ok(question)
    /// }
    /// ```
    pub fn spend(&self, usage: Usage) {
        self.0.spend(usage);
    }

    /// A result with what it has cost.
    pub(crate) fn with_usage(&self, output: Payload) -> Payload {
        output.with_usage(self.spent())
    }

    /// A failure with what it has cost.
    pub(crate) fn failed(&self, error: Error) -> Error {
        error.with_spent(self.spent())
    }

    /// What asking models has cost so far in this attempt.
    pub(crate) fn spent(&self) -> Usage {
        self.0.spent()
    }

    /// Notes the hand-off that the model chose.
    pub(crate) fn choose(&self, next: String) {
        *self.0.choice.lock().unwrap_or_else(PoisonError::into_inner) = Some(next);
    }

    /// Adds the noted hand-off to a result on its way to the flock.
    pub(crate) fn with_choice(&self, output: Payload) -> Result<Payload> {
        let choice = self
            .0
            .choice
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(next) = choice else {
            return Err(Error::permanent("the model chose no hand-off"));
        };
        let mut fields: Map<String, Value> = output.decode()?;
        fields.insert(super::hand_off::CHOICE.to_owned(), Value::String(next));
        Payload::encode(&fields)
    }
}

/// An attempt of a tool within its agent's.
struct Within(AgentContext);

impl AgentBackend for Within {
    fn run(&self) -> &RunId {
        self.0.0.backend.run()
    }

    fn states(&self) -> &States {
        self.0.0.backend.states()
    }

    /// Its agent keeps how far the conversation has come, and that alone.
    fn checkpoint(&self, _: Payload) -> BoxFuture<'_, ()> {
        Box::pin(ready(()))
    }

    fn kept(&self) -> Option<Payload> {
        None
    }

    fn is_cancelled(&self) -> bool {
        self.0.0.backend.is_cancelled()
    }

    fn cancelled(&self) -> BoxFuture<'_, ()> {
        self.0.0.backend.cancelled()
    }

    fn ask_run(&self, name: &'static str, message: Payload) -> BoxFuture<'_, Result<Payload>> {
        self.0.0.backend.ask_run(name, message)
    }

    fn perform(
        &self,
        agent: &'static AgentEntry,
        context: AgentContext,
        input: &Payload,
    ) -> BoxFuture<'static, Result<Payload>> {
        self.0.0.backend.perform(agent, context, input)
    }
}

impl fmt::Debug for AgentContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AgentContext").field(&self.0.info).finish()
    }
}
