//! MCP with servers and a client of other people's, as they are published. They are fetched once; a machine that
//! cannot do that leaves them out by name: `-- --skip mcp_others::`.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use std::path::Path;

use flock::{
    Runtime,
    config::{Config, McpSection},
};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    flocks::connected::{ProberInput, Probing},
    support::{Said, address, builder, folder, others, temporal, test, trace_file},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("mcp_others::server_everything", everything),
        test("mcp_others::server_filesystem", filesystem),
        test("mcp_others::server_git", git),
        test("mcp_others::fastmcp_follows_a_task", fastmcp),
    ]
}

fn runtime(section: McpSection) -> Runtime {
    let mut config = Config::default();
    config.mcp.insert("probe".to_owned(), section);
    builder().config(config).build().unwrap()
}

/// What the tools said, a turn each.
async fn said(runtime: &Runtime, calls: &[(&str, Value)]) -> Vec<String> {
    let plan = calls
        .iter()
        .map(|(tool, arguments)| vec![format!("{tool}:{arguments}")]);
    let input = ProberInput::from((String::new(), plan.collect::<Vec<_>>()));
    let run = runtime.start::<Probing>(input).await.unwrap();
    run.result().await.unwrap().said
}

async fn node(path: &'static str, args: &[&str]) -> McpSection {
    let program = others::npm(path).await.display().to_string();
    McpSection::command(
        "node",
        [&program[..]].into_iter().chain(args.iter().copied()),
    )
}

async fn everything() {
    let path = "@modelcontextprotocol/server-everything/dist/index.js";
    let mut section = node(path, &[]).await;
    section
        .env
        .insert("PLANTED".to_owned(), "CARGO_MANIFEST_DIR".to_owned());
    let runtime = runtime(section);
    let calls = [
        ("echo", json!({ "message": "hello" })),
        ("get-sum", json!({ "a": 2, "b": 3 })),
        ("get-sum", json!({ "a": "two", "b": 3 })),
        ("get-tiny-image", json!({})),
        ("get-env", json!({})),
    ];
    let said = said(&runtime, &calls).await;
    assert_eq!(said[0], "echo: Echo: hello");
    assert_eq!(said[1], "get-sum: The sum of 2 and 3 is 5.");
    assert!(
        said[2].starts_with("get-sum failed:") && said[2].contains('a'),
        "{}",
        said[2]
    );
    assert!(said[3].contains("[image, image/png]"), "{}", said[3]);
    let planted = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    assert!(
        said[4].contains("[CARGO_MANIFEST_DIR]") && !said[4].contains(&planted),
        "{}",
        said[4]
    );
}

async fn filesystem() {
    let folder = folder("mcp-files").canonicalize().unwrap();
    let path = "@modelcontextprotocol/server-filesystem/dist/index.js";
    let mut section = node(path, &[folder.to_str().unwrap()]).await;
    section.tools = Some(vec!["read_*".to_owned(), "write_file".to_owned()]);
    let runtime = runtime(section);
    let note = folder.join("note.txt");
    let calls = [
        ("write_file", json!({ "path": note, "content": "twelve" })),
        ("read_text_file", json!({ "path": note })),
        ("read_text_file", json!({ "path": "/etc/passwd" })),
        (
            "move_file",
            json!({ "source": note, "destination": folder.join("other.txt") }),
        ),
    ];
    let said = said(&runtime, &calls).await;
    assert!(
        said[0].starts_with("write_file: Successfully wrote"),
        "{}",
        said[0]
    );
    assert_eq!(said[1], "read_text_file: twelve");
    assert!(
        said[2].starts_with("read_text_file failed: Access denied"),
        "{}",
        said[2]
    );
    assert!(
        said[3].starts_with("move_file failed: there is no tool `move_file`"),
        "{}",
        said[3]
    );
}

async fn git() {
    let folder = folder("mcp-git");
    let mut init = Command::new("git");
    init.args(["init", "--quiet", "--initial-branch", "trunk"]);
    assert!(init.arg(&folder).status().await.unwrap().success());
    let program = others::python().await.join("mcp-server-git");
    let args = ["--repository", folder.to_str().unwrap()];
    let runtime = runtime(McpSection::command(program.display().to_string(), args));
    let said = said(&runtime, &[("git_status", json!({ "repo_path": folder }))]).await;
    assert!(said[0].contains("trunk"), "{}", said[0]);
}

/// A call, as a user of Python writes it: that the run is a task, and waits for a person, is the client's to know.
const CLIENT: &str = r#"
import asyncio, sys
import fastmcp_tasks
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

async def answer(message, response_type, params, context):
    print("asked:", message.splitlines()[-1])
    return {"approved": True, "comment": "warmly"}

async def main():
    transport = StdioTransport(command=sys.argv[1], args=sys.argv[2:])
    async with Client(transport, elicitation_handler=answer) as client:
        result = await client.call_tool("greeted", {"name": "ann"})
        print("result:", result.content[0].text)

asyncio.run(main())
"#;

async fn fastmcp() {
    temporal().await;
    let address = address().await;
    let python = others::python().await.join("python");
    let script = trace_file("mcp-client");
    std::fs::write(&script, CLIENT).unwrap();
    let said = run(&python, &script, &address).await;
    assert_eq!(
        said.out, "asked: ann\nresult: hello, ann, warmly\n",
        "{}",
        said.err
    );
}

async fn run(python: &Path, script: &Path, address: &str) -> Said {
    let mut command = Command::new(python);
    command.arg(script).arg(std::env::current_exe().unwrap());
    command.args([
        "--flock",
        "mcp-serve",
        "--engine",
        "temporal",
        "--address",
        address,
    ]);
    Said::of(&command.output().await.unwrap())
}
