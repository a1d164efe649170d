//! An agent, a flock or a signal in full, as text and as JSON.

use serde_json::{Map, Value, json};

use crate::{
    agent::{
        AgentDescriptor, AgentKind, entry::AgentEntry, hand_off::HandOffRule, tool::ToolEntry,
    },
    cli::{
        catalog::{agents, graph::Drawing, message::Message},
        render::show,
        schema::{Document, Property},
    },
    config::resolve::ResolvedOptions,
    declare::{
        budget::BudgetOptions, effect::Effect, options::CallOptions, pool::Pool,
        versioning::Versioning,
    },
    engine::{definition, program::Parts},
    flock::{
        FlockDescriptor,
        entry::{FlockEntry, SignalEntry},
        mcp,
    },
    value::duration,
};

/// One thing described, for people and for programs.
pub(super) struct Sheet {
    pub(super) text: String,
    pub(super) document: Value,
}

impl Sheet {
    pub(super) fn agent(
        parts: &Parts,
        entry: &AgentEntry,
        flock: Option<&FlockDescriptor>,
    ) -> Self {
        let agent = entry.descriptor;
        let options = parts.resolve(agent, flock, &CallOptions::default());
        let input = Document::new((entry.input_schema)());
        let output = Document::new((entry.output_schema)());
        let by = agents::kind(&agent.kind);
        let model = model(parts, agent);

        let mut text = match agent.noun() {
            "agent" => format!("agent {} ({by}, {})\n", agent.name, agent.location),
            noun => format!("{noun} {} ({})\n", agent.name, agent.location),
        };
        text += &show::indented(agent.description);
        if let Some((value, source)) = &model {
            text += &format!("\n  model: {value}  ({source})\n");
        }
        text += &section("input", &input);
        text += &section("output", &output);
        if !entry.tools.is_empty() {
            let rows: Vec<_> = entry
                .tools
                .iter()
                .map(|tool| tool_row(parts, tool))
                .collect();
            text += &format!(
                "\n  tools\n{}",
                show::indented(&show::indented(&show::rows(&rows)))
            );
        }
        let servers = mcp::servers(agent);
        if !servers.is_empty() {
            text += &format!("\n  mcp: {}\n", servers.join(", "));
        }
        let looped = agent.model_options().and_then(|model| model.looped);
        if let Some(looped) = looped {
            text += &format!("\n  loop: {looped}\n");
        }
        let budget = budget(agent);
        if let Some(budget) = &budget {
            text += &format!("\n  budget: {budget}\n");
        }
        if let Some(effects) = effects(agent) {
            text += &format!("\n  effect: {effects}\n");
        }
        text += &format!("\n  next: {}\n", next(agent));
        text += "\n  options\n";
        text += &show::indented(&show::indented(&option_table(&options)));
        let warnings = parts.warnings(agent, flock);
        for warning in &warnings {
            text += &format!("\n  warning: {warning}\n");
        }

        let mut document = json!({
            "agent": agent.name,
            "by": by,
            "description": agent.description,
            "location": agent.location.to_string(),
            "input": input.summary(),
            "output": output.summary(),
            "hand_off": hand_off(agent),
            "options": option_map(&options),
        });
        if !warnings.is_empty() {
            document["warnings"] = json!(warnings);
        }
        if !entry.tools.is_empty() {
            document["tools"] = entry.tools.iter().map(|tool| tool.name).collect();
        }
        if !servers.is_empty() {
            document["mcp"] = json!(servers);
        }
        if let Some(looped) = looped {
            document["loop"] = json!(looped);
        }
        if let Some(budget) = &budget {
            document["budget"] = json!(budget.to_string());
        }
        if let Some(effect) = agent.effects.effect {
            document["effect"] = json!(effect);
        }
        if agent.effects.needs_approval == Some(true) {
            document["needs_approval"] = json!(true);
        }
        if let Some((value, source)) = model {
            document["model"] = json!({ "value": value, "from": source });
        }
        Self { text, document }
    }

