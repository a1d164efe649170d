//! What is said of tools: of `#[tool]`, of what a step does outside, and of an agent's `tools`.

use super::{Sentence, looks_like, say};
use crate::role::Role;

pub(crate) fn tool_elsewhere(keyword: &str) -> Sentence {
    let sentence = say("`#[tool]` applies to an `async fn`");
    match keyword {
        "impl" | "trait" | "mod" => sentence.help(format!(
            "put it above each free `async fn` that is a tool, outside of the `{keyword}`"
        )),
        "struct" => sentence.help(
            "for a struct that a model answers for write `#[agent]`, which can be one of another's \
             `tools` as it is",
        ),
        _ => sentence
            .help("put it above `async fn web_search(query: String) -> Result<String> { … }`"),
    }
}

/// What the words mean, by what a crash may repeat.
pub(super) const EFFECTS: &str = "write `effect = \"read\"` (changes nothing: it runs again after a crash), \
    `effect = \"idempotent\"` (runs again with the same `ctx.idempotency_key()`) or \
    `effect = \"write\"` (never runs twice by itself)";

pub(crate) fn no_effect(name: &str) -> Sentence {
    say(format!("tool `{name}` does not say what it does outside")).help(EFFECTS)
}

pub(crate) fn unknown_effect(key: &str, found: &str, known: &[&str]) -> Sentence {
    say(format!("`{key}` takes no `{found}`")).help(looks_like(found, known, EFFECTS.to_owned()))
}

pub(crate) fn no_description(name: &str) -> Sentence {
    say(format!(
        "tool `{name}` has no description: the model would not know what it does"
    ))
    .help("say it in its doc comment: `/// Searches the web.`")
}

pub(crate) fn write_lost_workers() -> Sentence {
    say("a `write` is never run again by itself, also not when its worker was lost").help(
        "leave `lost_workers` out; or, if doing it twice is as good as once, write \
         `effect = \"idempotent\"`",
    )
}

pub(crate) fn write_local(role: Role) -> Sentence {
    say(format!(
        "a local {role} is lost with its flock's own worker and run again, and a `write` never is"
    ))
    .help(
        "leave `local` out; or, if doing it twice is as good as once, write `effect = \"idempotent\"`",
    )
}

/// For an option of functions on a struct.
pub(crate) fn option_of_function(key: &str) -> Sentence {
    say(format!("`{key}` is for agents that are functions")).help(
        "a model alone does nothing outside: leave it out, and say it of the `#[tool]`s that the \
         model may call",
    )
}

pub(crate) fn tool_hands_nothing_off(key: &str) -> Sentence {
    say(format!("`{key}` is no option of `#[tool]`")).help(
        "what a tool gives goes back to the model that called it: leave it out, or make it an \
         `#[agent]` of a declared flock",
    )
}

pub(crate) fn tool_asks_no_model(key: &str, example: &str) -> Sentence {
    say(format!("`{key}` is no option of `#[tool]`")).help(format!(
        "its function answers, and no model: leave it out, or write `#[agent({example})]` on a \
         struct, which can be one of another's `tools` as it is"
    ))
}

pub(crate) fn takes_tools(meant: &str) -> Sentence {
    say("`tools` takes tools in brackets").help(format!("write `{meant}`"))
}

pub(crate) fn quoted_tool(meant: &str) -> Sentence {
    say("`tools` takes the tools themselves, not their names in quotes")
        .help(format!("write `{meant}`"))
}

pub(crate) fn called_tool(meant: &str) -> Sentence {
    say("`tools` takes a tool by its name: the model calls it").help(format!("write `{meant}`"))
}

pub(crate) fn empty_tools() -> Sentence {
    say("`tools` names no tool")
        .help("write them in brackets, `tools = [web_search]`, or leave it out")
}

pub(crate) fn tool_twice(tool: &str) -> Sentence {
    say(format!("`{tool}` is in `tools` twice")).help("remove one")
}

pub(crate) fn tool_of_itself(agent: &str) -> Sentence {
    say(format!("agent `{agent}` is one of its own `tools`"))
        .help("remove it: its model can go on by itself, up to `max_turns`")
}

pub(crate) fn no_tools() -> Sentence {
    say("`max_turns` needs `tools` or `mcp`: without them a model is asked once")
        .help("name what it may call, `tools = [web_search]`, or leave `max_turns` out")
}

pub(crate) fn no_loop() -> Sentence {
    say("`loop` needs `tools`: without them a model is asked once")
        .help("name what it may call, `tools = [web_search]`, or leave `loop` out")
}

pub(crate) fn servers_in_activity() -> Sentence {
    say("`mcp` and `loop = \"activity\"` do not go together: what the tools of a server do is not known while compiling, and a \
         call that writes or asks a person needs the flock")
        .help("leave `loop` out, and each call is a step of the flock")
}

pub(crate) fn empty_mcp() -> Sentence {
    say("`mcp` names no server").help(
        "name one that `flock.toml` has under `[mcp.…]`, `mcp = [\"files\"]`, or leave it out",
    )
}

pub(crate) fn server_twice(server: &str) -> Sentence {
    say(format!("`{server}` is in `mcp` twice")).help("remove one")
}

pub(crate) fn bad_server(server: &str) -> Sentence {
    say(format!("`{server}` cannot be the name of an MCP server")).help(
        "it is a key of `flock.toml`, as in `[mcp.files]`: at most 32 letters, digits, `_` and `-`. Where the server \
         is, its command or its URL, is said there",
    )
}
