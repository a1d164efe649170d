//! `flocks`: what can be run.

use clap::Args;
use serde_json::{Value, json};

use crate::{
    cli::{
        exit::{Exit, Fault},
        program::{Program, first_line, print},
        render::show,
        schema::{Document, signature},
    },
    flock::entry::FlockEntry,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} flocks
  {bin} flocks --json")]
pub(crate) struct Flocks {}

impl Flocks {
    pub(crate) fn execute(self, program: Program) -> Result<Exit, Fault> {
        let registry = program.builder.parts()?.registry;
        let document: Vec<Value> = registry.flocks().map(summary).collect();
        print(program.json, &document, || {
            let rows: Vec<_> = registry.flocks().map(row).collect();
            match rows.is_empty() {
                true => "This program has no flocks: annotate one with `#[flock]`.".into(),
                false => show::table(
                    [
                        "FLOCK",
                        "VERSION",
                        "QUEUE",
                        "INPUT",
                        "OUTPUT",
                        "DESCRIPTION",
                    ],
                    &rows,
                ),
            }
        });
        Ok(Exit::Done)
    }
}

fn row(entry: &'static FlockEntry) -> [String; 6] {
    let flock = entry.descriptor;
    let fields = |schema: Document| signature(&schema.properties(), &schema.kind());
    [
        flock.name.into(),
        flock.version().to_string(),
        flock.task_queue().into(),
        fields(Document::new((entry.input_schema)())),
        fields(Document::new((entry.output_schema)())),
        first_line(flock.description).into(),
    ]
}

fn summary(entry: &'static FlockEntry) -> Value {
    let flock = entry.descriptor;
    json!({
        "name": flock.name,
        "version": flock.version(),
        "task_queue": flock.task_queue(),
        "pool": flock.pool(),
        "description": flock.description,
        "input": Document::new((entry.input_schema)()).summary(),
        "output": Document::new((entry.output_schema)()).summary(),
    })
}