    pub(super) fn flock(parts: &Parts, entry: &'static FlockEntry) -> Self {
        let flock = entry.descriptor;
        let input = Document::new((entry.input_schema)());
        let output = Document::new((entry.output_schema)());
        let declared = if flock.graph.is_empty() {
            "coded"
        } else {
            "declared"
        };
        let mut text = format!("flock {} ({declared}, {})\n", flock.name, flock.location);
        text += &show::indented(flock.description);
        text += &section("input", &input);
        text += &section("output", &output);

        let span =
            |limit: Option<std::time::Duration>| limit.map_or("none".into(), duration::display);
        let schedule = flock.options.schedule;
        let options = [
            ("task_queue", flock.task_queue().to_owned()),
            ("pool", flock.pool().map_or("none", Pool::as_str).to_owned()),
            ("timeout", span(flock.options.timeout)),
            ("run_timeout", span(flock.options.run_timeout)),
            (
                "task_timeout",
                flock
                    .options
                    .task_timeout
                    .map_or("10s (Temporal's default)".into(), duration::display),
            ),
            ("version", flock.version().to_string()),
            (
                "versioning",
                flock
                    .options
                    .versioning
                    .map_or("that of its queue", Versioning::as_str)
                    .to_owned(),
            ),
            (
                "id_reuse",
                flock
                    .options
                    .id_reuse
                    .unwrap_or_default()
                    .as_str()
                    .to_owned(),
            ),
            (
                "budget",
                match flock.options.budget.is_none() {
                    true => "none".to_owned(),
                    false => flock.options.budget.to_string(),
                },
            ),
            (
                "agents_local",
                match flock.agent_defaults.local {
                    Some(true) => "those that may be".to_owned(),
                    _ => "those that say so".to_owned(),
                },
            ),
            ("search_attributes", attributes(flock)),
            (
                "stream",
                match flock.streams() {
                    true => "hosted".to_owned(),
                    false => "none".to_owned(),
                },
            ),
            (
                "schedule",
                schedule.map_or("none".into(), |schedule| schedule.to_string()),
            ),
        ];
        let rows: Vec<_> = options
            .iter()
            .map(|(name, value)| [(*name).to_owned(), value.clone()])
            .collect();
        text += "\n  options\n";
        text += &show::indented(&show::indented(&show::table(["OPTION", "VALUE"], &rows)));

        let hash = definition::hash(entry);
        text += &format!("\n  definition: {hash}  (in the memo of its runs)\n");

        let messages: Vec<_> = entry.handlers.iter().map(Message::of).collect();
        for message in &messages {
            text += &message.text();
        }

        let drawing = Drawing::of(flock);
        let agents = drawing
            .agents
            .iter()
            .filter_map(|agent| parts.registry.agent(agent.name));
        let sheets: Vec<_> = agents
            .map(|agent| Self::agent(parts, agent, Some(flock)))
            .collect();
        text += "\n  agents\n";
        if sheets.is_empty() {
            text += "    those its code runs\n";
        }
        for (at, sheet) in sheets.iter().enumerate() {
            if at > 0 {
                text.push('\n');
            }
            text += &show::indented(&show::indented(&sheet.text));
        }
        let options: Map<_, _> = options
            .into_iter()
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        let agents: Vec<_> = sheets.into_iter().map(|sheet| sheet.document).collect();
        let document = json!({
            "flock": flock.name,
            "kind": declared,
            "description": flock.description,
            "location": flock.location.to_string(),
            "hash": hash,
            "input": input.summary(),
            "output": output.summary(),
            "options": options,
            "handlers": messages.iter().map(Message::document).collect::<Vec<_>>(),
            "search_attributes": flock.options.search_attributes,
            "agents": agents,
        });
        Self { text, document }
    }

    pub(super) fn signal(entry: &SignalEntry) -> Self {
        let message = Message::of_signal(entry);
        let mut text = format!("signal {}\n", entry.name);
        text += &show::indented(entry.description);
        text += &section("input", &message.input);
        let mut document = message.document();
        document["signal"] = json!(entry.name);
        Self { text, document }
    }
}

fn attributes(flock: &FlockDescriptor) -> String {
    let declared = flock.options.search_attributes.iter();
    let declared: Vec<_> = declared
        .map(|attribute| format!("{}: {}", attribute.name, attribute.kind.as_str()))
        .collect();
    match declared.is_empty() {
        true => "none".to_owned(),
        false => declared.join(", "),
    }
}

