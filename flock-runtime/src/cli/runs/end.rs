//! `cancel` and `terminate`: the two ways to end a run from outside, and all that a query finds.

use std::num::NonZeroU32;

use clap::{Args, builder::NonEmptyStringValueParser};
use serde_json::json;

use super::bulk::{Bulk, How};
use crate::{
    cli::{
        exit::{Exit, Fault},
        server::Server,
    },
    engine::RunId,
};

#[derive(Debug, Args)]
pub(crate) struct End {
    #[command(flatten)]
    which: Which,

    /// One run of it, where there were several; the latest when left out
    #[arg(long, value_name = "ID", requires = "id")]
    run_id: Option<String>,

    /// Why, for whoever looks at the run later
    #[arg(long, default_value = "from the command line", value_name = "TEXT")]
    reason: String,

    /// With `--query`: so many at most, the newest
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,

    /// With `--query`: so many a second at most [default: 50]
    #[arg(long, value_name = "COUNT")]
    rate: Option<NonZeroU32>,

    /// With `--query`: do it without asking
    #[arg(long)]
    yes: bool,
}

/// So many a second when nothing is said.
const RATE: NonZeroU32 = NonZeroU32::MIN.saturating_add(49);

/// Which run, or which runs.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The workflow id
    #[arg(value_name = "RUN", value_parser = NonEmptyStringValueParser::new())]
    id: Option<String>,

    /// All running runs that Temporal's list filter finds; they are counted first
    #[arg(long, short, value_name = "FILTER")]
    query: Option<String>,
}

impl End {
    /// Asks the run to end.
    pub(crate) async fn cancel(self, server: &Server) -> Result<Exit, Fault> {
        self.end(server, How::Cancel).await
    }

    /// Ends the run at once.
    pub(crate) async fn terminate(self, server: &Server) -> Result<Exit, Fault> {
        self.end(server, How::Terminate).await
    }

    async fn end(self, server: &Server, how: How) -> Result<Exit, Fault> {
        if let Some(query) = self.which.query {
            let bulk = Bulk {
                query,
                how,
                reason: self.reason,
                limit: self.limit,
                rate: self.rate.unwrap_or(RATE),
                yes: self.yes,
            };
            return bulk.execute(server).await;
        }
        // clap lets a flag that requires another pass where that other cannot be.
        if self.limit.is_some() || self.rate.is_some() || self.yes {
            return Err(Fault::usage(
                "`--limit`, `--rate` and `--yes` are for many runs at once: they need `--query`, in place of RUN",
            ));
        }
        let run = RunId::new(
            self.which.id.unwrap_or_default(),
            self.run_id.unwrap_or_default(),
        );
        how.end(server.engine(), &run, &self.reason).await?;
        let document = json!({
            "workflow_id": run.workflow_id, "run_id": run.run_id, "reason": self.reason,
        });
        server.print(&document, || format!("{run} {}", how.done()));
        Ok(Exit::Done)
    }
}
