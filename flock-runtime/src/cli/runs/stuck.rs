//! `list --stuck`: what holds runs up, each with the command that helps.

use serde_json::{Value, json};

use super::approvals;
use crate::{
    cli::{args::program_name, render::show, server::Server},
    error::word,
    runtime::{StuckReason, StuckRun, StuckRuns},
};

pub(super) fn tell(server: &Server, found: &StuckRuns) {
    let stuck: Vec<Value> = found
        .stuck
        .iter()
        .map(|one| {
            let mut document = json!(one);
            // Every entry is an object.
            document["said"] = json!(said(one));
            document["helps"] = json!(helps(server, one));
            document
        })
        .collect();
    let document = json!({
        "stuck": stuck, "silent": found.silent, "looked_at": found.looked_at, "more": found.more,
    });
    server.print(&document, || match found.stuck.as_slice() {
        [] => format!(
            "All is well with the {}.",
            match found.looked_at - found.silent.len() {
                1 => "one run that goes on".to_owned(),
                runs => format!("{runs} runs that go on"),
            }
        ),
        stuck => {
            let blocks: Vec<_> = stuck.iter().map(|one| block(server, one)).collect();
            blocks.join("\n")
        }
    });
    for silent in &found.silent {
        let (run, why) = (&silent.run.workflow_id, &silent.reason);
        show::note(&format!("{run} could not be looked at: {why}"));
    }
    if found.more {
        show::note("there are more running flocks than were looked at: raise `--limit`");
    }
}

fn block(server: &Server, one: &StuckRun) -> String {
    let StuckRun {
        run,
        flock,
        started,
        ..
    } = one;
    let since = started.map_or_else(String::new, |at| format!(", started {}", show::ago(at)));
    let rows = [
        ["stuck".to_owned(), said(one)],
        ["helps".to_owned(), helps(server, one)],
    ];
    let rows = show::indented(&show::rows(&rows));
    format!("{}  (flock `{flock}`{since})\n{rows}", run.workflow_id)
}

/// What holds the run up.
fn said(one: &StuckRun) -> String {
    match &one.reason {
        StuckReason::TaskFails { message } => message.clone(),
        StuckReason::NoWorker { unserved } => unserved.to_string(),
        StuckReason::Asks { request } => {
            let said = match request.description.as_str() {
                "" => String::new(),
                said => format!(" ({said})"),
            };
            let (id, since) = (&request.id, show::ago(request.opened));
            format!("asked {since}, and nobody has answered: {id}{said}")
        }
    }
}

/// The very command that helps.
fn helps(server: &Server, one: &StuckRun) -> String {
    let (name, flags) = (program_name(), server.flags());
    let id = word(&one.run.workflow_id);
    match &one.reason {
        // One that has the flock, or one whose code is mended.
        StuckReason::TaskFails { .. } => {
            let queue = word(&one.task_queue);
            format!(
                "{name} worker --task-queue {queue}{flags}, of a program that has the flock and repeats what it did \
                 ({name} history {id}); else {name} reset {id} --to last-task --reason …{flags}"
            )
        }
        StuckReason::NoWorker { unserved } => format!("{name} {}{flags}", unserved.command()),
        StuckReason::Asks { request } => approvals::how(&id, request) + &flags,
    }
}