/// The model that answers for an agent, and where it was named.
pub(crate) fn model(parts: &Parts, agent: &AgentDescriptor) -> Option<(String, String)> {
    let mut choices = parts.models.choices(agent).into_iter();
    match (choices.next(), &agent.kind) {
        (Some(first), _) => {
            let others = choices.map(|other| format!(", else {}", other.name));
            Some((first.name + &others.collect::<String>(), first.source))
        }
        (None, AgentKind::Model(_)) => Some((
            "none is named".into(),
            "name one in #[agent], in flock.toml or by FLOCK_MODEL".into(),
        )),
        (None, AgentKind::Function | AgentKind::Tool(_)) => None,
    }
}

pub(crate) fn section(name: &str, schema: &Document) -> String {
    let properties = schema.properties();
    if properties.is_empty() {
        return format!("\n  {name}: {}\n", schema.kind());
    }
    let row = |property: &Property| {
        let presence = match (&property.default, property.required) {
            (_, true) => String::new(),
            (Some(default), false) if !default.is_null() => format!("default {default}"),
            _ => "optional".into(),
        };
        [
            property.name.clone(),
            property.kind.clone(),
            presence,
            property.description.clone(),
        ]
    };
    let rows: Vec<_> = properties.iter().map(row).collect();
    format!(
        "\n  {name}\n{}",
        show::indented(&show::indented(&show::rows(&rows)))
    )
}

/// What a model may call: its name, what becomes of it in a crash, and what it does.
fn tool_row(parts: &Parts, tool: &ToolEntry) -> [String; 3] {
    let agent = parts.registry.agent(tool.name);
    let effects = agent.and_then(|agent| effects(agent.descriptor));
    let is_flock = agent.is_none();
    let effects = effects.unwrap_or_else(|| match is_flock {
        true => "flock".into(),
        false => "agent".into(),
    });
    let first = tool.description.lines().next().unwrap_or_default();
    [tool.name.to_owned(), effects, first.to_owned()]
}

fn effects(agent: &AgentDescriptor) -> Option<String> {
    let effect = agent.effects.effect.map(Effect::as_str);
    let leave = agent.effects.needs_approval == Some(true);
    let leave = leave.then_some("needs approval");
    let said: Vec<_> = effect.into_iter().chain(leave).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

fn next(agent: &AgentDescriptor) -> String {
    let among = agent.hand_off.among.join(", ");
    let mut next = match (agent.hand_off.rule, agent.hand_off.among) {
        (HandOffRule::Fixed, []) => "nobody".to_owned(),
        (HandOffRule::Fixed, _) => among,
        (HandOffRule::Route, _) => format!("routed among {among}"),
        (HandOffRule::Model, _) => format!("the model decides among {among}"),
    };
    if let Some(back) = agent.hand_off.way_back {
        let times = format!("{} times", back.max_rounds);
        next = match agent.hand_off.rule {
            // No rule decides: the rounds come first.
            HandOffRule::Fixed => format!("back to {} {times}, then {next}", back.to),
            _ => format!("{next}; back to {} up to {times}", back.to),
        };
    }
    next
}

fn hand_off(agent: &AgentDescriptor) -> Value {
    let rule = match agent.hand_off.rule {
        HandOffRule::Fixed => "fixed",
        HandOffRule::Route => "route",
        HandOffRule::Model => "model",
    };
    let back = agent.hand_off.way_back;
    json!({
        "rule": rule,
        "among": agent.hand_off.among,
        "loop_to": back.map(|back| back.to),
        "max_rounds": back.map(|back| back.max_rounds),
    })
}

fn option_table(options: &ResolvedOptions) -> String {
    let rows: Vec<_> = options
        .table()
        .into_iter()
        .map(|(name, value, source)| [name.to_owned(), value, source])
        .collect();
    show::table(["OPTION", "VALUE", "FROM"], &rows)
}

fn option_map(options: &ResolvedOptions) -> Map<String, Value> {
    let rows = options.table().into_iter();
    rows.map(|(name, value, source)| (name.to_owned(), json!({ "value": value, "from": source })))
        .collect()
}

/// What asking models may cost in one call of it, where that is limited.
fn budget(agent: &AgentDescriptor) -> Option<BudgetOptions> {
    let budget = agent.model_options()?.budget;
    (!budget.is_none()).then_some(budget)
}
