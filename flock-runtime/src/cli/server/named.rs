//! The one way in which a command names a run.

use clap::{Args, builder::NonEmptyStringValueParser};

use crate::engine::RunId;

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The workflow id
    #[arg(value_name = "RUN", value_parser = NonEmptyStringValueParser::new())]
    id: String,

    /// One run of it, where there were several; the latest when left out
    #[arg(long, value_name = "ID")]
    run_id: Option<String>,
}

impl RunArgs {
    pub(crate) fn run(&self) -> RunId {
        RunId {
            workflow_id: self.id.clone(),
            run_id: self.run_id.clone().unwrap_or_default(),
        }
    }
}
