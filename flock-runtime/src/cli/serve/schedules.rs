//! `schedules`: what starts by itself on Temporal.

use std::{
    io::{IsTerminal, Write},
    time::SystemTime,
};

use clap::{Args, Subcommand};
use serde_json::json;

use super::connect::{self, Connection};
use crate::{
    cli::{
        exit::{Exit, Fault},
        program::{Program, print},
        render::show,
    },
    engine::temporal::{ChangeKind, ScheduleDescription, SchedulePlan, Schedules},
    flock::registry::Registry,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} schedules apply                # shows what would change, and asks
  {bin} schedules apply --yes
  {bin} schedules list --json
  {bin} schedules trigger weekly       # one run, now
  {bin} schedules pause weekly --note \"until the move is over\"

A flock has a schedule by `#[flock(schedule = \"0 9 * * MON-FRI\")]`. The command `run` runs it once,
with no server.")]
pub(crate) struct SchedulesArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create, update and remove schedules, so that the server has what this program's flocks declare
    Apply(Apply),
    /// List this program's schedules: their next starts and their last
    List(List),
    /// Start a run now, as if it were time
    Trigger(One),
    /// Have a schedule start nothing until it is resumed
    Pause(Noted),
    /// Have a paused schedule start runs again
    Resume(Noted),
    /// Remove a schedule; what it started goes on
    Delete(One),
}

