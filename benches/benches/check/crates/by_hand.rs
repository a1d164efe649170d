//! Five agents, by hand.

use std::time::Duration;

use flock::{
    __private::{
        Agent, AgentDescriptor, AgentEntry, AgentOptions, End, Field, Flock, FlockDescriptor,
        FlockEntry, FlockOptions, FlockType, HandOffDescriptor, HandOffRule, LocalFuture, Location,
        ModelOptions, RetryOptions, SendFuture, Shape, To, ask, call, fields,
        schemars::JsonSchema,
        serde::{Deserialize, Serialize},
    },
    prelude::*,
};

use crate::Verdict;

/// You are a meticulous researcher. Cite every source.
pub struct Researcher00;

/// What agent `Researcher00` takes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Researcher00Input {
    /// The topic to research
    pub topic: String,
    /// The input `depth`.
    #[serde(default = "Researcher00Input::default_depth")]
    pub depth: u8,
}

impl Researcher00Input {
    fn default_depth() -> u8 {
        2
    }
}

impl FlockType for Researcher00Input {
    const SHAPE: Shape = Shape::Fields(&[
        Field::new("topic", "String").description("The topic to research"),
        Field::new("depth", "u8").optional(true),
    ]);
}

impl From<(String, u8)> for Researcher00Input {
    fn from((topic, depth): (String, u8)) -> Self {
        Self { topic, depth }
    }
}

/// What agent `Researcher00` gives.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Researcher00Output {
    /// What was found
    pub findings: String,
    /// Where it was found
    pub sources: Vec<String>,
}

impl FlockType for Researcher00Output {
    const SHAPE: Shape = Shape::Fields(&[
        Field::new("findings", "String").description("What was found"),
        Field::new("sources", "Vec<String>").description("Where it was found"),
    ]);
}

impl From<(String, Vec<String>)> for Researcher00Output {
    fn from((findings, sources): (String, Vec<String>)) -> Self {
        Self { findings, sources }
    }
}

impl Agent for Researcher00 {
    const NAME: &'static str = "researcher00";
    const DESCRIPTOR: &'static AgentDescriptor = &AgentDescriptor::new(
        Self::NAME,
        "Researcher00",
        Location::new(file!(), line!(), module_path!()),
    )
    .description("You are a meticulous researcher. Cite every source.")
    .model(
        ModelOptions::NONE
            .instructions("You are a meticulous researcher. Cite every source.")
            .model("openai/gpt-4o")
            .temperature(0.2),
    )
    .inputs(fields(Researcher00Input::SHAPE, &[]))
    .outputs(fields(Researcher00Output::SHAPE, &[]))
    .options(
        AgentOptions::NONE
            .timeout(Duration::from_secs(120))
            .retry(RetryOptions::NONE.max_attempts(4)),
    )
    .hand_off(HandOffDescriptor::new(
        HandOffRule::Fixed,
        &[summarizer_00::NAME],
    ));
    type Input = Researcher00Input;
    type Output = Researcher00Output;
    type HandOff = To<summarizer_00>;

    fn execute(
        context: AgentContext,
        input: Researcher00Input,
    ) -> SendFuture<'static, Result<Researcher00Output>> {
        ask::<Self>(context, input)
    }
}

flock::__private::inventory::submit! { AgentEntry::of::<Researcher00>() }

/// Sums up in three sentences.
pub async fn summarizer_00(findings: String) -> Result<String> {
    Ok(findings.split_inclusive(". ").take(3).collect())
}

/// The agent `summarizer_00`, as a type.
#[allow(non_camel_case_types)]
pub enum summarizer_00 {}

/// What agent `summarizer_00` takes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Summarizer00Input {
    /// The input `findings`.
    pub findings: String,
}

impl FlockType for Summarizer00Input {
    const SHAPE: Shape = Shape::Fields(&[Field::new("findings", "String")]);
}

impl From<String> for Summarizer00Input {
    fn from(findings: String) -> Self {
        Self { findings }
    }
}

impl From<&str> for Summarizer00Input {
    fn from(findings: &str) -> Self {
        Self {
            findings: findings.into(),
        }
    }
}

/// What agent `summarizer_00` gives.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Summarizer00Output {
    /// Concise summary
    pub summary: String,
}

impl FlockType for Summarizer00Output {
    const SHAPE: Shape =
        Shape::Fields(&[Field::new("summary", "String").description("Concise summary")]);
}

