//! Language models behind their vendors' own protocols.

mod chat;
mod media;
pub(super) mod said;
mod schema;
mod stream;
mod target;
mod vendor;

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::BoxFuture;
use genai::{
    Client, WebConfig,
    adapter::AdapterKind,
    chat::{ChatOptions, JsonSpec, ReasoningEffort},
};

pub(super) use self::target::Target;
#[cfg(feature = "deploy")]
pub(super) use self::vendor::key_variable;
pub(super) use self::vendor::{Vendors, vendors};
use self::{stream::Heard, vendor::Vendor};
use super::{Model, ModelAnswer, ModelRequest, status};
use serde_json::{Value, json};

use crate::{
    declare::reasoning::Reasoning,
    error::{Error, ErrorKind, Result},
};

/// Limit of the wait for a connection: a host that is there answers sooner.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A vendor of language models.
///
/// Built in under the vendors' names, such as `openai` in `openai/gpt-4o`; the error for an unknown
/// provider lists them all. Make one to speak to another server by a vendor's protocol:
///
/// ```no_run
/// use flock::{Runtime, model::Provider};
///
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let local = Provider::new("openai")?.base_url("http://localhost:8080/v1");
/// let runtime = Runtime::builder().model("local", local).build()?;   // `local/qwen3`
/// # Ok(()) }
/// ```
///
/// Unless set here, key and address come from the environment of the process that runs the agent:
/// `OPENAI_API_KEY` and `OPENAI_BASE_URL`, and so on for each vendor; for Ollama also
/// `OLLAMA_HOST`. A server at an address of one's own may do without a key.
///
/// Failures are [`RateLimited`](ErrorKind::RateLimited) (429, and 5xx with a `Retry-After`),
/// [`Transient`](ErrorKind::Transient) (other 5xx, 408, 409: type `HttpStatus503` and so on; no
/// connection: `ConnectError`; a connection that broke: `HttpError`; out of time: `HttpTimeout`; an
/// answer that is not the protocol's: `BadResponse`; cut off by the limit of tokens: `MaxTokens`),
/// [`Denied`](ErrorKind::Denied) (401, 402, 403; no key: `MissingKey`),
/// [`NotFound`](ErrorKind::NotFound) (404), [`Invalid`](ErrorKind::Invalid) (400, 413, 422) or
/// [`Permanent`](ErrorKind::Permanent) (the rest; what a filter stops or the model refuses:
/// `ContentFilter`). `x-should-retry: false` makes a failure `Permanent` that would be retried, `true` the
/// other way round, but for those of 400, 401, 403, 404 and 422. Neither they nor `Debug` ever show a key.
#[derive(Clone)]
pub struct Provider {
    vendor: Vendor,
    client: Client,
    base_url: Option<String>,
    key: Option<String>,
    key_variable: Option<String>,
    timeout: Option<Duration>,
    environment: fn(&str) -> Option<String>,
    /// Models and agents whose questions are put without structured output, since it was refused.
    plain: Arc<Mutex<BTreeSet<(String, &'static str)>>>,
}

impl Provider {
    /// The vendor of this name, such as `openai`, `anthropic` or `ollama`.
    ///
    /// # Errors
    /// When there is no such vendor; the error lists those there are.
    pub fn new(vendor: &str) -> Result<Self> {
        let vendor = Vendor::find(vendor).ok_or_else(|| {
            Error::permanent(format!(
                "there is no vendor `{vendor}`, only {}",
                vendors().join(", ")
            ))
            .with_type("UnknownProvider")
        })?;
        // Its client looks for the process's cryptography. A program that has chosen one keeps it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .with_web_config(WebConfig::default().with_connect_timeout(CONNECT_TIMEOUT))
            .build()
            .map_err(|error| Error::permanent(error).with_type("HttpError"))?;
        Ok(Self {
            vendor,
            client,
            base_url: None,
            key: None,
            key_variable: None,
            timeout: None,
            environment: |name| std::env::var(name).ok(),
            plain: Arc::default(),
        })
    }

    /// Where the server is, as in the vendor's `…_BASE_URL` variable, which it overrides:
    /// `http://localhost:8080/v1`.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The key, in place of the vendor's `…_API_KEY` variable.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The variable that holds the key, in place of the vendor's own: read where the agent runs, when it asks.
    #[must_use]
    pub fn key_variable(mut self, name: impl Into<String>) -> Self {
        self.key_variable = Some(name.into());
        self
    }

    /// Limit of one question. By default there is only the limit of the agent's attempt.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    #[cfg(test)]
    pub(super) fn environment(mut self, environment: fn(&str) -> Option<String>) -> Self {
        self.environment = environment;
        self
    }

