//! `health`: can Temporal be reached, and which one is it?

use clap::Args;
use serde_json::Value;

use super::{
    connect::{self, Connection},
    exit::{Exit, Fault},
    program::{Program, print},
    show,
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} health
  {bin} health --address temporal.example.com:7233 || echo down")]
pub(super) struct Health {
    #[command(flatten)]
    connection: Connection,
}

impl Health {
    pub(super) async fn execute(self, program: Program) -> Result<Exit, Fault> {
        let json = program.json;
        let runtime = connect::connect(program.builder, &self.connection).await?;
        let health = connect::health(&runtime).await?;
        print(json, &health, || match &health {
            Value::Object(fields) => show::fields(fields),
            other => show::result(other),
        });
        Ok(Exit::Done)
    }
}
