//! `compat`: whether running flocks can go on with the code that is linked in.

mod compare;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use self::compare::{Finding, compare};
use super::describe;
use crate::cli::{
    exit::{Exit, Fault},
    program::{Program, print},
    render::show,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} describe --json > released.json   # with each release
  {bin} compat released.json              # before the next one
  {bin} compat released.json --json

The exit code is 1 when a running flock could trip over a change, 0 when there are only notes.")]
pub(crate) struct Compat {
    /// What `describe --json` printed for the build that runs now
    old: PathBuf,
}

impl Compat {
    pub(crate) fn execute(self, program: Program) -> Result<Exit, Fault> {
        let file = self.old.display();
        let wrong = |fault: &dyn std::fmt::Display| {
            Fault::usage(format!(
                "{file}: {fault}; it should hold what `describe --json` printed"
            ))
        };
        let text = std::fs::read_to_string(&self.old).map_err(|fault| wrong(&fault))?;
        let old: Vec<Value> = serde_json::from_str(&text).map_err(|fault| wrong(&fault))?;
        let new = describe::everything(&program.builder.parts()?);
        let findings = compare(&old, &new);
        let breaking = findings.iter().filter(|finding| finding.breaking).count();
        let document = json!({ "breaking": breaking, "findings": findings });
        print(program.json, &document, || text_of(&findings));
        Ok(match breaking {
            0 => Exit::Done,
            _ => Exit::Failed,
        })
    }
}

fn text_of(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "Running flocks can go on with this code.".to_owned();
    }
    let say = |finding: &Finding| {
        let weight = if finding.breaking { "breaks" } else { "note" };
        let head = format!(
            "{weight}: {} `{}`: {}\n",
            finding.what, finding.name, finding.change
        );
        head + &show::indented(&finding.advice)
    };
    findings.iter().map(say).collect()
}
