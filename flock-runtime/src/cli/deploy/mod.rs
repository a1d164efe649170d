//! `deploy`: files by which the program is deployed, made of what is linked into it and of its configuration.
//!
//! Each kind of deployment is a file here that makes files of [`Facts`], with its templates beside it. Nothing in
//! them is known twice: queues, pools, secrets, ports and limits are those by which the program itself goes.

mod cluster;
mod compose;
mod docker;
mod facts;
mod files;
mod grafana;
mod helm;
mod keda;
mod kubernetes;
mod names;
mod place;
mod prometheus;
mod render;
mod systemd;
mod versions;
mod worker_controller;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use self::{
    facts::{Asked, Facts},
    files::{File, Planned, State},
};
use crate::cli::{
    args::program_name,
    exit::{Exit, Fault},
    program::{Program, print},
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} deploy docker --out deploy
  {bin} deploy compose --out deploy --image registry.example.com/shop:1.4 --yes
  {bin} deploy kubernetes --out k8s --image registry.example.com/shop:1.4    # its tag is the build
  {bin} deploy systemd --out deploy --check   # in CI: 1, and the difference, where the files are of another build

Where workers are to run and how large they are is said in [deploy] of flock.toml. Secrets are named, never
written. A file that is there is overwritten only after its difference was shown, and none is deleted.")]
pub(crate) struct Deploy {
    /// What to write files for
    kind: Kind,

    /// The folder to write to; it is made where there is none
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// The image of the program's containers [default: [deploy] of flock.toml, else the program's name]
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,

    /// The namespace in Kubernetes [default: [deploy] of flock.toml, else the program's name]
    #[arg(long, value_name = "NAME")]
    kubernetes_namespace: Option<String>,

    /// Overwrite without asking
    #[arg(long)]
    yes: bool,

    /// Write nothing, show what would change, and end with 1 where something would
    #[arg(long, conflicts_with = "yes")]
    check: bool,
}

/// What there are files for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Containers on one machine: the workers and, where flock.toml names no server, Temporal with its database
    Compose,
    /// A Dockerfile that builds the program
    Docker,
    /// A dashboard of what the workers tell Prometheus, and what has Grafana show it
    Grafana,
    /// Values for the Helm chart of Temporal itself
    Helm,
    /// Kubernetes with KEDA, which has as many workers as the tasks that wait need
    Keda,
    /// Kubernetes: a Deployment for each task queue, with as many workers as the processors in use need
    Kubernetes,
    /// How Prometheus finds the workers, alert rules, and tests of these
    Prometheus,
    /// Units on one machine: one for each task queue
    Systemd,
    /// Kubernetes with Temporal's Worker Controller, which has a Deployment for each build
    WorkerController,
}

impl Kind {
    /// The word on the command line.
    fn word(self) -> String {
        let word = self.to_possible_value();
        word.map_or_else(String::new, |word| word.get_name().to_owned())
    }

    fn files(self, facts: &Facts) -> Result<Vec<File>, Fault> {
        if let Self::Keda | Self::Kubernetes | Self::WorkerController = self {
            facts.on_several_machines()?;
        }
        match self {
            Self::Compose => compose::files(facts),
            Self::Docker => docker::files(facts),
            Self::Grafana => grafana::files(facts),
            Self::Helm => helm::files(facts),
            Self::Keda => keda::files(facts),
            Self::Kubernetes => kubernetes::files(facts),
            Self::Prometheus => prometheus::files(facts),
            Self::Systemd => systemd::files(facts),
            Self::WorkerController => worker_controller::files(facts),
        }
    }
}

impl Deploy {
    pub(crate) fn execute(self, program: Program) -> Result<Exit, Fault> {
        let json = program.json;
        let asked = Asked {
            program: program_name(),
            image: self.image,
            namespace: self.kubernetes_namespace,
        };
        let facts = Facts::of(&program.builder.parts()?, asked)?;
        let command = format!("{} deploy {}", facts.program, self.kind.word());
        let files = self.kind.files(&facts)?.into_iter();
        let planned = files::plan(&self.out, files.map(|file| file.told(&command)).collect())?;
        if self.check {
            return checked(json, &planned, &command);
        }
        files::write(&planned, self.yes)?;
        tell(json, &planned);
        Ok(Exit::Done)
    }
}

fn tell(json: bool, planned: &[Planned]) {
    print(json, &json!({ "files": planned }), || {
        let lines = planned.iter().map(|file| {
            let word = match file.state {
                State::New => "written",
                State::Same => "the same",
                State::Changed => "overwritten",
            };
            format!("{word:11}  {}\n", file.path.display())
        });
        lines.collect()
    });
}

/// Shows what is not as it would be written.
fn checked(json: bool, planned: &[Planned], command: &str) -> Result<Exit, Fault> {
    let others = planned.iter().filter(|file| file.state != State::Same);
    let count = others.clone().count();
    if count == 0 {
        tell(json, planned);
        return Ok(Exit::Done);
    }
    if !json {
        let diffs: String = others.map(|file| file.diff.as_str()).collect();
        crate::cli::render::show::text(&diffs);
    }
    let what = if count == 1 { "file is" } else { "files are" };
    let message = format!(
        "{count} {what} not as this program writes them: `{command}` without `--check` does"
    );
    let document = json!({ "error": { "message": message }, "files": planned });
    Err(Fault::new(Exit::Failed, message).with_document(document))
}
