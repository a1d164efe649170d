//! `approvals`, `approve`, `reject`, `resolve` and `extend`: what flocks on Temporal ask of people.

use clap::Args;
use serde_json::json;

use crate::{
    cli::{
        args::program_name,
        exit::{Exit, Fault},
        render::{approval::described, show},
        server::Server,
    },
    engine::RunId,
    error::{Error, word},
    flock::approval::{Answer, EXTEND, Extension, RESOLVE, Resolution, request::ApprovalRequest},
    runtime::{OpenApproval, OpenApprovals, Runtime},
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} approvals
  {bin} approvals --json
  {bin} approve research-42/publish-1 --comment \"well written\"")]
pub(crate) struct Approvals {
    /// Ask so many running flocks at most, the newest
    #[arg(long, default_value_t = 1_000, value_name = "COUNT")]
    limit: usize,
}

impl Approvals {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let found = server.runtime.approvals().runs(self.limit).await?;
        server.print(&found, || match found.open.as_slice() {
            [] => "Nothing waits for an answer.".into(),
            open => {
                let blocks: Vec<_> = open.iter().map(block).collect();
                blocks.join("\n")
            }
        });
        warn(&found);
        Ok(Exit::Done)
    }
}

/// Says what the list lacks.
fn warn(found: &OpenApprovals) {
    for run in &found.silent {
        let (id, reason) = (&run.run.workflow_id, &run.reason);
        show::note(&format!("{id} did not say what it waits for: {reason}"));
    }
    if found.more {
        show::note("there are more running flocks than were asked: raise `--limit`");
    }
}

fn block(open: &OpenApproval) -> String {
    let (run, request) = (&open.run.workflow_id, &open.request);
    let rows = [
        ["flock".to_owned(), open.flock.clone()],
        ["to answer".into(), how(run, request)],
    ];
    let text = show::indented(&described(request, rows));
    format!("{run}/{}\n{text}", request.id)
}

/// The command that answers a request.
pub(super) fn how(run: &str, request: &ApprovalRequest) -> String {
    let typed = request.answer_schema.is_some();
    let (name, id) = (program_name(), &request.id);
    match (request.options.first(), typed) {
        (_, true) if request.name.starts_with(RESOLVE) => {
            format!("{name} resolve {run}/{id} --done JSON | --again | --give-up")
        }
        (_, true) if request.name.starts_with(EXTEND) => {
            format!("{name} extend {run}/{id} --cost 1.00 | --tokens N | --turns N | --stop")
        }
        (_, true) => format!(
            "{name} update {run} answer --input id={id} --input answer=…{}",
            match request.by.first() {
                None => String::new(),
                Some(first) => match first.strip_prefix("role:") {
                    Some(role) => format!(" --input roles={}", word(&json!([role]).to_string())),
                    None => format!(" --input by={}", word(first)),
                },
            }
        ),
        (Some(option), false) => {
            let who = who(&request.by);
            format!("{name} approve {run}/{id}{who} --option {}", word(option))
        }
        (None, false) => format!("{name} approve {run}/{id}{}", who(&request.by)),
    }
}

/// The flag that says who answers: the first of those who may.
pub(crate) fn who(by: &[String]) -> String {
    let Some(first) = by.first() else {
        return String::new();
    };
    match first.strip_prefix("role:") {
        Some(role) => format!(" --role {}", word(role)),
        None => format!(" --by {}", word(first)),
    }
}

/// Which request, and who answers.
#[derive(Debug, Args)]
struct Which {
    /// The request: WORKFLOW_ID/REQUEST as `approvals` shows it, or the request's own id, such as
    /// `publish-1`, where only one run has it open
    #[arg(value_name = "ID")]
    id: String,

    /// The workflow id of the run, where ID is the request's own
    #[arg(long, visible_alias = "workflow-id", value_name = "WORKFLOW_ID")]
    run: Option<String>,

    /// What there is to say about it
    #[arg(long, short = 'm', value_name = "TEXT")]
    comment: Option<String>,

    /// Who answers, where the request says who may
    #[arg(long, value_name = "NAME")]
    by: Option<String>,

    /// A role of whoever answers, such as `editors`; may be repeated
    #[arg(long, value_name = "ROLE")]
    role: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} approve research-42/publish-1
  {bin} approve publish-1 --run research-42 --by ann --comment \"well written\"
  {bin} approve research-42/publish-1 --option later

A request for something else than yes or no is answered by
  {bin} update research-42 answer --input id=grade-1 --input answer='{\"stars\": 3}'")]
pub(crate) struct Approve {
    /// One of the options that are offered
    #[arg(long, value_name = "OPTION")]
    option: Option<String>,

    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} reject research-42/publish-1 --comment \"too long\"
  {bin} reject publish-1 --run research-42 --by ann")]
pub(crate) struct Reject {
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} resolve order-42/resolve-charge-1 --done '\"receipt 7\"'
  {bin} resolve order-42/resolve-charge-1 --again
  {bin} resolve resolve-charge-1 --run order-42 --give-up --by ann")]
pub(crate) struct Resolve {
    #[command(flatten)]
    what: What,

