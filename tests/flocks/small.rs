//! Agents that a real, small language model answers for.

use std::sync::OnceLock;

use flock::{
    __private::SendFuture,
    model::{Model, ModelAnswer, ModelRequest, Provider},
    prelude::*,
};

/// Where it is served, once a test has seen to that.
pub(crate) static ADDRESS: OnceLock<String> = OnceLock::new();

/// By OpenAI's protocol, as any server of one's own.
#[derive(Clone)]
pub(crate) struct Small;

impl Model for Small {
    fn answer<'a>(&'a self, request: &'a ModelRequest) -> SendFuture<'a, Result<ModelAnswer>> {
        Box::pin(async move {
            let address = ADDRESS.get();
            let address = address.ok_or_else(|| Error::permanent("it is not served"))?;
            let provider = Provider::new("openai")?.base_url(format!("{address}/v1"));
            provider.key("none").answer(request).await
        })
    }
}

#[flock_type]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Colour {
    Red,
    Green,
    Blue,
}

/// You name the colour of things.
#[agent(
    model = "small/smollm2",
    temperature = 0.0,
    max_tokens = 100,
    seed = 1,
    timeout = "200s",
    template = "What is the colour of {thing}?",
    input(thing: String),
    output(colour: Colour, is_bright: bool),
)]
pub(crate) struct Painter;

#[flock(start = Painter)]
pub(crate) struct Painting;

/// Looks at a thing.
#[tool(effect = "read", output = "seen: String")]
pub(crate) async fn look_at(thing: String) -> Result<String> {
    Ok(format!("{thing} is green"))
}

/// You name the colour of things, which you may look at before.
#[agent(
    model = "small/smollm2",
    temperature = 0.0,
    max_tokens = 200,
    seed = 1,
    timeout = "200s",
    tools = [look_at],
    input(thing: String),
    output(colour: Colour),
)]
pub(crate) struct Observer;

#[flock(start = Observer)]
pub(crate) struct Observing;
