//! `run` in this process: whoever started it answers what the flock asks.

mod answer;

use std::{
    collections::HashSet,
    io::{self, BufRead, IsTerminal, Write},
    thread,
    time::{Duration, SystemTime},
};

use futures_util::{StreamExt, stream::BoxStream};
use indicatif::ProgressDrawTarget;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use self::answer::{known, named, question, read, user};
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