impl From<String> for Summarizer00Output {
    fn from(summary: String) -> Self {
        Self { summary }
    }
}

impl From<&str> for Summarizer00Output {
    fn from(summary: &str) -> Self {
        Self {
            summary: summary.into(),
        }
    }
}

impl Agent for summarizer_00 {
    const NAME: &'static str = "summarizer_00";
    const DESCRIPTOR: &'static AgentDescriptor = &AgentDescriptor::new(
        Self::NAME,
        "summarizer_00",
        Location::new(file!(), line!(), module_path!()),
    )
    .description("Sums up in three sentences.")
    .inputs(fields(Summarizer00Input::SHAPE, &[]))
    .outputs(fields(Summarizer00Output::SHAPE, &[]))
    .hand_off(HandOffDescriptor::new(
        HandOffRule::Fixed,
        &[writer_00::NAME],
    ));
    type Input = Summarizer00Input;
    type Output = Summarizer00Output;
    type HandOff = To<writer_00>;

    fn execute(
        _context: AgentContext,
        input: Summarizer00Input,
    ) -> SendFuture<'static, Result<Summarizer00Output>> {
        call(summarizer_00(input.findings))
    }
}

flock::__private::inventory::submit! { AgentEntry::of::<summarizer_00>() }

/// Writes a draft.
pub async fn writer_00(topic: String, summary: String, depth: u8) -> Result<(String, u32)> {
    let draft = format!("{topic}\n\n{}", summary.repeat(depth.into()));
    let words = u32::try_from(draft.split_whitespace().count()).unwrap_or(u32::MAX);
    Ok((draft, words))
}

/// The agent `writer_00`, as a type.
#[allow(non_camel_case_types)]
pub enum writer_00 {}

/// What agent `writer_00` takes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Writer00Input {
    /// What it is about
    pub topic: String,
    /// The input `summary`.
    pub summary: String,
    /// The input `depth`.
    pub depth: u8,
}

impl FlockType for Writer00Input {
    const SHAPE: Shape = Shape::Fields(&[
        Field::new("topic", "String").description("What it is about"),
        Field::new("summary", "String"),
        Field::new("depth", "u8"),
    ]);
}

impl From<(String, String, u8)> for Writer00Input {
    fn from((topic, summary, depth): (String, String, u8)) -> Self {
        Self {
            topic,
            summary,
            depth,
        }
    }
}

/// What agent `writer_00` gives.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Writer00Output {
    /// The text
    pub draft: String,
    /// How long it is
    pub words: u32,
}

impl FlockType for Writer00Output {
    const SHAPE: Shape = Shape::Fields(&[
        Field::new("draft", "String").description("The text"),
        Field::new("words", "u32").description("How long it is"),
    ]);
}

impl From<(String, u32)> for Writer00Output {
    fn from((draft, words): (String, u32)) -> Self {
        Self { draft, words }
    }
}

impl Agent for writer_00 {
    const NAME: &'static str = "writer_00";
    const DESCRIPTOR: &'static AgentDescriptor = &AgentDescriptor::new(
        Self::NAME,
        "writer_00",
        Location::new(file!(), line!(), module_path!()),
    )
    .description("Writes a draft.")
    .inputs(fields(Writer00Input::SHAPE, &[]))
    .outputs(fields(Writer00Output::SHAPE, &[]))
    .options(
        AgentOptions::NONE.task_queue("writers").retry(
            RetryOptions::NONE
                .initial(Duration::from_secs(1))
                .max(Duration::from_secs(30))
                .non_retryable(&["ValueError"]),
        ),
    )
    .hand_off(HandOffDescriptor::new(
        HandOffRule::Fixed,
        &[critic_00::NAME],
    ));
    type Input = Writer00Input;
    type Output = Writer00Output;
    type HandOff = To<critic_00>;

    fn execute(
        _context: AgentContext,
        input: Writer00Input,
    ) -> SendFuture<'static, Result<Writer00Output>> {
        call(writer_00(input.topic, input.summary, input.depth))
    }
}

flock::__private::inventory::submit! { AgentEntry::of::<writer_00>() }

/// Judges a draft.
pub async fn critic_00(ctx: AgentContext, draft: String) -> Result<Verdict> {
    Ok(Verdict {
        score: u8::from(draft.len() > 80) + u8::from(ctx.attempt() == 1),
        reason: None,
    })
}

