//! `schedules`: what starts by itself on Temporal.

use std::time::SystemTime;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::{
    cli::{
        args::program_name,
        exit::{Exit, Fault},
        program::Program,
        render::{ask, show},
        server::{OnServer, Server},
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
    Apply(OnServer<Apply>),
    /// List this program's schedules: their next starts and their last
    List(OnServer<Whose>),
    /// Start a run now, as if it were time
    Trigger(OnServer<One>),
    /// Have a schedule start nothing until it is resumed
    Pause(OnServer<Noted>),
    /// Have a paused schedule start runs again
    Resume(OnServer<Noted>),
    /// Remove a schedule; what it started goes on
    Delete(OnServer<One>),
}

#[derive(Debug, Args)]
struct Apply {
    /// Do it without asking
    #[arg(long, short)]
    yes: bool,

    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
struct One {
    /// The schedule's id, or the name of its flock
    id: String,

    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
struct Noted {
    #[command(flatten)]
    one: One,

    /// Why, for whoever looks at it later
    #[arg(long, default_value = "from the command line", value_name = "TEXT")]
    note: String,
}

#[derive(Debug, Args)]
struct Whose {
    /// Whose schedules: `apply` removes those of this name that no flock declares any longer
    /// [default: the name of this program's file]
    #[arg(long, value_name = "NAME")]
    program: Option<String>,
}

impl SchedulesArgs {
    pub(crate) async fn execute(self, program: Program) -> Result<Exit, Fault> {
        match self.command {
            Command::Apply(apply) => apply.run(program, Apply::execute).await,
            Command::List(list) => list.run(program, Whose::list).await,
            Command::Trigger(one) => one.run(program, One::trigger).await,
            Command::Pause(noted) => noted.run(program, Noted::pause).await,
            Command::Resume(noted) => noted.run(program, Noted::resume).await,
            Command::Delete(one) => one.run(program, One::delete).await,
        }
    }
}

impl Whose {
    fn schedules(self, server: &Server) -> Result<Schedules, Fault> {
        Ok(server
            .runtime
            .schedules(self.program.unwrap_or_else(program_name))?)
    }

    async fn list(self, server: &Server) -> Result<Exit, Fault> {
        let schedules = self.schedules(server)?.list().await?;
        server.print(&schedules, || listed(server.runtime.registry(), &schedules));
        Ok(Exit::Done)
    }
}

impl One {
    /// The schedules, and the id of what is called by its id or by its flock.
    fn find(self, server: &Server) -> Result<(Schedules, String), Fault> {
        let schedules = self.whose.schedules(server)?;
        let flock = server.runtime.registry().flock(&self.id);
        let id = match flock.filter(|flock| flock.descriptor.options.schedule.is_some()) {
            Some(flock) => schedules.id(flock.descriptor.name),
            None => self.id,
        };
        Ok((schedules, id))
    }

    async fn trigger(self, server: &Server) -> Result<Exit, Fault> {
        let (schedules, id) = self.find(server)?;
        schedules.trigger(&id).await?;
        done(server, &id, "triggered", "starts a run now")
    }

    async fn delete(self, server: &Server) -> Result<Exit, Fault> {
        let (schedules, id) = self.find(server)?;
        schedules.delete(&id).await?;
        done(server, &id, "deleted", "is removed")
    }
}

impl Noted {
    async fn pause(self, server: &Server) -> Result<Exit, Fault> {
        let (schedules, id) = self.one.find(server)?;
        schedules.pause(&id, &self.note).await?;
        done(server, &id, "paused", "is paused")
    }

    async fn resume(self, server: &Server) -> Result<Exit, Fault> {
        let (schedules, id) = self.one.find(server)?;
        schedules.resume(&id, &self.note).await?;
        done(server, &id, "resumed", "starts runs again")
    }
}

fn done(server: &Server, id: &str, what: &str, said: &str) -> Result<Exit, Fault> {
    server.print(&json!({ "id": id, "done": what }), || {
        format!("{id} {said}")
    });
    Ok(Exit::Done)
}

impl Apply {
    async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let json = server.json;
        let schedules = self.whose.schedules(server)?;
        let plan = schedules.plan().await?;
        let document = |applied: bool| {
            json!({
                "changes": plan.changes, "unchanged": plan.unchanged, "applied": applied,
            })
        };
        if plan.changes.is_empty() {
            server.print(&document(false), || nothing(&plan));
            return Ok(Exit::Done);
        }
        if !json {
            show::text(&planned(&plan));
        }
        if !self.yes && (json || ask::asked("Do this?")? != Some(true)) {
            let fault = Fault::usage("nothing was changed: add `--yes` to do it");
            return Err(fault.with_document(document(false)));
        }
        schedules.apply(&plan).await?;
        server.print(&document(true), || match plan.changes.len() {
            1 => "1 change is made.".to_owned(),
            changes => format!("{changes} changes are made."),
        });
        Ok(Exit::Done)
    }
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
