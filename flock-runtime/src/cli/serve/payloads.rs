//! `payloads`: values that are kept outside of Temporal.

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::{
    cli::{
        exit::{Exit, Fault},
        program::Program,
        render::{ask, show},
        server::{OnServer, Server},
    },
    engine::temporal::Sweep,
    value::duration,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} payloads sweep                       # counts, and asks
  {bin} payloads sweep --older-than 30d --yes

The store is `store` of `[payloads]` in flock.toml. What a run or a schedule of the namespace refers to stays, however
old it is: all that the server keeps is looked at, so this takes longer the more there is. Run it once a week.")]
pub(crate) struct Payloads {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Remove values that nothing on the server refers to any more
    Sweep(OnServer<SweepArgs>),
}

#[derive(Debug, Args)]
struct SweepArgs {
    /// Leave what was written since; at least a day
    #[arg(long, value_name = "AGE", value_parser = age, default_value = "7d")]
    older_than: Duration,

    /// Do it without asking
    #[arg(long, short)]
    yes: bool,
}

fn age(text: &str) -> Result<Duration, String> {
    let age = duration::parse(text)?;
    match age < Duration::from_secs(24 * 60 * 60) {
        true => Err(
            "what is younger than a day may be about to be referred to: take `1d` or more"
                .to_owned(),
        ),
        false => Ok(age),
    }
}

impl Payloads {
    pub(crate) async fn execute(self, program: Program) -> Result<Exit, Fault> {
        match self.command {
            Command::Sweep(sweep) => sweep.run(program, SweepArgs::execute).await,
        }
    }
}

impl SweepArgs {
    async fn execute(self, server: &Server) -> Result<Exit, Fault> {
        let engine = server.runtime.temporal();
        let engine = engine.ok_or_else(|| Fault::usage("only runs on Temporal have a store"))?;
        let sweep = Sweep::plan(engine, self.older_than).await?;
        let found = sweep.unnamed.len();
        let mut removed = 0;
        if found > 0 {
            show::note(&self.counted(&sweep));
            if !self.yes {
                ask::agreed("Remove them?")?;
            }
            removed = sweep.execute().await?;
        }
        let document = json!({
            "store": sweep.store(),
            "older_than": duration::display(self.older_than),
            "runs": sweep.runs,
            "referred_to": sweep.named,
            "found": found,
            "bytes": sweep.bytes(),
            "removed": removed,
        });
        server.print(&document, || match (found, removed) {
            (0, _) => format!("Nothing to remove from {}.", sweep.store()),
            (_, 1) => "1 value is removed.".to_owned(),
            (_, removed) => format!("{removed} values are removed."),
        });
        Ok(Exit::Done)
    }

    fn counted(&self, sweep: &Sweep<'_>) -> String {
        let (found, kib) = (sweep.unnamed.len(), sweep.bytes().div_ceil(1024));
        let plural = if found == 1 { "" } else { "s" };
        format!(
            "{found} value{plural} of {kib} KiB in {}, older than {}, are referred to by none of {} runs; {} others of that age are",
            sweep.store(),
            duration::display(self.older_than),
            sweep.runs,
            sweep.named,
        )
    }
}
