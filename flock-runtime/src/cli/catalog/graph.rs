//! `graph`: a flock as a Mermaid diagram.

use clap::Args;
use serde::Serialize;
use serde_json::json;

use crate::{
    agent::{AgentDescriptor, AgentKind, hand_off::HandOffRule, topology::Node},
    cli::{
        exit::{Exit, Fault},
        program::{Program, find_flock, print},
    },
    flock::FlockDescriptor,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  {bin} graph research > research.mmd

Agents with a slanted frame are answered by a model, the others by a function.")]
pub(crate) struct Graph {
    /// The flock's name
    flock: String,
}

impl Graph {
    pub(crate) fn execute(self, program: Program) -> Result<Exit, Fault> {
        let registry = program.builder.parts()?.registry;
        let flock = find_flock(&registry, &self.flock)?.descriptor;
        let drawing = Drawing::of(flock);
        let mermaid = drawing.mermaid(flock);
        let agents: Vec<_> = drawing.agents.iter().map(|agent| agent.name).collect();
        let document = json!({
            "flock": flock.name, "agents": agents, "edges": drawing.edges, "mermaid": mermaid,
        });
        print(program.json, &document, || mermaid);
        Ok(Exit::Done)
    }
}

/// The agents of a declared flock in the order they are met, and the ways between them.
#[derive(Debug, Default)]
pub(crate) struct Drawing {
    pub(crate) agents: Vec<&'static AgentDescriptor>,
    edges: Vec<Edge>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Edge {
    from: &'static str,
    to: &'static str,
    #[serde(flatten)]
    kind: EdgeKind,
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum EdgeKind {
    Always,
    Routed,
    ByModel,
    Back {
        max_rounds: u32,
        /// Whether a rule decides; without one it is taken every time.
        #[serde(skip)]
        is_chosen: bool,
    },
}

impl Drawing {
    pub(crate) fn of(flock: &FlockDescriptor) -> Self {
        let mut drawing = Self::default();
        drawing.add(None, flock.graph);
        drawing
    }

    /// Adds the unrolled `nodes` that follow `from`: an agent that is reached on several paths
    /// is drawn once.
    fn add(&mut self, from: Option<&'static AgentDescriptor>, nodes: &'static [Node]) {
        for node in nodes {
            let Node::Agent { entry, next } = node else {
                continue;
            };
            let agent = entry.descriptor;
            if let Some(from) = from {
                let kind = match from.hand_off.rule {
                    HandOffRule::Fixed => EdgeKind::Always,
                    HandOffRule::Route => EdgeKind::Routed,
                    HandOffRule::Model => EdgeKind::ByModel,
                };
                self.edge(from.name, agent.name, kind);
            }
            if !self.agents.iter().any(|known| known.name == agent.name) {
                self.agents.push(agent);
                if let Some(back) = agent.hand_off.way_back {
                    let kind = EdgeKind::Back {
                        max_rounds: back.max_rounds,
                        is_chosen: agent.hand_off.rule != HandOffRule::Fixed,
                    };
                    self.edge(agent.name, back.to, kind);
                }
                self.add(Some(agent), next);
            }
        }
    }

    fn edge(&mut self, from: &'static str, to: &'static str, kind: EdgeKind) {
        let edge = Edge { from, to, kind };
        if !self.edges.contains(&edge) {
            self.edges.push(edge);
        }
    }

    fn mermaid(&self, flock: &FlockDescriptor) -> String {
        // Numbers as ids: `end` and other words of Mermaid may well be names of agents.
        let number = |name: &str| self.agents.iter().position(|agent| agent.name == name);
        let mut lines = vec!["flowchart TD".to_owned()];
        let start = escaped(flock.name);
        if self.agents.is_empty() {
            lines.push(format!("flock[[\"{start}\"]]"));
        } else {
            lines.push(format!("flock([\"{start}\"])"));
        }
        for (at, agent) in self.agents.iter().enumerate() {
            let name = escaped(agent.name);
            lines.push(match agent.kind {
                AgentKind::Model(_) => format!("a{at}[/\"{name}\"/]"),
                AgentKind::Function | AgentKind::Tool(_) => format!("a{at}[\"{name}\"]"),
            });
        }
        if !self.agents.is_empty() {
            lines.push("flock --> a0".into());
        }
        for edge in &self.edges {
            let (Some(from), Some(to)) = (number(edge.from), number(edge.to)) else {
                continue;
            };
            let arrow = match edge.kind {
                EdgeKind::Always => "-->".into(),
                EdgeKind::Routed => "-->|routed|".into(),
                EdgeKind::ByModel => "-->|model decides|".into(),
                EdgeKind::Back {
                    max_rounds,
                    is_chosen,
                } => {
                    let up_to = if is_chosen { "up to " } else { "" };
                    format!("-.->|{up_to}{max_rounds} times|")
                }
            };
            lines.push(format!("a{from} {arrow} a{to}"));
        }
        lines.join("\n    ") + "\n"
    }
}

/// A name inside the quotes of a Mermaid label.
fn escaped(name: &str) -> String {
    name.replace('"', "#quot;")
}

#[cfg(test)]
mod tests {
    use futures_util::future::BoxFuture;

    use super::*;
    use crate::{
        agent::{
            Agent, Location,
            context::AgentContext,
            hand_off::{Among, End, HandOffDescriptor, To, WayBack},
            topology::{self, Links},
        },
        error::Result,
    };

    macro_rules! agent {
        ($name:ident, $hand_off:ty, $hand_offs:expr) => {
            struct $name;
            impl Agent for $name {
                const NAME: &'static str = stringify!($name);
                const DESCRIPTOR: &'static AgentDescriptor =
                    &AgentDescriptor::new(Self::NAME, stringify!($name), Location::new("", 0, ""))
                        .hand_off($hand_offs);
                type Input = ();
                type Output = ();
                type HandOff = $hand_off;
                fn execute(_: AgentContext, (): ()) -> BoxFuture<'static, Result<()>> {
                    Box::pin(std::future::ready(Ok(())))
                }
            }
        };
    }

    const BACK: HandOffDescriptor =
        HandOffDescriptor::END.loop_to(WayBack::to("Triage").max_rounds(3));
    const ROUTED: HandOffDescriptor = HandOffDescriptor::new(HandOffRule::Route, &[]);
    agent!(Triage, Among<(Billing, Support)>, ROUTED);
    agent!(Billing, To<Last>, HandOffDescriptor::END);
    agent!(Support, To<Last>, HandOffDescriptor::END);
    agent!(Last, End<Last>, BACK);

    fn flock(graph: &'static [Node]) -> FlockDescriptor {
        FlockDescriptor::new("desk", "Desk", Location::new("", 0, "")).graph(graph)
    }

    #[test]
    fn an_agent_on_two_ways_is_drawn_once() {
        let flock = flock(<topology::From<Triage> as Links<topology::Depth>>::NODES);
        let drawn = Drawing::of(&flock).mermaid(&flock);
        let lines: Vec<_> = drawn.lines().map(str::trim).collect();
        assert_eq!(
            lines,
            [
                "flowchart TD",
                "flock([\"desk\"])",
                "a0[\"Triage\"]",
                "a1[\"Billing\"]",
                "a2[\"Last\"]",
                "a3[\"Support\"]",
                "flock --> a0",
                "a0 -->|routed| a1",
                "a1 --> a2",
                "a2 -.->|3 times| a0",
                "a0 -->|routed| a3",
                "a3 --> a2",
            ]
        );
    }

    #[test]
    fn a_coded_flock_is_a_single_node() {
        let flock = flock(&[]);
        let drawn = Drawing::of(&flock).mermaid(&flock);
        assert_eq!(drawn, "flowchart TD\n    flock[[\"desk\"]]\n");
    }
}
