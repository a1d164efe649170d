//! The tools of MCP servers in a conversation: what the model is offered is asked once and recorded, and each
//! call is a step of a built-in agent, which has the effect that the tool has.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use serde_json::{Value, json};

use super::{
    FlockContext,
    agent_call::step,
    approval::{ASKED, Elicited},
    effects::request_name,
    join_all,
};
use crate::{
    agent::{
        AgentDescriptor,
        conversation::Offer,
        entry::AgentEntry,
        mcp::{self, Asked, Listed, Question, RemoteAnswer, RemoteCall, RemoteTool, Responses},
    },
    declare::options::{CallOptions, Called},
    error::{Error, Result},
    value::payload::Payload,
};

/// How often a call may ask people before it answers.
const ROUNDS: u32 = 10;

/// Letters in a name that every vendor takes.
const LONGEST: usize = 64;

/// What the servers of an agent have, as this conversation began.
#[derive(Debug, Default)]
pub(super) struct Offered(Vec<Remote>);

/// A tool of a server, by the name that the model knows.
#[derive(Debug)]
struct Remote {
    name: String,
    server: &'static str,
    tool: RemoteTool,
    timeout: Option<Duration>,
}

impl Offered {
    /// Asks each of the agent's servers for its tools: a step each, so that a replay asks none.
    pub(super) async fn to(context: &FlockContext, entry: &AgentEntry) -> Result<Self> {
        let servers = match context.backend().is_doubled(entry.descriptor.name) {
            true => &[],
            false => servers(entry.descriptor),
        };
        let lists = servers.iter().map(|server| async move {
            let input = Payload::encode(&Asked {
                server: (*server).to_owned(),
            })?;
            let options = CallOptions {
                summary: Some(format!("{} · tools of {server}", entry.descriptor.name)),
                ..CallOptions::default()
            };
            let listed = step(context.clone(), mcp::LIST, input, Some(Box::new(options)));
            listed.ended().await?.decode::<Listed>()
        });
        let lists: Result<Vec<_>> = join_all(lists).await.into_iter().collect();
        let own = entry.tools.iter().map(|tool| tool.name);
        Ok(Self(named(own, servers.iter().copied().zip(lists?))))
    }

    /// What travels with each turn.
    pub(super) fn offers(&self) -> Vec<Offer> {
        let offer = |remote: &Remote| Offer {
            name: remote.name.clone(),
            description: remote.tool.description.clone(),
            schema: remote.tool.schema.clone(),
        };
        self.0.iter().map(offer).collect()
    }

    /// Makes a call of the tool that the model knows by this name; none where it is no server's.
    pub(super) async fn call(
        &self,
        context: &FlockContext,
        name: &str,
        arguments: &Value,
        place: &str,
    ) -> Option<Result<RemoteAnswer>> {
        let remote = self.0.iter().find(|remote| remote.name == name)?;
        Some(remote.call(context, arguments, place).await)
    }
}

impl Remote {
    async fn call(
        &self,
        context: &FlockContext,
        arguments: &Value,
        place: &str,
    ) -> Result<RemoteAnswer> {
        let called = format!("{}.{}", self.server, self.tool.name);
        let mut call = RemoteCall {
            server: self.server.to_owned(),
            tool: self.tool.name.clone(),
            arguments: arguments.clone(),
            answered: None,
        };
        let mut needs_approval = self.tool.needs_approval;
        for _ in 0..ROUNDS {
            let answer = self.once(context, &call, needs_approval, place).await?;
            let Some(asks) = answer.asks else {
                return Ok(answer);
            };
            let called = called.as_str();
            let people = asks.questions.iter().map(|(key, question)| async move {
                let told = told(context, called, question).await?;
                Ok((key.clone(), told))
            });
            let responses: Result<BTreeMap<_, _>> = join_all(people).await.into_iter().collect();
            call.answered = Some(Responses {
                responses: responses?,
                state: asks.state,
            });
            // Leave was given for these arguments.
            needs_approval = false;
        }
        Err(Error::permanent(format!(
            "`{called}` has asked people {ROUNDS} times, and gives no answer"
        ))
        .with_type(mcp::FAILED))
    }

