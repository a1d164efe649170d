//! What alert rules and the dashboard ask for is what a worker serves, by name, label and value.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use flock::{
    Runtime,
    dev_server::{DevServer, DevServerOptions},
    engine::{RunId, StartOptions, temporal::ConnectOptions},
    payload::Payload,
};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::Place;
use crate::{
    observed::asked,
    support::{PATIENCE, builder, test, unique},
    workers::watched,
};

pub(super) fn trials() -> Vec<Trial> {
    let (name, missing) = match is_there("promtool") {
        true => ("deploy::watch::prometheus_takes_its_files", false),
        false => (
            "deploy::watch::prometheus_takes_its_files (there is no promtool: Debian has it in `prometheus`)",
            true,
        ),
    };
    vec![
        test("deploy::watch::what_is_watched_is_served", is_served),
        test("deploy::watch::alerts_name_commands_that_are", commands_are),
        test(name, checked).with_ignored_flag(missing),
    ]
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

/// What is asked, and where.
struct Asked {
    by: String,
    expression: String,
}

/// Of the alert rules: the texts of `expr`, which are blocks.
fn in_rules(text: &str) -> Vec<Asked> {
    let mut all = Vec::new();
    let mut by = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some((_, name)) = line.split_once("- alert: ") {
            by = format!("alert {name}");
        }
        if line.trim() != "expr: >-" {
            continue;
        }
        let mut expression = String::new();
        while let Some(more) = lines.next_if(|more| more.starts_with("          ")) {
            expression = expression + more.trim() + " ";
        }
        all.push(Asked {
            by: by.clone(),
            expression,
        });
    }
    all
}

/// Of the dashboard. What a line is called after is what it is put together by.
fn in_dashboard(text: &str) -> Vec<Asked> {
    let dashboard: Value = serde_json::from_str(text).expect("JSON");
    let mut all = Vec::new();
    for panel in dashboard["panels"].as_array().expect("panels") {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let text = |key: &str| target[key].as_str().expect("a text");
            let expression = text("expr").to_owned();
            for (name, _) in text("legendFormat")
                .split("{{")
                .filter_map(|part| part.split_once("}}"))
            {
                assert!(
                    grouped(&expression).contains(name) || name == "instance",
                    "{name} in {expression}"
                );
            }
            all.push(Asked {
                by: format!("panel {}", panel["title"]),
                expression,
            });
        }
    }
    all
}

/// What an expression selects: a metric, and what its labels have to be.
#[derive(Debug)]
struct Selector {
    metric: String,
    labels: Vec<(String, String, String)>,
}

const OF_PROMETHEUS: [&str; 2] = ["job", "instance"];

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Every selector of ours has braces, so that a name before them is a metric's.
fn selectors(expression: &str) -> Vec<Selector> {
    let mut all = Vec::new();
    let mut rest = expression;
    while let Some((before, after)) = rest.split_once('{') {
        let metric = before.rsplit(|c| !is_name(c)).next().unwrap_or_default();
        let (labels, after) = matchers(after);
        all.push(Selector {
            metric: metric.to_owned(),
            labels,
        });
        rest = after;
    }
    all
}

/// Up to the brace that closes: names, operators and texts, which are as in JSON.
fn matchers(mut text: &str) -> (Vec<(String, String, String)>, &str) {
    let mut all = Vec::new();
    loop {
        text = text.trim_start_matches([' ', ',']);
        if let Some(rest) = text.strip_prefix('}') {
            return (all, rest);
        }
        let end = text.find('"').expect("a text");
        let operator = text[..end].trim_start_matches(is_name);
        let name = text[..end - operator.len()].to_owned();
        let mut values = serde_json::Deserializer::from_str(&text[end..]).into_iter::<String>();
        let value = values.next().expect("a text").expect("as in JSON");
        all.push((name, operator.to_owned(), value));
        text = &text[end + values.byte_offset()..];
    }
}

/// The labels by which an expression puts together.
fn grouped(expression: &str) -> BTreeSet<&str> {
    let parts = expression.split(" by (").skip(1);
    let lists = parts.filter_map(|part| part.split_once(')'));
    let names = lists.flat_map(|(list, _)| list.split(',').map(str::trim));
    names.filter(|name| !OF_PROMETHEUS.contains(name)).collect()
}