/// The agent `critic_00`, as a type.
#[allow(non_camel_case_types)]
pub enum critic_00 {}

/// What agent `critic_00` takes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Critic00Input {
    /// The input `draft`.
    pub draft: String,
}

impl FlockType for Critic00Input {
    const SHAPE: Shape = Shape::Fields(&[Field::new("draft", "String")]);
}

impl From<String> for Critic00Input {
    fn from(draft: String) -> Self {
        Self { draft }
    }
}

impl From<&str> for Critic00Input {
    fn from(draft: &str) -> Self {
        Self {
            draft: draft.into(),
        }
    }
}

/// What agent `critic_00` gives.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Critic00Output {
    /// How good it is
    pub verdict: Verdict,
}

impl FlockType for Critic00Output {
    const SHAPE: Shape =
        Shape::Fields(&[Field::new("verdict", "Verdict").description("How good it is")]);
}

impl From<Verdict> for Critic00Output {
    fn from(verdict: Verdict) -> Self {
        Self { verdict }
    }
}

impl Agent for critic_00 {
    const NAME: &'static str = "critic_00";
    const DESCRIPTOR: &'static AgentDescriptor = &AgentDescriptor::new(
        Self::NAME,
        "critic_00",
        Location::new(file!(), line!(), module_path!()),
    )
    .description("Judges a draft.")
    .inputs(fields(Critic00Input::SHAPE, &[]))
    .outputs(fields(Critic00Output::SHAPE, &[]))
    .options(
        AgentOptions::NONE
            .timeout(Duration::from_secs(30))
            .heartbeat(Duration::from_secs(5)),
    )
    .hand_off(HandOffDescriptor::new(
        HandOffRule::Fixed,
        &[Editor00::NAME],
    ));
    type Input = Critic00Input;
    type Output = Critic00Output;
    type HandOff = To<Editor00>;

    fn execute(
        context: AgentContext,
        input: Critic00Input,
    ) -> SendFuture<'static, Result<Critic00Output>> {
        call(critic_00(context, input.draft))
    }
}

flock::__private::inventory::submit! { AgentEntry::of::<critic_00>() }

/// You are an editor. Mend what the verdict names.
pub struct Editor00;

/// What agent `Editor00` takes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Editor00Input {
    /// The input `draft`.
    pub draft: String,
    /// What is to be mended
    pub verdict: Verdict,
}

impl FlockType for Editor00Input {
    const SHAPE: Shape = Shape::Fields(&[
        Field::new("draft", "String"),
        Field::new("verdict", "Verdict").description("What is to be mended"),
    ]);
}

impl From<(String, Verdict)> for Editor00Input {
    fn from((draft, verdict): (String, Verdict)) -> Self {
        Self { draft, verdict }
    }
}

/// What agent `Editor00` gives.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(crate = "flock::__private::serde")]
#[schemars(crate = "flock::__private::schemars")]
pub struct Editor00Output {
    /// Ready to print
    pub article: String,
}

impl FlockType for Editor00Output {
    const SHAPE: Shape =
        Shape::Fields(&[Field::new("article", "String").description("Ready to print")]);
}

impl From<String> for Editor00Output {
    fn from(article: String) -> Self {
        Self { article }
    }
}

impl From<&str> for Editor00Output {
    fn from(article: &str) -> Self {
        Self {
            article: article.into(),
        }
    }
}

impl Agent for Editor00 {
    const NAME: &'static str = "editor00";
    const DESCRIPTOR: &'static AgentDescriptor = &AgentDescriptor::new(
        Self::NAME,
        "Editor00",
        Location::new(file!(), line!(), module_path!()),
    )
    .description("You are an editor. Mend what the verdict names.")
    .model(
        ModelOptions::NONE
            .instructions("You are an editor. Mend what the verdict names.")
            .model("anthropic/claude-sonnet-4-5")
            .max_tokens(4096),
    )
    .inputs(fields(Editor00Input::SHAPE, &[]))
    .outputs(fields(Editor00Output::SHAPE, &[]))
    .options(AgentOptions::NONE.priority(2));
    type Input = Editor00Input;
    type Output = Editor00Output;
    type HandOff = End<Self>;

    fn execute(
        context: AgentContext,
        input: Editor00Input,
    ) -> SendFuture<'static, Result<Editor00Output>> {
        ask::<Self>(context, input)
    }
}

flock::__private::inventory::submit! { AgentEntry::of::<Editor00>() }
