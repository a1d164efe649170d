//! `run` in this process: whoever started it answers what the flock asks.

use std::{
    collections::HashSet,
    io::{self, BufRead, IsTerminal, Write},
    thread,
    time::{Duration, SystemTime},
};

use futures_util::{StreamExt, stream::BoxStream};
use indicatif::ProgressDrawTarget;
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::{
    cli::{
        exit::Fault,
        render::{approval::described, logging, progress::BARS, show},
    },
    engine::RunId,
    error::RunError,
    flock::approval::request::{Answer, ApprovalRequest},
    runtime::Runtime,
};

/// A deadline as near as this is waited for where nobody can be asked.
const NEAR: Duration = Duration::from_secs(60);

/// Answers what a run asks.
pub(crate) struct Attendant<'a> {
    runtime: &'a Runtime,
    /// Whichever run the flock has come to.
    run: RunId,
    /// Everything is approved.
    yes: bool,
    /// What is open, told when it changes, over all runs of the flock.
    changes: BoxStream<'static, Vec<ApprovalRequest>>,
    open: Vec<ApprovalRequest>,
    lines: Option<UnboundedReceiver<String>>,
    /// Left to their deadlines.
    left: HashSet<String>,
}

impl<'a> Attendant<'a> {
    pub(crate) fn new(runtime: &'a Runtime, run: &RunId, yes: bool) -> Self {
        Self {
            runtime,
            run: RunId::latest(run.workflow_id.as_str()),
            yes,
            changes: runtime.engine().requests(run),
            open: Vec::new(),
            lines: None,
            left: HashSet::new(),
        }
    }

    /// Ends with the run, once what was answered has been told.
    ///
    /// # Errors
    /// When there is a request and nobody to ask.
    pub(crate) async fn attend(mut self) -> Result<(), Fault> {
        loop {
            let left = &self.left;
            let next = self.open.iter().find(|open| !left.contains(&open.id));
            let Some(request) = next.cloned() else {
                match self.changed().await {
                    true => continue,
                    false => return Ok(()),
                }
            };
            // What is of another type cannot be guessed.
            match self.yes && request.answer_schema.is_none() {
                true => self.agree(&request).await?,
                false => self.ask(&request).await?,
            }
            // What is told next is without it.
            self.open.retain(|open| open.id != request.id);
        }
    }

    /// Waits until something else is open; false once the run has ended.
    async fn changed(&mut self) -> bool {
        match self.changes.next().await {
            Some(open) => self.open = open,
            None => return false,
        }
        true
    }