async fn rules(place: &Place) -> String {
    let files = place.files("prometheus").await;
    let rules = files
        .into_iter()
        .find(|(name, _)| name == "prometheus/rules.yaml");
    rules.expect("the rules").1
}

type Series = (String, BTreeMap<String, String>);

/// What `/metrics` tells, as Prometheus reads it.
fn series(text: &str) -> Vec<Series> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let read = |line: &str| {
        let Some((metric, rest)) = line.split_once('{') else {
            let metric = line.split(' ').next().unwrap_or_default();
            return (metric.to_owned(), BTreeMap::new());
        };
        let (labels, _) = matchers(rest);
        let labels = labels.into_iter().map(|(name, _, value)| (name, value));
        (metric.to_owned(), labels.collect())
    };
    lines.map(read).collect()
}

/// What a healthy server never says to a worker of a healthy program.
const NOT_CAUSED: &[(&str, &str)] = &[(
    "UNAUTHENTICATED|PERMISSION_DENIED|RESOURCE_EXHAUSTED",
    "codes of gRPC, as the SDK writes them (`code_as_screaming_snake` in its metrics)",
)];

/// What is asked for and not served.
fn lacking(asked: &[Asked], told: &[Series]) -> Vec<String> {
    let mut all = Vec::new();
    for Asked { by, expression } in asked {
        let groups = grouped(expression);
        for Selector { metric, labels } in selectors(expression) {
            // Prometheus has it of each worker that it asks.
            if metric == "up" {
                continue;
            }
            let fits = |(name, has): &&Series| {
                let fits = labels.iter().all(|(label, operator, value)| {
                    if OF_PROMETHEUS.contains(&&**label) {
                        return true;
                    }
                    let Some(there) = has.get(label) else {
                        return false;
                    };
                    match operator.as_str() {
                        // That it is not there is what is asked.
                        "=" if expression.contains("absent(") => true,
                        "=" => there == value,
                        "=~" if NOT_CAUSED.iter().any(|(not, _)| not == value) => true,
                        "=~" => value.split('|').any(|value| value == there),
                        _ => panic!("{operator} in {expression}"),
                    }
                });
                *name == metric && fits
            };
            let selected: Vec<_> = told.iter().filter(fits).collect();
            if selected.is_empty() {
                all.push(format!("{by}: {metric} {labels:?}"));
            }
            for group in &groups {
                if !selected.iter().all(|(_, has)| has.contains_key(*group)) {
                    all.push(format!("{by}: {metric} has no label {group}"));
                }
            }
        }
    }
    all
}

async fn begin(runtime: &Runtime, queue: &str, flock: &str, input: Value) -> RunId {
    let mut options = StartOptions::default();
    options.workflow_id = Some(unique(flock));
    options.task_queue = Some(queue.to_owned());
    let flock = runtime.registry().flock(flock).expect("a linked flock");
    let input = Payload::from_json(input.to_string());
    let run = runtime.start_entry(flock, input, options).await;
    run.expect("a start")
}

