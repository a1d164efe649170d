//! `prompt`: what a model would be asked.

use clap::Args;
use serde_json::{Value, json};

use crate::{
    cli::{
        exit::{Exit, Fault},
        program::{Program, nearest, print},
        render::show,
        runs::input::{InputArgs, message},
    },
    model::{ModelChoice, ModelRequest},
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} prompt researcher --input topic=lighthouses
  {bin} prompt researcher --input topic=lighthouses --json")]
pub(crate) struct Prompt {
    /// An agent that a model answers for
    agent: String,

    #[command(flatten)]
    input: InputArgs,
}

impl Prompt {
    pub(crate) async fn execute(self, program: Program) -> Result<Exit, Fault> {
        let parts = program.builder.clone().parts()?;
        let name = &self.agent;
        let Some(entry) = parts.registry.agent(name) else {
            let known = parts.registry.agents().map(|agent| agent.descriptor);
            let known = known.filter(|agent| agent.model_options().is_some());
            let known: Vec<_> = known.map(|agent| agent.name).collect();
            let near = nearest(name, &known);
            let near = near.map(|near| format!("; did you mean `{near}`?"));
            return Err(Fault::usage(format!(
                "there is no agent `{name}`{}",
                near.unwrap_or_default()
            )));
        };
        if entry.descriptor.model_options().is_none() {
            let noun = entry.descriptor.noun();
            return Err(Fault::usage(format!(
                "{noun} `{name}` is a function, and asks no model by itself"
            )));
        }
        let of = format!("agent `{name}`");
        let input = message(&of, Some((entry.input_schema)()), &self.input)?;
        let (choice, request) = parts.models.question(entry, input).await?;
        let document = document(&choice, &request);
        print(program.json, &document, || text(&choice, &request));
        Ok(Exit::Done)
    }
}

/// How it is asked, beside the words: what is not said is not sent.
fn settings(request: &ModelRequest) -> Vec<(&'static str, Value)> {
    let ModelRequest {
        temperature,
        max_tokens,
        seed,
        stop,
        reasoning,
        extra,
        ..
    } = request;
    let stop = Some(stop).filter(|stop| !stop.is_empty());
    let extra = Some(extra).filter(|extra| !extra.is_empty());
    let settings = [
        ("temperature", temperature.map(Value::from)),
        ("max_tokens", max_tokens.map(Value::from)),
        ("seed", seed.map(Value::from)),
        ("stop", stop.map(|stop| json!(stop))),
        ("reasoning", reasoning.map(|much| json!(much))),
        ("extra", extra.map(|extra| json!(extra))),
    ];
    let said = settings.into_iter();
    said.filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn document(choice: &ModelChoice, request: &ModelRequest) -> Value {
    let mut document = json!({
        "agent": request.agent,
        "model": choice.name,
        "from": choice.source,
        "system": request.instructions,
        "user": request.question(),
        "schema": request.schema,
    });
    let tools = request.tools.iter().map(|tool| {
        json!({
            "name": tool.name,
            "description": tool.description,
            "parameters": tool.parameters,
        })
    });
    if !request.tools.is_empty() {
        document["tools"] = tools.collect();
    }
    for (name, value) in settings(request) {
        document[name] = value;
    }
    document
}

fn text(choice: &ModelChoice, request: &ModelRequest) -> String {
    let mut text = format!("model: {}  ({})\n", choice.name, choice.source);
    for (name, value) in settings(request) {
        text += &format!("{name}: {value}\n");
    }
    let mut part = |title: &str, words: &str| {
        text += &format!("\n{title}\n{}\n", show::indented(words.trim_end()));
    };
    part("system", &request.instructions);
    part("user", &request.question());
    for tool in &request.tools {
        let schema = format!("{:#}", tool.parameters.as_value());
        let title = format!("tool {}", tool.name);
        part(&title, &format!("{}\n{schema}", tool.description));
    }
    let schema = format!("{:#}", request.schema.as_value());
    part("answer, as this JSON Schema says", &schema);
    text
}
