//! `reset`: a run goes back to a step, and does again what came after.

use clap::Args;
use serde_json::json;

use crate::{
    cli::{
        exit::{Exit, Fault},
        render::{ask, show},
        server::{RunArgs, Server},
    },
    engine::{ResetPlan, ResetTo},
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} reset research-42 --to 3 --reason \"the source was down\"
  {bin} reset research-42 --to first-failed --reason \"the key has money again\" --yes
  {bin} reset research-42 --to last-task --reason \"mended\" --json --yes

`history` numbers the steps. A new run of the same workflow id goes on with what happened before that point; one
that goes on is terminated. Signals and updates that came later are sent to the new run.")]
pub(crate) struct Reset {
    #[command(flatten)]
    run: RunArgs,

    #[command(flatten)]
    point: Point,

    /// Why, for whoever looks at the run later
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// Do it without asking
    #[arg(long)]
    yes: bool,
}

/// Where it goes back to.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Point {
    /// Before this step, as `history` numbers it; or `first-failed`, the first step that failed; or
    /// `last-task`, what the run did last
    #[arg(long, value_name = "STEP")]
    to: Option<ResetTo>,

    /// To the workflow task that this event of Temporal's history ends or begins
    #[arg(long, value_name = "EVENT")]
    to_event: Option<i64>,
}

impl Reset {
    pub(crate) async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let to = match (self.point.to, self.point.to_event) {
            (Some(to), _) => to,
            (None, Some(event)) => ResetTo::Event(event),
            // One of the two is required.
            (None, None) => ResetTo::LastTask,
        };
        let engine = server.engine();
        let plan = engine.reset_plan(&self.run.run(), to).await?;
        if !self.yes {
            show::note(&planned(&plan));
            ask::agreed("Go back?")?;
        }
        let run = engine.reset(&plan, &self.reason).await?;
        let mut document = json!(plan);
        // A plan is an object.
        document["reset_run_id"] = document["run_id"].take();
        document["run_id"] = json!(run.run_id);
        document["reason"] = json!(self.reason);
        server.print(&document, || {
            let again = match plan.redone.len() {
                0 => "nothing of its steps".to_owned(),
                1 => "1 step".to_owned(),
                steps => format!("{steps} steps"),
            };
            format!(
                "{run} goes on as run {}, and does {again} again",
                run.run_id
            )
        });
        Ok(Exit::Done)
    }
}

/// What it would do, for who is asked.
fn planned(plan: &ResetPlan) -> String {
    let ResetPlan {
        run,
        flock,
        kept,
        event,
        ..
    } = plan;
    let mut text = format!("`{run}`, a run of flock `{flock}`, goes back to event {event}.\n");
    if plan.goes_on {
        text += "  It goes on now, and is terminated.\n";
    }
    text += &match kept {
        0 => "  None of its steps are kept.\n".to_owned(),
        1 => "  Step 1 is kept.\n".to_owned(),
        kept => format!("  Steps 1 to {kept} are kept.\n"),
    };
    for step in &plan.redone {
        let write = match step.is_write {
            true => "  (a write: it is done once more, under another idempotency key)",
            false => "",
        };
        text += &format!("  again: {:>3}  {}{write}\n", step.step, step.what);
    }
    for message in &plan.reapplied {
        text += &format!("  sent to the new run: {message}\n");
    }
    text.trim_end().to_owned()
}