    async fn agree(&mut self, request: &ApprovalRequest) -> Result<(), Fault> {
        let answer = match request.options.first() {
            Some(option) => Answer::approve().option(option),
            None => Answer::approve(),
        };
        let who = request.by.first().map(String::as_str);
        match self.send(request, answer, who).await {
            Ok(()) => show::note(&format!("{}: approved (--yes)", request.id)),
            Err(RunError::Refused(failure)) => {
                show::note(&failure.to_string());
                self.left.insert(request.id.clone());
            }
            // The run has ended meanwhile, and tells how by itself.
            Err(RunError::Ended(_)) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    async fn ask(&mut self, request: &ApprovalRequest) -> Result<(), Fault> {
        let _quiet = Quiet::new();
        show::note(&format!(
            "\n{}\n{}",
            console::style(&request.id).bold().for_stderr(),
            show::indented(&described(request, [])).trim_end()
        ));
        let mut who = known(request, &user(), io::stdin().is_terminal());
        loop {
            prompt(request, who.as_deref());
            let Some(line) = self.line(request).await else {
                return self.nobody(request);
            };
            let line = match line {
                Line::Said(line) => line,
                Line::Closed => {
                    show::note(&format!("\n{} is closed", request.id));
                    return Ok(());
                }
                Line::Ended => return Ok(()),
            };
            if !request.by.is_empty() && who.is_none() {
                who = named(request, &line);
                continue;
            }
            let answer = match read(request, &line) {
                Ok(answer) => answer,
                Err(help) => {
                    show::note(&help);
                    continue;
                }
            };
            match self.send(request, answer, who.as_deref()).await {
                Ok(()) => return Ok(()),
                Err(RunError::Refused(failure)) => show::note(&failure.to_string()),
                // The run has ended meanwhile, and tells how by itself.
                Err(RunError::Ended(_)) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The next line, unless the request is closed first; none when there are no more.
    async fn line(&mut self, request: &ApprovalRequest) -> Option<Line> {
        let mut lines = self.lines.take().unwrap_or_else(stdin);
        let line = loop {
            tokio::select! {
                biased;
                line = lines.recv() => break line.map(Line::Said),
                goes_on = self.changed() => {
                    if !goes_on {
                        break Some(Line::Ended);
                    }
                    if !self.open.iter().any(|open| open.id == request.id) {
                        break Some(Line::Closed);
                    }
                }
            }
        };
        self.lines = Some(lines);
        line
    }

    async fn send(
        &self,
        request: &ApprovalRequest,
        answer: Answer,
        who: Option<&str>,
    ) -> Result<(), RunError> {
        let answer = match who.map(|who| (who, who.strip_prefix("role:"))) {
            None => answer,
            Some((_, Some(role))) => answer.role(role),
            Some((name, None)) => answer.by(name),
        };
        self.runtime.answer(&self.run, &request.id, answer).await
    }

    fn nobody(&mut self, request: &ApprovalRequest) -> Result<(), Fault> {
        let id = &request.id;
        let left = request
            .deadline
            .map(|deadline| deadline.duration_since(SystemTime::now()));
        if let Some(left) = left.map(Result::unwrap_or_default)
            && left <= NEAR
        {
            let left = show::span(left);
            show::note(&format!(
                "\nnobody can be asked: {id} ends by its deadline, in {left}"
            ));
            self.left.insert(id.clone());
            return Ok(());
        }
        let name = crate::cli::args::program_name();
        let elsewhere = match cfg!(feature = "temporal") {
            true => format!(
                "\n  later, by anybody: `{name} run … --engine temporal`, then `{name} approvals` and `{name} approve`"
            ),
            false => String::new(),
        };
        let yes = request.options.first().map_or("y", String::as_str);
        let all = match request.answer_schema {
            None => "\n  approve everything: add `--yes`",
            Some(_) => "",
        };
        Err(Fault::usage(format!(
            "request `{id}` waits for an answer, and there is nobody to ask: stdin has no more lines{all}\n  \
             answer a line each: `echo \"{yes} fine\" | {name} run …`{elsewhere}"
        )))
    }
}

enum Line {
    Said(String),
    /// Its deadline came first.
    Closed,
    /// The run's end came first.
    Ended,
}

/// The lines of stdin, read as they come.
fn stdin() -> UnboundedReceiver<String> {
    let (send, lines) = unbounded_channel();
    // A thread that reads cannot be stopped: it ends with the process.
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// The name of whoever sits here.
fn user() -> String {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter();
    let mut names = names.filter_map(|name| std::env::var(name).ok());
    names.next().unwrap_or_default()
}

/// As whom a request is answered, where that need not be asked. Lines that are piped are answers, one
/// each, so there the first of those who may is taken, and said.
fn known(request: &ApprovalRequest, user: &str, at_terminal: bool) -> Option<String> {
    match request.by.as_slice() {
        [] => None,
        by if by.iter().any(|one| one == user) => Some(user.to_owned()),
        // It is said in the question.
        [only] => Some(only.clone()),
        [first, ..] if !at_terminal => Some(first.clone()),
        _ => None,
    }
}

/// Who a line says it is.
fn named(request: &ApprovalRequest, line: &str) -> Option<String> {
    let said = line.trim();
    let is_it = |one: &&String| {
        let role = one.strip_prefix("role:");
        **one == said || role.is_some_and(|role| role == said)
    };
    request.by.iter().find(is_it).cloned()
}

fn prompt(request: &ApprovalRequest, who: Option<&str>) {
    let how = question(request, who);
    if logging::is_json() {
        return show::note(&how);
    }
    // Where stderr is gone, there is nobody to see it.
    let _ = write!(io::stderr(), "{how}: ").and_then(|()| io::stderr().flush());
    if !io::stdin().is_terminal() {
        let _ = writeln!(io::stderr());
    }
}

fn question(request: &ApprovalRequest, who: Option<&str>) -> String {
    let who = match (who, request.by.as_slice()) {
        (None, []) => String::new(),
        (None, by) => return format!("who answers? one of {}", by.join(", ")),
        (Some(who), _) => format!("as {who}: "),
    };
    let how = match (&request.answer_schema, request.options.as_slice()) {
        (Some(_), _) => "answer, as JSON".to_owned(),
        (None, []) => "approve? y or n, and a comment if you like".to_owned(),
        (None, options) => format!("{} or n, and a comment if you like", options.join(", ")),
    };
    who + &how
}

/// What a line says, or how it is said right.
fn read(request: &ApprovalRequest, line: &str) -> Result<Answer, String> {
    let line = line.trim();
    if let Some(schema) = &request.answer_schema {
        let text = || Value::String(line.to_owned());
        let answer = serde_json::from_str(line).unwrap_or_else(|_| text());
        return match line.is_empty() {
            true => Err(format!("an answer of this schema is wanted: {schema}")),
            false => Ok(Answer::with(&answer)),
        };
    }
    let chosen = request
        .options
        .iter()
        .filter_map(|option| Some((option, after(line, option)?)))
        // Of `now` and `now or never`, the one that says more.
        .max_by_key(|(option, _)| option.len());
    let said = |answer: Answer, comment: &str| match comment.trim() {
        "" => answer,
        comment => answer.comment(comment),
    };
    if let Some((option, comment)) = chosen {
        return Ok(said(Answer::approve().option(option), comment));
    }
    let (word, comment) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match word.to_lowercase().as_str() {
        "n" | "no" | "reject" => Ok(said(Answer::reject(), comment)),
        "y" | "yes" | "approve" if request.options.is_empty() => {
            Ok(said(Answer::approve(), comment))
        }
        _ if request.options.is_empty() => Err("begin with y or n".into()),
        _ => Err(format!(
            "begin with one of {}, or with n",
            request.options.join(", ")
        )),
    }
}

/// What follows `word` in `line`.
fn after<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(word)?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(rest)
}

/// As long as a person types, no line is redrawn.
struct Quiet(bool);

impl Quiet {
    fn new() -> Self {
        let drawn = !BARS.is_hidden();
        if drawn {
            BARS.set_draw_target(ProgressDrawTarget::hidden());
        }
        Self(drawn)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        if self.0 {
            BARS.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(options: &[&str], schema: Option<Value>) -> ApprovalRequest {
        serde_json::from_value(json!({
            "id": "publish-1",
            "name": "publish",
            "payload": null,
            "options": options,
            "opened": 0.0,
            "deadline": null,
            "answer_schema": schema,
        }))
        .unwrap()
    }

    fn said(request: &ApprovalRequest, line: &str) -> Result<Value, String> {
        let message = read(request, line)?.message("publish-1").unwrap();
        Ok(message.answer)
    }

    #[test]
    fn nobody_answers_as_somebody_else_unasked() {
        let mut open = request(&[], None);
        assert_eq!(known(&open, "eve", true), None);
        assert!(question(&open, None).starts_with("approve? "));
        open.by = vec!["lisa".into()];
        assert_eq!(known(&open, "eve", true).as_deref(), Some("lisa"));
        assert!(question(&open, Some("lisa")).starts_with("as lisa: approve? "));
        open.by = vec!["lisa".into(), "bob".into(), "role:editors".into()];
        assert_eq!(known(&open, "bob", true).as_deref(), Some("bob"));
        assert_eq!(known(&open, "eve", true), None);
        let asked = "who answers? one of lisa, bob, role:editors";
        assert_eq!(question(&open, None), asked);
        assert_eq!(named(&open, " bob ").as_deref(), Some("bob"));
        assert_eq!(named(&open, "editors").as_deref(), Some("role:editors"));
        assert_eq!(named(&open, "eve"), None);
        // Each piped line is an answer.
        assert_eq!(known(&open, "eve", false).as_deref(), Some("lisa"));
    }

    #[test]
    fn a_line_says_yes_or_no_and_why() {
        let plain = request(&[], None);
        assert_eq!(said(&plain, " Y "), Ok(json!({"approved": true})));
        assert_eq!(
            said(&plain, "no too long"),
            Ok(json!({"approved": false, "comment": "too long"}))
        );
        for line in ["", "perhaps", "yesterday"] {
            assert_eq!(said(&plain, line), Err("begin with y or n".into()));
        }
    }

    #[test]
    fn a_line_chooses_an_option() {
        let offered = request(&["now", "now or never", "no"], None);
        let chosen = |line| said(&offered, line).map(|answer| answer["option"].clone());
        assert_eq!(chosen("now"), Ok(json!("now")));
        assert_eq!(chosen("now or never, please"), Ok(json!("now")));
        assert_eq!(chosen("now or never please"), Ok(json!("now or never")));
        assert_eq!(chosen("no"), Ok(json!("no")));
        assert_eq!(said(&offered, "reject"), Ok(json!({"approved": false})));
        assert_eq!(
            chosen("y"),
            Err("begin with one of now, now or never, no, or with n".into())
        );
    }

    #[test]
    fn a_line_is_json_where_another_answer_is_wanted() {
        let typed = request(&[], Some(json!({"type": "string"})));
        assert_eq!(said(&typed, "Good"), Ok(json!("Good")));
        assert_eq!(said(&typed, r#"{"stars": 3}"#), Ok(json!({"stars": 3})));
        assert!(said(&typed, "").unwrap_err().contains("string"));
    }
}