/// A worker that does well, fails and loses its server serves each series that is asked for.
async fn is_served() {
    let place = Place::new("");
    let mut asked_for = in_rules(&rules(&place).await);
    assert!(asked_for.len() > 10, "{}", asked_for.len());
    let files = place.files("grafana").await;
    let dashboard = files.iter().find(|(name, _)| name.ends_with(".json"));
    let panels = in_dashboard(&dashboard.expect("a dashboard").1);
    assert!(panels.len() > 20, "{}", panels.len());
    asked_for.extend(panels);

    let server = DevServer::start(DevServerOptions::default()).await;
    let server = server.expect("a server");
    let address = server.address().to_owned();
    let connection = ConnectOptions::default().address(&address);
    let runtime = builder().connect(connection).await.expect("a connection");
    let queue = "own-watched";
    // Of several runs that wait, the cache keeps one.
    let flags = ["--task-queue", queue, "--cache-size", "1"];
    let (worker, _, door) = watched(&address, &flags).await;
    let mut runs = Vec::new();
    for _ in 0..4 {
        runs.push(begin(&runtime, queue, "measured", json!({ "times": 3 })).await);
    }
    // A question that costs, one that fails, and so does its run.
    runs.push(begin(&runtime, queue, "grade", json!({ "text": "dear" })).await);
    let failing = begin(&runtime, queue, "grade", json!({ "text": "locked" })).await;
    // Its workflow task fails.
    begin(&runtime, queue, "unmakeable", json!({})).await;
    for run in &runs {
        runtime.engine().result(run).await.expect("a result");
    }
    runtime.engine().result(&failing).await.expect_err("no key");

    let lacking = async || {
        let (_, text) = asked(&door, "/metrics").await;
        lacking(&asked_for, &series(&text))
    };
    let of_failures = |line: &String| line.contains("request_failure");
    let begun = Instant::now();
    loop {
        let told = lacking().await;
        if told.iter().all(of_failures) {
            assert!(!told.is_empty(), "a server that is away is asked for");
            break;
        }
        // What becomes of the cache is told by runs that meet in it, and by one that has it alone.
        if told.iter().any(|line| line.contains("sticky_cache")) {
            for at_once in [2, 1] {
                let mut runs = Vec::new();
                for _ in 0..at_once {
                    runs.push(begin(&runtime, queue, "measured", json!({ "times": 3 })).await);
                }
                for run in &runs {
                    runtime.engine().result(run).await.expect("a result");
                }
            }
        }
        patience(begun, &told).await;
    }
    server.stop().await.expect("it ends");
    let begun = Instant::now();
    loop {
        let told = lacking().await;
        if told.is_empty() {
            break;
        }
        patience(begun, &told).await;
    }
    drop(worker);
}

/// Between two looks, until there were enough of them.
async fn patience(begun: Instant, lacking: &[String]) {
    assert!(begun.elapsed() < PATIENCE / 3, "not served: {lacking:#?}");
    tokio::time::sleep(Duration::from_millis(200)).await;
}

/// The commands that alerts name are commands of the program that wrote them.
async fn commands_are() {
    let place = Place::new("");
    let text = rules(&place).await;
    let commands = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("run: "));
    let commands: BTreeSet<&str> = commands.collect();
    assert!(commands.len() > 3, "{commands:?}");
    for command in commands {
        let command: String = serde_json::from_str(command).expect("a text as in JSON");
        let words = words(&command);
        assert_eq!(words[0], "pooled_shop");
        let mut args: Vec<_> = words.iter().skip(1).map(String::as_str).collect();
        // Read as it stands, and not done.
        args.push("--help");
        let said = place.call(&args).output().await.expect("it runs");
        assert!(said.status.success(), "{command}: {said:?}");
    }
}

/// As a shell takes them apart: `'…'` is one word.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in command.split('\'').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// As hostile as a task queue may be named.
const HOSTILE: &str = r#"
[agents.pack]
task_queue = 'a "$b"/ü: {{ x }} #%n'
"#;

/// Prometheus' own tool takes the configurations and the rules, and the rules do as their tests say.
async fn checked() {
    for config in ["", HOSTILE] {
        let place = Place::new(config);
        let files = place.files("prometheus").await;
        let folder = place.path("out/prometheus");
        let mut configurations = 0;
        for (name, text) in files {
            let Some(name) = name.strip_prefix("prometheus/") else {
                panic!("{name}");
            };
            if !name.ends_with(".yml") {
                continue;
            }
            configurations += 1;
            std::fs::write(folder.join(name), without_kubernetes(&text)).expect("the file");
            promtool(&folder, &["check", "config", name]);
        }
        assert_eq!(configurations, 3);
        promtool(&folder, &["check", "rules", "--lint-fatal", "rules.yaml"]);
        promtool(&folder, &["test", "rules", "rules.test.yaml"]);
    }
}

/// Debian's Prometheus is built without what finds pods: what is made of them is looked at all the same.
fn without_kubernetes(text: &str) -> String {
    let Some((before, rest)) = text.split_once("    kubernetes_sd_configs:\n") else {
        return text.to_owned();
    };
    let (_, after) = rest.split_once("    relabel_configs:\n").expect("labels");
    format!("{before}    relabel_configs:\n{after}")
}

fn promtool(folder: &Path, args: &[&str]) {
    let output = Command::new("promtool")
        .args(args)
        .current_dir(folder)
        .output();
    let output = output.expect("promtool runs");
    assert!(output.status.success(), "{args:?}: {output:?}");
}
