//! `describe`: an agent, a flock or a run in full.

mod sheet;

use clap::Args;
use serde_json::Value;

use self::sheet::Sheet;
pub(crate) use self::sheet::{model, section};
use crate::{
    cli::{
        exit::{Exit, Fault},
        program::{self, Program},
    },
    engine::program::Parts,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} describe               # everything in this program
  {bin} describe --json > released.json   # for `compat`, when the next build comes
  {bin} describe researcher    # an agent: options and where each was set
  {bin} describe research      # a flock, what it can be sent, and its agents
  {bin} describe research-42   # a run on Temporal, by its id")]
pub(crate) struct Describe {
    /// An agent, a flock, or the id of a run; everything in this program when left out
    name: Option<String>,

    #[cfg(feature = "temporal")]
    #[command(flatten)]
    connection: crate::cli::server::Connection,
}

impl Describe {
    pub(crate) async fn execute(self, program: Program) -> Result<Exit, Fault> {
        let json = program.json;
        let parts = program.builder.clone().parts()?;
        let meant = self.name.as_ref().map(|name| declared(&parts, name));
        let Some(name) = &meant else {
            let sheets = sheets(&parts);
            let documents: Vec<_> = sheets.iter().map(|sheet| &sheet.document).collect();
            program::print(json, &documents, || {
                sheets
                    .iter()
                    .map(|sheet| sheet.text.as_str())
                    .collect::<Vec<_>>()
                    .join("\n")
            });
            return Ok(Exit::Done);
        };
        let flock = parts
            .registry
            .flock(name)
            .map(|flock| Sheet::flock(&parts, flock));
        let agent = parts
            .registry
            .agent(name)
            .map(|agent| Sheet::agent(&parts, agent, None));
        let signals = parts.registry.signals();
        let signals = signals.filter(|signal| signal.name == name);
        let sheets: Vec<_> = flock
            .into_iter()
            .chain(agent)
            .chain(signals.map(Sheet::signal))
            .collect();
        match sheets.as_slice() {
            [one] => program::print(json, &one.document, || one.text.clone()),
            // A flock, an agent and signals may share a name.
            [_, _, ..] => {
                let documents: Vec<_> = sheets.iter().map(|sheet| &sheet.document).collect();
                program::print(json, &documents, || {
                    let texts: Vec<_> = sheets.iter().map(|sheet| sheet.text.as_str()).collect();
                    texts.join("\n")
                });
            }
            [] => {
                #[cfg(feature = "temporal")]
                return self.run(name, program, &parts).await;
                #[cfg(not(feature = "temporal"))]
                return Err(Fault::usage(unknown(&parts, name)));
            }
        }
        Ok(Exit::Done)
    }

    #[cfg(feature = "temporal")]
    async fn run(&self, name: &str, program: Program, parts: &Parts) -> Result<Exit, Fault> {
        use crate::{cli::server::Server, engine::RunId, runtime::RunError};

        let server = Server::connect(program, self.connection.clone()).await;
        let server = server.map_err(|fault| {
            let unknown = unknown(parts, name);
            let message = format!("{unknown}\nif a run is meant: {}", fault.message());
            Fault::new(fault.exit(), message)
        })?;
        match server.engine().describe(&RunId::latest(name)).await {
            Ok(run) => {
                crate::cli::runs::status::show(server.json, &run);
                Ok(Exit::Done)
            }
            Err(RunError::NotFound(_)) => Err(Fault::new(Exit::NotFound, unknown(parts, name))),
            Err(error) => Err(error.into()),
        }
    }
}

/// Everything in this program, for programs: `compat` compares it.
pub(crate) fn everything(parts: &Parts) -> Vec<Value> {
    let sheets = sheets(parts).into_iter();
    sheets.map(|sheet| sheet.document).collect()
}

/// The name by which an agent or a flock goes, where that of its item is given: `CountWords` is
/// `count_words`.
fn declared(parts: &Parts, name: &str) -> String {
    let agents = parts.registry.agents().map(|agent| agent.descriptor);
    let flocks = parts.registry.flocks().map(|flock| flock.descriptor);
    let names: Vec<_> = agents
        .map(|agent| (agent.rust_name, agent.name))
        .chain(flocks.map(|flock| (flock.rust_name, flock.name)))
        .collect();
    let item = names.iter().find(|(item, _)| *item == name);
    match names.iter().any(|(_, known)| *known == name) {
        true => name.to_owned(),
        false => item.map_or(name, |(_, known)| *known).to_owned(),
    }
}

fn sheets(parts: &Parts) -> Vec<Sheet> {
    let flocks = parts.registry.flocks();
    let agents = parts.registry.agents();
    flocks
        .map(|flock| Sheet::flock(parts, flock))
        .chain(agents.map(|agent| Sheet::agent(parts, agent, None)))
        .collect()
}

fn unknown(parts: &Parts, name: &str) -> String {
    let flocks = parts.registry.flocks().map(|flock| flock.descriptor.name);
    let names: Vec<_> = flocks
        .chain(parts.registry.agents().map(|agent| agent.descriptor.name))
        .collect();
    let what = if cfg!(feature = "temporal") {
        "flock, agent or run"
    } else {
        "flock or agent"
    };
    let near = program::nearest(name, &names)
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!(
        "there is no {what} `{name}`{near}\nflocks and agents: {}",
        names.join(", ")
    )
}
