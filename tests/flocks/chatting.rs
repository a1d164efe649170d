//! Conversations that a flock's body holds. The model is played: it answers with all that it has heard.

use flock::{
    __private::SendFuture,
    ChatMemory,
    model::{Message, Model, ModelAnswer, ModelRequest, ToolCall},
    prelude::*,
};
use serde_json::{Value, json};

use super::{tooled::seek, traced::trace};

/// Answers with what it has heard and said so far.
#[derive(Clone)]
pub(crate) struct Attentive;

impl Model for Attentive {
    fn answer<'a>(&'a self, request: &'a ModelRequest) -> SendFuture<'a, Result<ModelAnswer>> {
        Box::pin(async move { heard(request) })
    }
}

fn heard(request: &ModelRequest) -> Result<ModelAnswer> {
    let line = |input: &Value| match request.agent {
        "specialist" => request.further_question(input),
        _ => input["line"].as_str().unwrap_or_default().to_owned(),
    };
    let newest = line(request.newest_input());
    let file = request.newest_input()["file"].clone();
    if let Some(file) = file.as_str().filter(|file| !file.is_empty()) {
        trace(file, &format!("turn {}", request.turn()));
    }
    let mut heard = vec![line(&request.input)];
    for message in &request.messages {
        heard.push(match message {
            Message::Input(input) => line(input),
            Message::Output(output) => format!("[{}]", output["heard"].to_string().len()),
            Message::Result(result) => result.text.clone(),
            _ => continue,
        });
    }
    let asked = matches!(request.messages.last(), None | Some(Message::Input(_)));
    match newest.split_once(':') {
        Some(("look", word)) if asked && !request.tools.is_empty() => {
            let arguments = json!({ "file": file, "word": word });
            Ok(ModelAnswer::calls([ToolCall::new("1", "seek", arguments)]))
        }
        Some(("refuse", reason)) => Err(Error::permanent(reason)),
        _ => Ok(request.answer(json!({ "heard": heard }))),
    }
}

/// You listen.
#[agent(
    model = "attentive/any",
    input(file: String, line: String),
    output = "heard: Vec<String>",
    heartbeat = "5s",
    retry(initial = "50ms"),
)]
pub(crate) struct Confidant;

/// You listen, and look things up.
#[agent(
    model = "attentive/any",
    input(file: String, line: String),
    output = "heard: Vec<String>",
    tools = [seek],
    heartbeat = "5s",
    retry(initial = "50ms"),
)]
pub(crate) struct Adviser;

/// Says each line, and gives what was answered.
#[flock]
pub(crate) async fn talks(ctx: FlockContext, lines: Vec<String>) -> Result<Vec<Vec<String>>> {
    let mut chat = ctx.chat::<Confidant>();
    let mut answers = Vec::new();
    for line in lines {
        answers.push(match chat.say((String::new(), line)).await {
            Ok(answer) => answer.heard,
            Err(error) => vec![error.message().to_owned()],
        });
    }
    Ok(answers)
}

/// The same, with one that has tools.
#[flock]
pub(crate) async fn consults(
    ctx: FlockContext,
    file: String,
    lines: Vec<String>,
) -> Result<Vec<Vec<String>>> {
    let mut chat = ctx.chat::<Adviser>();
    let mut answers = Vec::new();
    for line in lines {
        answers.push(chat.say((file.clone(), line)).await?.heard);
    }
    Ok(answers)
}

/// Says one line in each run, and gives how much was heard in the last.
#[flock]
pub(crate) async fn talks_for_months(
    ctx: FlockContext,
    memory: ChatMemory,
    lines: Vec<String>,
) -> Result<Vec<usize>> {
    let mut chat = ctx.chat_from::<Confidant>(memory);
    let mut lines = lines.into_iter();
    let line = lines.next().unwrap_or_default();
    let answer = chat.say((String::new(), line)).await?;
    let left: Vec<_> = lines.collect();
    match left.is_empty() {
        true => Ok(answer.heard.iter().map(String::len).collect()),
        false => Err(ctx.continue_as_new::<talks_for_months>((chat.memory(), left))),
    }
}

/// You listen to what others were told.
#[agent(
    model = "attentive/any",
    input(topic: String, line: String),
    output = "heard: Vec<String>",
    template = "About {topic}: {line}",
)]
pub(crate) struct Specialist;

/// One that has looked something up hands over to a specialist, which hands back.
#[flock]
pub(crate) async fn hands_over(ctx: FlockContext, file: String) -> Result<Vec<Vec<String>>> {
    let mut adviser = ctx.chat::<Adviser>();
    let first = adviser.say((file.clone(), "look:x".to_owned())).await?;
    let mut specialist = adviser.hand_to::<Specialist>();
    let second = specialist.say(("gulls".to_owned(), "b".to_owned())).await?;
    let mut adviser = specialist.hand_to::<Adviser>();
    let third = adviser.say((file, "look:y".to_owned())).await?;
    Ok(vec![first.heard, second.heard, third.heard])
}

/// Two conversations at once, which know nothing of each other.
#[flock]
pub(crate) async fn talks_twice(ctx: FlockContext) -> Result<Vec<Vec<String>>> {
    let (mut one, mut other) = (ctx.chat::<Confidant>(), ctx.chat::<Confidant>());
    let say = |line: &str| (String::new(), line.to_owned());
    let (first, second) = flock::join!(one.say(say("a")), other.say(say("b")));
    first?;
    second?;
    let (one, other) = flock::join!(one.say(say("c")), other.say(say("d")));
    Ok(vec![one?.heard, other?.heard])
}