#[derive(Debug, Args)]
struct Apply {
    /// Do it without asking
    #[arg(long, short)]
    yes: bool,

    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct One {
    /// The schedule's id, or the name of its flock
    id: String,

    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct Noted {
    #[command(flatten)]
    one: One,

    /// Why, for whoever looks at it later
    #[arg(long, default_value = "from the command line", value_name = "TEXT")]
    note: String,
}

/// Whose schedules, and where.
#[derive(Debug, Args)]
struct Place {
    /// Whose schedules: `apply` removes those of this name that no flock declares any longer
    /// [default: the name of this program's file]
    #[arg(long, value_name = "NAME")]
    program: Option<String>,

    #[command(flatten)]
    connection: Connection,
}

/// The schedules, and what is linked in.
struct Here {
    schedules: Schedules,
    registry: Registry,
}

impl Place {
    async fn here(self, program: Program) -> Result<Here, Fault> {
        let runtime = connect::connect(program.builder, &self.connection).await?;
        let name = self.program.unwrap_or_else(crate::cli::args::program_name);
        Ok(Here {
            schedules: runtime.schedules(name)?,
            registry: runtime.registry().clone(),
        })
    }
}

impl Here {
    /// The id of what is called by its id or by its flock.
    fn id(&self, name: &str) -> String {
        let flock = self.registry.flock(name);
        match flock.filter(|flock| flock.descriptor.options.schedule.is_some()) {
            Some(flock) => self.schedules.id(flock.descriptor.name),
            None => name.to_owned(),
        }
    }
}

impl SchedulesArgs {
    pub(crate) async fn execute(self, program: Program) -> Result<Exit, Fault> {
        let json = program.json;
        match self.command {
            Command::Apply(apply) => apply.execute(program).await,
            Command::List(list) => {
                let here = list.place.here(program).await?;
                let schedules = here.schedules.list().await?;
                print(json, &schedules, || listed(&here.registry, &schedules));
                Ok(Exit::Done)
            }
            Command::Trigger(one) => {
                let here = one.place.here(program).await?;
                let id = here.id(&one.id);
                here.schedules.trigger(&id).await?;
                done(json, &id, "triggered", "starts a run now")
            }
            Command::Pause(noted) => {
                let here = noted.one.place.here(program).await?;
                let id = here.id(&noted.one.id);
                here.schedules.pause(&id, &noted.note).await?;
                done(json, &id, "paused", "is paused")
            }
            Command::Resume(noted) => {
                let here = noted.one.place.here(program).await?;
                let id = here.id(&noted.one.id);
                here.schedules.resume(&id, &noted.note).await?;
                done(json, &id, "resumed", "starts runs again")
            }
            Command::Delete(one) => {
                let here = one.place.here(program).await?;
                let id = here.id(&one.id);
                here.schedules.delete(&id).await?;
                done(json, &id, "deleted", "is removed")
            }
        }
    }
}

fn done(json: bool, id: &str, what: &str, said: &str) -> Result<Exit, Fault> {
    print(json, &json!({ "id": id, "done": what }), || {
        format!("{id} {said}")
    });
    Ok(Exit::Done)
}

impl Apply {
    async fn execute(self, program: Program) -> Result<Exit, Fault> {
        let json = program.json;
        let here = self.place.here(program).await?;
        let plan = here.schedules.plan().await?;
        let document = |applied: bool| {
            json!({
                "changes": plan.changes, "unchanged": plan.unchanged, "applied": applied,
            })
        };
        if plan.changes.is_empty() {
            print(json, &document(false), || nothing(&plan));
            return Ok(Exit::Done);
        }
        if !json {
            show::text(&planned(&plan));
        }
        if !self.yes && (json || !agreed()?) {
            let fault = Fault::usage("nothing was changed: add `--yes` to do it");
            return Err(fault.with_document(document(false)));
        }
        here.schedules.apply(&plan).await?;
        print(json, &document(true), || match plan.changes.len() {
            1 => "1 change is made.".to_owned(),
            changes => format!("{changes} changes are made."),
        });
        Ok(Exit::Done)
    }
}

/// Asks whoever sits at the terminal; where nobody does, the answer is no.
fn agreed() -> Result<bool, Fault> {
    let unheard = |error| Fault::usage(format!("the terminal cannot be asked: {error}"));
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Ok(false);
    }
    let mut terminal = std::io::stderr();
    write!(terminal, "Do this? [y/N] ").map_err(unheard)?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(unheard)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn nothing(plan: &SchedulePlan) -> String {
    match plan.unchanged.len() {
        0 => "Nothing to do: no flock of this program has a schedule.".to_owned(),
        1 => format!("Nothing to do: {} is as declared.", plan.unchanged[0]),
        all => format!("Nothing to do: all {all} schedules are as declared."),
    }
}

fn planned(plan: &SchedulePlan) -> String {
    let mut text = String::new();
    for change in &plan.changes {
        let id = &change.id;
        text += &match &change.kind {
            ChangeKind::Create { schedule } => format!("create  {id}  {schedule}\n"),
            ChangeKind::Update { differences } => {
                let lines = differences.iter().map(|one| format!("          {one}\n"));
                format!("update  {id}\n{}", lines.collect::<String>())
            }
            ChangeKind::Remove => format!("remove  {id}  no flock declares it\n"),
        };
    }
    text
}

fn listed(registry: &Registry, schedules: &[ScheduleDescription]) -> String {
    if schedules.is_empty() {
        let mut flocks = registry.flocks();
        let any = flocks.any(|flock| flock.descriptor.options.schedule.is_some());
        return match any {
            true => "None is on the server: `schedules apply` puts them there.".into(),
            false => {
                "This program has no schedules: give a flock one by `schedule = \"…\"`.".into()
            }
        };
    }
    let rows: Vec<_> = schedules.iter().map(row).collect();
    show::table(["ID", "TIMES", "NEXT", "LAST", "STARTS"], &rows)
}

fn row(schedule: &ScheduleDescription) -> [String; 5] {
    let next = match schedule.next.first() {
        _ if schedule.paused => format!("paused: {}", schedule.note),
        Some(next) => format!("in {}", show::span(until(*next))),
        None => "never".to_owned(),
    };
    let last = schedule.recent.last().and_then(|last| last.started);
    [
        schedule.id.clone(),
        format!("{} {}", schedule.times, schedule.time_zone),
        next,
        last.map_or_else(String::new, show::ago),
        schedule.starts.to_string(),
    ]
}

/// A clock that differs from the server's may have passed it.
fn until(time: SystemTime) -> std::time::Duration {
    time.duration_since(SystemTime::now()).unwrap_or_default()
}