    #[command(flatten)]
    which: Which,
}

/// What has become of the step.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct What {
    /// It was done, and gave this, as JSON
    #[arg(long, value_name = "JSON")]
    done: Option<String>,

    /// It was not done: run it
    #[arg(long)]
    again: bool,

    /// Nobody can tell, or it is not wanted any more: the step fails
    #[arg(long)]
    give_up: bool,
}

impl Resolve {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let (resolution, told) = match (&self.what.done, self.what.again) {
            (Some(result), _) => {
                let result = serde_json::from_str(result).map_err(|fault| {
                    let hint = "text goes in double quotes, as in --done '\"receipt 7\"'";
                    Fault::usage(format!("`--done` is not JSON: {fault}; {hint}"))
                })?;
                (Resolution::Done(result), "done")
            }
            (None, true) => (Resolution::Run, "run again"),
            (None, false) => (Resolution::GiveUp, "given up"),
        };
        let answer = Answer::resolve(resolution);
        self.which.answer(server, answer, told).await
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} extend research-42/extend-researcher-1 --cost 1.50
  {bin} extend research-42/extend-researcher-1 --tokens 50000 --turns 10 --by ann
  {bin} extend extend-researcher-1 --run research-42 --stop")]
pub(crate) struct Extend {
    #[command(flatten)]
    by: By,

    #[command(flatten)]
    which: Which,
}

/// By how much it is extended.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct By {
    /// Tokens more
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    tokens: Option<u64>,

    /// US dollars more, such as 1.50
    #[arg(long, value_name = "DOLLARS")]
    cost: Option<String>,

    /// Questions to models more
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    turns: Option<u64>,

    /// Not at all: the work ends with what it has
    #[arg(long, conflicts_with_all = ["tokens", "cost", "turns"])]
    stop: bool,
}

impl Extend {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let By {
            tokens,
            cost,
            turns,
            stop,
        } = self.by;
        let mut extension = Extension::none()
            .tokens(tokens.unwrap_or_default())
            .turns(turns.unwrap_or_default());
        if let Some(cost) = cost {
            let refused = |error: Error| Fault::usage(format!("`--cost`: {}", error.message()));
            extension = extension.cost(&cost).map_err(refused)?;
        }
        if !stop && extension == Extension::none() {
            return Err(Fault::usage(
                "that is nothing: to end the work, say `--stop`",
            ));
        }
        let told = match stop {
            true => "stopped",
            false => "extended",
        };
        self.which
            .answer(server, Answer::extend(extension), told)
            .await
    }
}

impl Approve {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let answer = match self.option {
            Some(option) => Answer::approve().option(option),
            None => Answer::approve(),
        };
        self.which.answer(server, answer, "approved").await
    }
}

impl Reject {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let answer = Answer::reject();
        self.which.answer(server, answer, "rejected").await
    }
}

impl Which {
    async fn answer(self, server: &Server, answer: Answer, what: &str) -> Result<Exit, Fault> {
        let (run, id) = self.find(&server.runtime).await?;
        let mut answer = answer;
        if let Some(comment) = self.comment {
            answer = answer.comment(comment);
        }
        if let Some(by) = self.by {
            answer = answer.by(by);
        }
        let answer = self.role.into_iter().fold(answer, Answer::role);
        let answered = server.runtime.answer(&run, &id, answer);
        server.answered(&run, answered).await?;
        let document = json!({
            "workflow_id": run.workflow_id, "run_id": run.run_id, "id": id, "outcome": what,
        });
        server.print(&document, || format!("{run}/{id} is {what}"));
        Ok(Exit::Done)
    }

    async fn find(&self, runtime: &Runtime) -> Result<(RunId, String), Fault> {
        // A workflow id may have slashes of its own; a request's id has none.
        match (&self.run, self.id.rsplit_once('/')) {
            (Some(run), None) => return Ok((RunId::latest(run), self.id.clone())),
            (None, Some((run, id))) => return Ok((RunId::latest(run), id.to_owned())),
            (Some(_), Some((run, id))) => {
                return Err(Fault::usage(format!(
                    "the run is given twice: write `{run}/{id}`, or `{id} --run …`"
                )));
            }
            (None, None) => {}
        }
        let found = runtime.approvals().await?;
        let with_id: Vec<_> = found
            .open
            .iter()
            .filter(|open| open.request.id == self.id)
            .collect();
        match with_id.as_slice() {
            [one] => Ok((one.run.clone(), self.id.clone())),
            [] => {
                warn(&found);
                let name = program_name();
                let message = format!(
                    "no running flock has an open request `{}`; `{name} approvals` shows what there is",
                    self.id
                );
                Err(Fault::new(Exit::NotFound, message))
            }
            several => {
                let ids: Vec<_> = several
                    .iter()
                    .map(|open| format!("  {}/{}", open.run.workflow_id, self.id))
                    .collect();
                Err(Fault::usage(format!(
                    "several runs have an open request `{}`: say which\n{}",
                    self.id,
                    ids.join("\n")
                )))
            }
        }
    }
}