    /// One call: a step.
    async fn once(
        &self,
        context: &FlockContext,
        call: &RemoteCall,
        needs_approval: bool,
        place: &str,
    ) -> Result<RemoteAnswer> {
        let called = format!("{}.{}", self.server, self.tool.name);
        let options = CallOptions {
            timeout: self.timeout,
            summary: Some(format!("{place} · {called}")),
            called: Some(Called {
                name: called,
                needs_approval,
            }),
            ..CallOptions::default()
        };
        let input = Payload::encode(call)?;
        let made = step(
            context.clone(),
            mcp::calls(self.tool.effect),
            input,
            Some(Box::new(options)),
        );
        made.ended().await?.decode()
    }
}

/// Asks a person what a server wants to know, as the protocol takes the answer.
async fn told(context: &FlockContext, called: &str, question: &Question) -> Result<Value> {
    let name = request_name(&format!("{ASKED}{called}"));
    let asked = context
        .approval(&name, &question.schema)
        .typed::<Elicited>()
        .describe(question.message.as_str());
    Ok(match asked.await? {
        Elicited::Accept(content) => json!({ "action": "accept", "content": content }),
        Elicited::Decline => json!({ "action": "decline" }),
    })
}

/// The servers that an agent names.
pub(crate) fn servers(agent: &AgentDescriptor) -> &'static [&'static str] {
    let options = agent.model_options();
    options.and_then(|options| options.mcp).unwrap_or_default()
}

/// The tools by the names that the model is told: the server's own, and `server_tool` where that is another's
/// as well, be it a tool of the agent's or one of another server. What vendors take in no name is a `_`.
fn named<'a>(
    own: impl Iterator<Item = &'a str>,
    lists: impl Iterator<Item = (&'static str, Listed)>,
) -> Vec<Remote> {
    let mut remotes: Vec<_> = lists
        .flat_map(|(server, listed)| {
            let timeout = listed.timeout_ms.map(Duration::from_millis);
            listed.tools.into_iter().map(move |tool| Remote {
                name: plain(&tool.name),
                server,
                tool,
                timeout,
            })
        })
        .collect();
    let mut taken: HashSet<String> = own.map(str::to_owned).collect();
    let (mut seen, mut twice) = (taken.clone(), taken.clone());
    for remote in &remotes {
        if !seen.insert(remote.name.clone()) {
            twice.insert(remote.name.clone());
        }
    }
    for remote in &mut remotes {
        if twice.contains(&remote.name) {
            remote.name = plain(&format!("{}_{}", remote.server, remote.tool.name));
        }
        let (first, mut count) = (remote.name.clone(), 1);
        while !taken.insert(remote.name.clone()) {
            count += 1;
            let end = format!("_{count}");
            remote.name = format!("{}{end}", &first[..first.len().min(LONGEST - end.len())]);
        }
    }
    remotes
}

fn plain(name: &str) -> String {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let name = name.chars().take(LONGEST);
    name.map(|c| if is_fine(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declare::effect::Effect;

    fn listed(names: &[&str]) -> Listed {
        let tool = |name: &&str| RemoteTool {
            name: (*name).to_owned(),
            description: String::new(),
            schema: schemars::Schema::default(),
            effect: Effect::Read,
            needs_approval: false,
        };
        Listed {
            tools: names.iter().map(tool).collect(),
            timeout_ms: None,
        }
    }

    #[test]
    fn names_are_the_servers_own_unless_two_have_one() {
        let lists = [
            ("files", listed(&["read", "search", "repo/open"])),
            ("web", listed(&["look", "search", "web_look"])),
        ];
        let named = named(["look"].into_iter(), lists.into_iter());
        let names: Vec<_> = named.iter().map(|remote| &*remote.name).collect();
        let expected = [
            "read",
            "files_search",
            "repo_open",
            "web_look",
            "web_search",
            "web_look_2",
        ];
        assert_eq!(names, expected);
        let long = "x".repeat(70);
        let lists = [("a", listed(&[&long])), ("b", listed(&[&long]))];
        for remote in super::named([].into_iter(), lists.into_iter()) {
            assert_eq!(remote.name.len(), 64);
        }
    }
}
