//! Tools of MCP servers: offered once, called as steps, on both engines and through the death of workers and
//! servers.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use std::{path::PathBuf, sync::atomic::Ordering};

use flock::{
    Answer, Effect, Elicited, ErrorKind, Flock, FlockHandle, Resolution, Runtime, StartError,
    config::{Config, McpSection},
    engine::AgentStep,
    testing::{McpDouble, TestRuntime},
};
use libtest_mimic::Trial;
use serde_json::json;

use crate::{
    flocks::{
        Greeting,
        connected::{
            Doubly, Prober, ProberInput, Probing, Shaking, Spending, TwofoldInput, server,
        },
        tooled::{Planned, Turn, turns},
    },
    support::{
        MANY_WORKERS, OWN, address, asked, both, builder, completed, failure,
        killed_at_every_boundary, mcp, say, temporal, test, test_within, trace_file, traces,
        unique, until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [
        both("mcp::the_list_and_each_call_are_steps", steps),
        both("mcp::what_a_model_can_mend_it_is_told", mended),
        both("mcp::a_server_that_breaks_fails_the_agent", broken),
        both("mcp::a_server_that_dies_is_started_again", died),
        both("mcp::a_write_is_not_repeated", write),
        both("mcp::a_server_asks_a_person", asks),
        both("mcp::leave_is_asked_for_exactly_this_call", leave),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.extend([
        test("mcp::by_http", by_http),
        test("mcp::by_a_token", by_a_token),
        test("mcp::a_server_that_is_not_there", not_there),
        test("mcp::secrets_stay_where_they_are", secrets),
        test("mcp::an_unknown_server_stops_the_program", unknown),
        test("mcp::describe_tells_them", described),
        test_within(MANY_WORKERS, "mcp::killed_at_every_boundary", killed),
    ]);
    trials.push(Trial::test(
        "mcp::a_test_puts_others_in_their_place",
        || {
            doubled();
            Ok(())
        },
    ));
    trials
}

async fn start(runtime: &Runtime, plan: &[&[&str]]) -> (FlockHandle<Probing>, PathBuf) {
    begin::<Probing>(runtime, plan).await
}

async fn begin<F>(runtime: &Runtime, plan: &[&[&str]]) -> (FlockHandle<F>, PathBuf)
where
    F: Flock<Input: From<(String, Vec<Turn>)>>,
{
    let file = trace_file("mcp");
    let input = (file.display().to_string(), turns(plan));
    (runtime.start::<F>(input).await.unwrap(), file)
}

async fn said(runtime: &Runtime, plan: &[&[&str]]) -> Vec<String> {
    let (run, _) = start(runtime, plan).await;
    run.result().await.unwrap().said
}

/// The calls that were traced, without the turns of the model.
fn made(file: &std::path::Path) -> Vec<String> {
    let lines = traces(file).into_iter();
    lines.filter(|line| !line.contains(" turn ")).collect()
}

async fn steps(runtime: Runtime) {
    // `seek` is a tool of the agent's own, and so the server's goes by another name.
    let plan: &[&[&str]] = &[&["peek:a", "put:b"], &["seek:c", "probe_seek:d"]];
    let (run, file) = start(&runtime, plan).await;
    let said = run.result().await.unwrap().said;
    assert_eq!(
        said,
        [
            "peek: peek: a",
            "put: put: b",
            "seek: saw c",
            "probe_seek: seek: d"
        ]
    );
    let done = completed(&runtime, &run).await.into_iter();
    let told = |step: AgentStep| format!("{}: {}", step.agent, step.summary.unwrap_or_default());
    let mut done: Vec<_> = done.map(told).collect();
    done[2..4].sort();
    done[5..7].sort();
    assert_eq!(
        done,
        [
            "mcp_tools: prober · tools of probe",
            "prober: prober · turn 1",
            "mcp_idempotent: prober · turn 1 · probe.put",
            "mcp_read: prober · turn 1 · probe.peek",
            "prober: prober · turn 2",
            "mcp_read: prober · turn 2 · probe.seek",
            "seek: prober · turn 2 · seek",
            "prober: prober · turn 3",
        ]
    );
    assert_eq!(made(&file).len(), 4, "{:?}", made(&file));
}

/// Arguments that do not fit, what the server calls invalid, and what the tool itself says went wrong.
async fn mended(runtime: Runtime) {
    let plan: &[&[&str]] = &[&["peek:{\"wrod\": 1}", "peek:wrong", "peek:failed", "lock:a"]];
    let said = said(&runtime, plan).await;
    assert!(
        said[0].starts_with("peek failed:") && said[0].contains("word"),
        "{said:?}"
    );
    assert_eq!(said[1], "peek failed: `wrong` is no word");
    assert_eq!(said[2], "peek failed: it did not work");
    let known = "lock failed: there is no tool `lock`, only `seek`, `pay`, `peek`, `put`, `secret`, `probe_seek`";
    assert!(said[3].starts_with(known), "{said:?}");
}

async fn broken(runtime: Runtime) {
    let (run, file) = start(&runtime, &[&["peek:broken"]]).await;
    let failure = failure(run.result().await);
    assert_eq!(
        (&*failure.type_name, failure.agent.as_deref()),
        ("McpError", Some("mcp_read"))
    );
    assert_eq!(
        failure.message,
        "tool `peek` of MCP server `probe`: it broke"
    );
    assert_eq!(made(&file), ["peeks broken"], "it is not asked again");
}

async fn died(runtime: Runtime) {
    let (run, file) = begin::<Shaking>(&runtime, &[&["peek:die once"], &["peek:b"]]).await;
    let said = run.result().await.unwrap().said;
    assert_eq!(said, ["peek: peek: die once", "peek: peek: b"]);
    assert_eq!(made(&file), ["peeks die once", "peeks die once", "peeks b"]);
}

async fn write(runtime: Runtime) {
    for (resolution, result, times) in [
        (
            Resolution::Done(json!("paid by hand")),
            "pay: paid by hand",
            1,
        ),
        (Resolution::Run, "pay: pay: die once", 2),
    ] {
        let (run, file) = begin::<Spending>(&runtime, &[&["pay:die once"]]).await;
        let request = asked(&run).await;
        assert_eq!(request.id, "resolve-mortal.pay-1");
        let call = json!({ "server": "mortal", "tool": "pay", "arguments": { "file": file, "word": "die once" } });
        assert_eq!(request.payload["input"], call);
        assert_eq!(made(&file), ["pays die once"]);
        run.answer(&request.id, Answer::resolve(resolution))
            .await
            .unwrap();
        assert_eq!(run.result().await.unwrap().said, [result]);
        assert_eq!(made(&file).len(), times);
    }
}

/// What a server wants to know the run asks for, and the call is made again with the answer.
async fn asks(runtime: Runtime) {
    let (run, file) = start(&runtime, &[&["peek:date"], &["put:date"]]).await;
    let request = asked(&run).await;
    assert_eq!(
        (&*request.id, &*request.description),
        ("ask-probe.peek-1", "Which day?")
    );
    assert_eq!(request.payload["required"], json!(["day"]));
    let accepted = Elicited::accept(&json!({ "day": "monday" })).unwrap();
    run.answer(&request.id, Answer::value(&accepted))
        .await
        .unwrap();
    let second = until_some("the second is asked", async || {
        let open = run.approvals().await.unwrap();
        open.into_iter()
            .find(|request| request.id == "ask-probe.put-1")
    });
    second.await;
    let declined = Answer::value(&Elicited::Decline);
    run.answer("ask-probe.put-1", declined).await.unwrap();
    let said = run.result().await.unwrap().said;
    let told = |answer: serde_json::Value| json!({ "state": "kept", "answers": { "day": answer } });
    let monday = told(json!({ "action": "accept", "content": { "day": "monday" } }));
    let expected = [
        format!("peek: {monday}"),
        format!("put: {}", told(json!({ "action": "decline" }))),
    ];
    assert_eq!(said, expected);
    assert_eq!(made(&file).len(), 4);
}

/// Two servers have tools of the same names: each goes by its server's as well.
async fn leave(runtime: Runtime) {
    let file = trace_file("mcp");
    let plan: &[&[&str]] = &[
        &["careful_put:a", "probe_peek:long", "careful_peek:long"],
        &["careful_put:b"],
    ];
    let input = TwofoldInput::from((file.display().to_string(), turns(plan)));
    let run = runtime.start::<Doubly>(input).await.unwrap();
    let request = asked(&run).await;
    assert_eq!(request.id, "careful.put-1");
    let call =
        json!({ "server": "careful", "tool": "put", "arguments": { "file": file, "word": "a" } });
    assert_eq!(request.payload, call);
    run.answer("careful.put-1", Answer::approve())
        .await
        .unwrap();
    let second = until_some("the second is asked", async || {
        let open = run.approvals().await.unwrap();
        open.into_iter()
            .find(|request| request.id == "careful.put-2")
    });
    second.await;
    run.answer("careful.put-2", Answer::reject().by("eve"))
        .await
        .unwrap();
    let said = run.result().await.unwrap().said;
    assert_eq!(said[0], "careful_put: put: a");
    assert_eq!(said[1], format!("probe_peek: {}", "abc".repeat(100)));
    let cut = "careful_peek: abcabcabcabcabcabcab\n[cut here: the result has 300 bytes, and 20 are shown]";
    assert_eq!(said[2], cut);
    assert_eq!(said[3], "careful_put failed: eve refused this call");
    assert!(!made(&file).contains(&"puts b".to_owned()));
}

async fn by_http() {
    let url = mcp::serve_http().await;
    let mut config = Config::default();
    config.mcp.insert("probe".to_owned(), McpSection::url(&url));
    let runtime = builder().config(config).build().unwrap();
    let said = said(
        &runtime,
        &[&["peek:a", "put:b"], &["peek:wrong", "peek:version"]],
    )
    .await;
    assert_eq!(
        said,
        [
            "peek: peek: a",
            "put: put: b",
            "peek failed: `wrong` is no word",
            "peek: 2026-07-28"
        ]
    );
}

/// A worker asks for a token of its own, and for another when that is no more good.
async fn by_a_token() {
    let secret = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let (url, given) = mcp::serve_to_the_authorized(secret).await;
    let mut section = McpSection::url(&url);
    section.client_id = Some("worker".to_owned());
    section.client_secret = Some("CARGO_MANIFEST_DIR".to_owned());
    let mut config = Config::default();
    config.mcp.insert("probe".to_owned(), section.clone());
    let runtime = builder().config(config.clone()).build().unwrap();
    for tokens in 1..=2 {
        assert_eq!(said(&runtime, &[&["peek:a"]]).await, ["peek: peek: a"]);
        // The one that was given is revoked.
        assert_eq!(given.fetch_add(1, Ordering::Relaxed), 2 * tokens - 1);
    }
    section.client_id = Some("stranger".to_owned());
    config.mcp.insert("probe".to_owned(), section);
    let runtime = builder().config(config).build().unwrap();
    let (run, _) = start(&runtime, &[]).await;
    let failure = failure(run.result().await);
    assert_eq!(
        (&*failure.type_name, failure.kind),
        ("McpError", ErrorKind::Denied)
    );
    assert!(
        failure.message.contains("gives no token"),
        "{}",
        failure.message
    );
    assert!(
        !failure
            .message
            .contains(&std::env::var("CARGO_MANIFEST_DIR").unwrap())
    );
}

async fn not_there() {
    for (section, type_name, message) in [
        (
            McpSection::url("http://127.0.0.1:1/mcp?key=hush"),
            "McpUnreachable",
            "MCP server `probe` is not there: no connection could be made",
        ),
        (
            McpSection::command("no-such-program-here", [""; 0]),
            "McpError",
            "[mcp.probe] `command`: there is no program `no-such-program-here` here",
        ),
        (
            McpSection::command("true", [""; 0]),
            "McpUnreachable",
            "MCP server `probe` is not there: it ended before it said anything; its own words are in the worker's log",
        ),
    ] {
        let mut config =
            Config::parse("[agents.mcp_tools]\nretries = 1\nretry.initial = '10ms'").unwrap();
        config.mcp.insert("probe".to_owned(), section);
        let runtime = builder().config(config).build().unwrap();
        let (run, _) = start(&runtime, &[]).await;
        let failure = failure(run.result().await);
        assert_eq!(
            (&*failure.type_name, &*failure.message),
            (type_name, message)
        );
    }
}

/// A server is given what its section names, and nothing of it comes back.
async fn secrets() {
    // A variable that every program has, and that is long enough to be one.
    let home = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let mut config = Config::default();
    let mut section = server();
    section
        .env
        .insert("KEY".to_owned(), "CARGO_MANIFEST_DIR".to_owned());
    config.mcp.insert("probe".to_owned(), section.clone());
    let runtime = builder().config(config.clone()).build().unwrap();
    let told = said(&runtime, &[&["secret:a"]]).await;
    assert!(told[0].contains("KEY=[CARGO_MANIFEST_DIR]"), "{told:?}");
    assert!(told[0].contains("PATH="), "{told:?}");
    assert!(
        !told[0].contains(&home) && !told[0].contains("CARGO_PKG_NAME"),
        "{told:?}"
    );
    section
        .env
        .insert("KEY".to_owned(), "NO_SUCH_VARIABLE_HERE".to_owned());
    config.mcp.insert("probe".to_owned(), section);
    let runtime = builder().config(config).build().unwrap();
    let (run, _) = start(&runtime, &[]).await;
    let failure = failure(run.result().await);
    let message = "[mcp.probe] `env.KEY` is in the variable `NO_SUCH_VARIABLE_HERE`, which this worker does not have";
    assert_eq!(
        (&*failure.type_name, &*failure.message),
        ("McpError", message)
    );
}

async fn unknown() {
    let runtime = Runtime::builder().state(Greeting("hello"));
    let runtime = runtime
        .mcp_server("careful", server())
        .mcp_server("prob", server());
    let Err(StartError::Config { message, .. }) = runtime.build() else {
        panic!("an agent has no server");
    };
    assert!(
        message.starts_with("agent `prober` (tests/flocks/connected.rs:"),
        "{message}"
    );
    let end = "names the MCP server `probe`, which is not here; did you mean `prob`?";
    assert!(message.ends_with(end), "{message}");
}

async fn described() {
    let sheet = say(&["describe", "twofold"]).await;
    assert!(
        sheet.out.contains("\n  mcp: probe, careful\n"),
        "{}",
        sheet.out
    );
    let sheet = say(&["describe", "mcp_write"]).await;
    assert!(sheet.out.contains("effect: write"), "{}", sheet.out);
}

fn doubled() {
    let files = McpDouble::new()
        .tool("look", Effect::Read, |arguments| async move {
            Ok(format!("saw {}", arguments["word"]))
        })
        .tool("burn", Effect::Write, |_| async { Ok("burnt".to_owned()) })
        .needs_approval();
    let test = TestRuntime::builder()
        .state(Greeting("hello"))
        .model("planned", Planned)
        .mcp("probe", files)
        .build()
        .unwrap();
    let plan = turns(&[&["look:a"], &["burn:b"]]);
    let run = test.start::<Probing>((String::new(), plan)).unwrap();
    run.answer("probe.burn-1", Answer::approve()).unwrap();
    assert_eq!(
        run.result().unwrap().said,
        ["look: saw \"a\"", "burn: burnt"]
    );
    run.assert_steps([
        "mcp_tools",
        "prober",
        "mcp_read",
        "prober",
        "mcp_write",
        "prober",
    ]);
    // One for the whole agent asks nobody.
    let test = TestRuntime::builder()
        .state(Greeting("hello"))
        .agent::<Prober>(async |input: ProberInput| Ok(vec![input.file]))
        .build()
        .unwrap();
    let run = test.start::<Probing>(("f".to_owned(), Vec::new())).unwrap();
    assert_eq!(run.result().unwrap().said, ["f"]);
    run.assert_steps(["prober"]);
}

/// A worker is killed at each event that comes, and its server with it. What was answered is not asked again.
async fn killed() {
    let (runtime, address) = (temporal().await, address().await);
    let queue = unique(&format!("{OWN}mcp"));
    let file = trace_file("mcp");
    let plan = turns(&[&["seek:a", "peek:b"], &["put:c"]]);
    let run = runtime.start::<Probing>((file.display().to_string(), plan));
    let run = run.task_queue(&queue).await.unwrap();
    let phase = |line: &str| match line {
        "prober turn 1" => 1,
        "looks a" | "peeks b" => 2,
        "prober turn 2" => 3,
        "puts c" => 4,
        "prober turn 3" => 5,
        other => panic!("{other}"),
    };
    killed_at_every_boundary((&runtime, &address), &run, &queue, &file, phase).await;
    let said = run.result().await.unwrap().said;
    assert_eq!(said, ["seek: saw a", "peek: peek: b", "put: put: c"]);
}