    async fn ask(&self, request: &ModelRequest) -> Result<ModelAnswer> {
        let target = self.target(request).await?;
        let asked = (request.model.clone(), request.agent);
        let plain = || self.plain.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.vendor.keeps_to_schemas || plain().contains(&asked) {
            return self.send(&target, request, Format::InPrompt).await;
        }
        match self.send(&target, request, Format::Schema).await {
            // Some models, and some schemas, are beyond a vendor's structured output.
            Err(error) if is_about_format(&error) => {
                tracing::debug!(agent = request.agent, %error, "asking without structured output");
                plain().insert(asked);
                self.send(&target, request, Format::InPrompt).await
            }
            result => result,
        }
    }

    async fn send(
        &self,
        target: &Target,
        request: &ModelRequest,
        format: Format,
    ) -> Result<ModelAnswer> {
        let answer = self.exchange(target, request, format);
        match self.timeout {
            None => answer.await,
            Some(limit) => match tokio::time::timeout(limit, answer).await {
                Ok(answer) => answer,
                Err(_) => Err(status::out_of_time(&target.shown, limit)),
            },
        }
    }

    async fn exchange(
        &self,
        target: &Target,
        request: &ModelRequest,
        format: Format,
    ) -> Result<ModelAnswer> {
        let options = options(request, format, self.vendor.protocol);
        let chat = chat::request(request, format, &self.vendor)?;
        if request.is_heard() {
            let (chat, options) = (chat.clone(), options.clone());
            match stream::ask(&self.client, target, chat, options, request).await {
                Ok(Heard::Answer(response)) => return chat::answer(*response),
                Ok(Heard::Broken) => return Err(status::broken(&target.shown)),
                Ok(Heard::Nothing) => {}
                Err(failure) => match status::error(failure, target) {
                    error if is_about_streams(&error) => {}
                    error => return Err(error),
                },
            }
            tracing::debug!(agent = request.agent, "asking without a stream");
        }
        let service = target.service.clone();
        let chat = self.client.exec_chat(service, chat, Some(&options));
        match chat.await {
            Ok(response) => chat::answer(response),
            Err(failure) => match said::whole(&failure) {
                Some(answer) => Ok(answer),
                None => Err(status::error(failure, target)),
            },
        }
    }
}

/// How a model learns what form its answer must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// The vendor holds it to the schema.
    Schema,
    /// It is told.
    InPrompt,
}

fn options(request: &ModelRequest, format: Format, protocol: AdapterKind) -> ChatOptions {
    // Thoughts that a model writes into its answer are no part of it.
    let mut options = ChatOptions::default()
        .with_normalize_reasoning_content(true)
        // The client reads over refusals, and gives up an answer for one call that is no JSON.
        .with_capture_raw_body(true);
    if format == Format::Schema {
        let schema = schema::sent(&request.schema, protocol);
        options = options.with_response_format(JsonSpec::new(schema_name(request.agent), schema));
    }
    if let Some(temperature) = request.temperature {
        options = options.with_temperature(temperature);
    }
    if let Some(max_tokens) = request.max_tokens {
        options = options.with_max_tokens(max_tokens);
    }
    if !request.stop.is_empty() {
        options = options.with_stop_sequences(request.stop.clone());
    }
    if let Some(seed) = request.seed {
        options = options.with_seed(seed.into());
    }
    if let Some(reasoning) = request.reasoning {
        options = options.with_reasoning_effort(match reasoning {
            Reasoning::None => ReasoningEffort::Zero,
            Reasoning::Low => ReasoningEffort::Low,
            Reasoning::Medium => ReasoningEffort::Medium,
            Reasoning::High => ReasoningEffort::High,
        });
    }
    let mut extra = request.extra.clone();
    if protocol == AdapterKind::OpenAIResp
        && let Some(reasoning) = request.reasoning.filter(|it| *it != Reasoning::None)
    {
        // Its thoughts go back to the model, which keeps nothing itself. With them the client asks for a
        // summary too, which some models, and some organisations, are refused.
        options = options.with_capture_reasoning_content(true);
        let effort = json!({ "effort": reasoning.as_str() });
        extra.entry("reasoning").or_insert(effort);
    }
    if !extra.is_empty() {
        options = options.with_extra_body(Value::Object(extra));
    }
    options
}

/// OpenAI takes letters, digits, `-` and `_`, 64 at most.
fn schema_name(agent: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    agent.chars().take(64).map(plain).collect()
}

fn is_about_format(error: &Error) -> bool {
    const WORDS: [&str; 9] = [
        "response_format",
        "invalid schema",
        "output_format",
        "json_schema",
        "output_config",
        "responsejsonschema",
        "text.format",
        "structured output",
        "response mime type",
    ];
    let message = error.message().to_lowercase();
    *error.kind() == ErrorKind::Invalid && WORDS.iter().any(|word| message.contains(word))
}

/// Some servers, and some models, do not stream.
fn is_about_streams(error: &Error) -> bool {
    *error.kind() == ErrorKind::Invalid && error.message().to_lowercase().contains("stream")
}

impl Model for Provider {
    fn answer<'a>(&'a self, request: &'a ModelRequest) -> BoxFuture<'a, Result<ModelAnswer>> {
        Box::pin(self.ask(request))
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Provider").field(&self.vendor.name).finish()
    }
}
