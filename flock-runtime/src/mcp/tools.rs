//! What of a server's list of tools a run keeps: those that are allowed, by name, each with its effect.

use rmcp::model::Tool;
use schemars::Schema;
use serde_json::Value;

use super::fault::misconfigured;
use crate::{
    agent::mcp::{Listed, RemoteTool},
    config::McpSection,
    declare::effect::Effect,
    error::Result,
    text::sentence::nearest,
};

/// The tools that agents may call.
///
/// # Errors
/// When the section speaks of a tool that the server does not have: leave that nobody is asked for, and a
/// write taken for a read, would go unnoticed.
pub(super) fn kept(server: &str, section: &McpSection, tools: Vec<Tool>) -> Result<Listed> {
    let names: Vec<&str> = tools.iter().map(|tool| &*tool.name).collect();
    let known = |key, pattern: &str| known(server, key, pattern, &names);
    for pattern in section.tools.iter().flatten() {
        known("tools", pattern)?;
    }
    for pattern in section.effects.keys() {
        known("effects", pattern)?;
    }
    for pattern in &section.needs_approval {
        known("needs_approval", pattern)?;
    }
    let is_allowed = |tool: &Tool| match &section.tools {
        Some(patterns) => patterns.iter().any(|pattern| matches(pattern, &tool.name)),
        None => true,
    };
    let allowed = tools.iter().filter(|tool| is_allowed(tool));
    let mut tools: Vec<_> = allowed.map(|tool| remote(section, tool)).collect();
    tools.sort_by(|a, b| a.name.cmp(&b.name));
    tools.dedup_by(|a, b| a.name == b.name);
    let timeout = section.timeout.map(|limit| limit.as_millis());
    Ok(Listed {
        tools,
        timeout_ms: timeout.map(|limit| u64::try_from(limit).unwrap_or(u64::MAX)),
    })
}

fn remote(section: &McpSection, tool: &Tool) -> RemoteTool {
    let schema = Schema::try_from(Value::Object((*tool.input_schema).clone()));
    let mut patterns = section.needs_approval.iter();
    RemoteTool {
        name: tool.name.to_string(),
        description: tool.description.as_deref().unwrap_or_default().to_owned(),
        schema: schema.unwrap_or_default(),
        effect: effect(section, tool),
        needs_approval: patterns.any(|pattern| matches(pattern, &tool.name)),
    }
}

/// As the section says, the full name before patterns and long patterns before short ones; else as the server
/// says; and what nobody speaks of changes something.
fn effect(section: &McpSection, tool: &Tool) -> Effect {
    let said = section
        .effects
        .iter()
        .filter(|(pattern, _)| matches(pattern, &tool.name));
    let said = said.max_by_key(|(pattern, _)| (!pattern.contains('*'), pattern.len()));
    if let Some((_, effect)) = said {
        return *effect;
    }
    let hints = tool.annotations.as_ref();
    let says = |hint: Option<bool>| hint == Some(true);
    match hints {
        Some(hints) if says(hints.read_only_hint) => Effect::Read,
        Some(hints) if says(hints.idempotent_hint) => Effect::Idempotent,
        _ => Effect::Write,
    }
}

fn known(server: &str, key: &str, pattern: &str, names: &[&str]) -> Result<()> {
    if names.iter().any(|name| matches(pattern, name)) {
        return Ok(());
    }
    let help = match nearest(pattern, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it has {}", names.join(", ")),
    };
    Err(misconfigured(
        server,
        format_args!("`{key}` names `{pattern}`, which is no tool of the server; {help}"),
    ))
}

/// Whether a name is what `pattern` says, in which `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rmcp::model::ToolAnnotations;

    use super::*;

    fn section(text: &str) -> McpSection {
        let text = format!("[mcp.files]\ncommand = 'files'\n{text}");
        crate::config::Config::parse(&text).unwrap().mcp["files"].clone()
    }

    fn tools() -> Vec<Tool> {
        let tool = |name: &'static str, hints: ToolAnnotations| {
            Tool::new(name, "does it", Arc::default()).with_annotations(hints)
        };
        let none = ToolAnnotations::new;
        vec![
            tool("write_file", none()),
            tool("read_file", none().read_only(true)),
            tool("read_all", none()),
            tool("move", none().idempotent(true)),
        ]
    }

    #[test]
    fn effects_are_those_of_the_section_before_the_hints() {
        let text = "effects = { read_all = 'idempotent', 'read_*' = 'read', 'm*e' = 'write' }\nneeds_approval = ['write_*']";
        let listed = kept("files", &section(text), tools()).unwrap();
        let told: Vec<_> = listed
            .tools
            .iter()
            .map(|tool| (&*tool.name, tool.effect, tool.needs_approval))
            .collect();
        let expected = [
            ("move", Effect::Write, false),
            ("read_all", Effect::Idempotent, false),
            ("read_file", Effect::Read, false),
            ("write_file", Effect::Write, true),
        ];
        assert_eq!(told, expected);
        let listed = kept("files", &section(""), tools()).unwrap();
        let effects: Vec<_> = listed.tools.iter().map(|tool| tool.effect).collect();
        use Effect::{Idempotent, Read, Write};
        assert_eq!(effects, [Idempotent, Write, Read, Write]);
    }

    #[test]
    fn only_what_is_allowed_is_kept_and_what_is_named_is_there() {
        let listed = kept("files", &section("tools = ['read_*', 'move']"), tools()).unwrap();
        let names: Vec<_> = listed.tools.iter().map(|tool| &*tool.name).collect();
        assert_eq!(names, ["move", "read_all", "read_file"]);
        for (text, said) in [
            (
                "tools = ['raed_file']",
                "`tools` names `raed_file`, which is no tool of the server; did you mean `read_file`?",
            ),
            (
                "needs_approval = ['writ_*']",
                "`needs_approval` names `writ_*`",
            ),
            (
                "effects = { delete = 'write' }",
                "it has write_file, read_file, read_all, move",
            ),
        ] {
            let error = kept("files", &section(text), tools()).unwrap_err();
            assert!(error.message().contains(said), "{error}");
        }
    }
}
