//! What a run tells of itself: the answer to the built-in `status` query, for people.

use std::{convert::Infallible, future::pending, time::Duration};

use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::time::sleep;

use super::show;
use crate::{
    cli::{args::program_name, runs::approvals::who},
    engine::RunId,
    flock::approval::request::ApprovalRequest,
    runtime::Runtime,
    value::usage::Usage,
};

/// Between two looks of `--watch`, at least.
const LOOK: Duration = Duration::from_secs(1);

/// The same while a run does not answer.
const SELDOM: Duration = Duration::from_secs(60);

/// A run that is over sooner tells nothing on its way.
const SOON: Duration = Duration::from_millis(500);

/// So many of the newest steps are shown to people.
const STEPS: usize = 8;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Told {
    state: Option<Value>,
    steps: Vec<Step>,
    spent: Usage,
    waiting: Map<String, Value>,
    approvals: Vec<ApprovalRequest>,
    decided: Vec<Decided>,
}

#[derive(Debug, Clone, Deserialize)]
struct Step {
    agent: String,
    state: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Decided {
    id: String,
    outcome: String,
    by: Option<String>,
    answer: Option<Value>,
}

/// A row for everything that is told.
pub(crate) fn rows(told: &Value) -> Vec<[String; 2]> {
    let told = read(told);
    let mut rows = Vec::new();
    let mut row = |name: &str, value: String| rows.push([name.to_owned(), value]);
    if let Some(state) = &told.state {
        row("state", line(state));
    }
    let forgotten = told.steps.len().saturating_sub(STEPS);
    if forgotten > 0 {
        row("steps", format!("{forgotten} before these"));
    }
    for step in &told.steps[forgotten..] {
        row("step", format!("{} {}", step.agent, step.state));
    }
    if !told.spent.is_none() {
        row("spent", told.spent.to_string());
    }
    for (signal, count) in &told.waiting {
        row("not read yet", format!("signal {signal}, {count} times"));
    }
    for request in &told.approvals {
        row("waits for", asked(request));
    }
    for decided in &told.decided {
        row("decided", decision(decided));
    }
    rows
}

/// Tells what changes, for as long as it is asked.
pub(crate) async fn watch(runtime: &Runtime, run: &RunId, json: bool) -> Infallible {
    let mut changes = runtime.engine().changes(run);
    // Whichever run the flock has come to.
    let run = &RunId::latest(run.workflow_id.as_str());
    let mut before = Told::default();
    let mut pause = LOOK;
    sleep(SOON).await;
    loop {
        match runtime.status(run).await {
            Ok(status) => {
                let now = read(&status);
                let news = news(&before, &now, run);
                match (news.as_slice(), json) {
                    ([], _) => {}
                    (_, true) => show::event(&json!({ "flock_status": status }).to_string()),
                    (news, false) => news.iter().for_each(|line| show::note(line)),
                }
                before = now;
                pause = LOOK;
                // What it tells changes with its history alone.
                if changes.next().await.is_none() {
                    return pending().await;
                }
            }
            // A run without a worker tells nothing for a while.
            Err(_) => pause = (pause * 2).min(SELDOM),
        }
        // What comes meanwhile is looked at together.
        sleep(pause).await;
    }
}

fn read(told: &Value) -> Told {
    // A worker of another version may tell other things.
    serde_json::from_value(told.clone()).unwrap_or_default()
}

fn news(before: &Told, now: &Told, run: &RunId) -> Vec<String> {
    let mut news = Vec::new();
    if let Some(state) = &now.state
        && before.state != now.state
    {
        news.push(format!("state: {}", line(state)));
    }
    let is_new =
        |request: &&ApprovalRequest| !before.approvals.iter().any(|old| old.id == request.id);
    for request in now.approvals.iter().filter(is_new) {
        let (asked, name, id) = (asked(request), program_name(), &request.id);
        let who = who(&request.by);
        news.push(format!("waits for {asked}: {name} approve {run}/{id}{who}"));
    }
    for decided in now
        .decided
        .iter()
        .filter(|one| !before.decided.contains(one))
    {
        news.push(decision(decided));
    }
    news
}

fn asked(request: &ApprovalRequest) -> String {
    match request.description.as_str() {
        "" => request.id.clone(),
        said => format!("{} ({said})", request.id),
    }
}

fn decision(decided: &Decided) -> String {
    let mut text = format!("{} {}", decided.id, decided.outcome.replace('_', " "));
    if let Some(by) = &decided.by {
        text += &format!(" by {by}");
    }
    if let Some(answer) = &decided.answer {
        text += &format!(": {}", line(answer));
    }
    text
}

fn line(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Value {
        json!({
            "flock": "publish",
            "state": {"stage": 2},
            "steps": [{"agent": "writer", "state": "completed"}],
            "spent": {"requests": 2, "input_tokens": 90, "output_tokens": 10, "micro_dollars": 450},
            "waiting": {"review": 3},
            "approvals": [{
                "id": "publish-2", "name": "publish", "description": "May it go out?",
                "payload": null, "opened": 0.0, "deadline": null,
            }],
            "decided": [{
                "id": "publish-1", "outcome": "timed_out", "by": null,
                "answer": {"approved": false}, "at": 0.0,
            }],
        })
    }

    #[test]
    fn everything_told_is_shown() {
        let text = |told: Value| show::rows(&rows(&told));
        let wanted = "\
state         {\"stage\":2}
step          writer completed
spent         2 requests, 90 + 10 tokens, $0.0005
not read yet  signal review, 3 times
waits for     publish-2 (May it go out?)
decided       publish-1 timed out: {\"approved\":false}
";
        assert_eq!(text(told()), wanted);
        assert_eq!(text(json!({"flock": "publish", "steps": []})), "");
    }

    #[test]
    fn only_changes_are_news() {
        let (run, now) = (RunId::latest("p-1"), read(&told()));
        let all = news(&Told::default(), &now, &run);
        assert_eq!(all.len(), 3, "{all:?}");
        assert!(all[1].ends_with("approve p-1/publish-2"), "{all:?}");
        assert!(news(&now, &now, &run).is_empty());
    }
}
