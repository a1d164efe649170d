//! Runs, started as the users of each side start them, and looked at in one way.

use flock::{Flock, Runtime, engine::temporal::ConnectOptions};
use temporalio_client::{Client, UntypedWorkflow, WorkflowStartOptions};
use temporalio_common::{HasWorkflowDefinition, WorkflowDefinition};

use crate::{
    Result,
    by_hand::{self, Question, Summary},
    contender::Contender,
    flocks, server, work,
};

/// Starts runs.
pub(crate) struct Starter {
    client: Client,
    runtime: Runtime,
}

/// What a run leaves on the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct History {
    pub(crate) events: f64,
    pub(crate) bytes: f64,
}

impl Starter {
    pub(crate) async fn connect(address: &str) -> Result<Self> {
        Ok(Self {
            client: server::connect(address).await?,
            runtime: runtime(address).await?,
        })
    }

    /// One run, from its start to its result.
    pub(crate) async fn run(&self, contender: Contender, id: &str) -> Result<()> {
        let queue = contender.queue();
        let summary = match contender {
            Contender::ByHand => self.by_hand(by_hand::Research::run, queue, id).await?,
            Contender::ByHandLocal => {
                let run = by_hand::LocalResearch::run;
                self.by_hand(run, queue, id).await?
            }
            Contender::Flock => self.flock::<flocks::Research>(id).await?.summary,
            Contender::FlockLocal => self.flock::<flocks::LocalResearch>(id).await?.summary,
        };
        match summary == work::answer() {
            true => Ok(()),
            false => Err(format!("{} answered `{summary}`", contender.title()).into()),
        }
    }

    async fn by_hand<W>(&self, workflow: W, queue: &str, id: &str) -> Result<String>
    where
        W: HasWorkflowDefinition + WorkflowDefinition<Input = Question, Output = Summary>,
    {
        let input = Question {
            topic: work::TOPIC.into(),
        };
        let options = WorkflowStartOptions::new(queue, id).build();
        let run = self.client.start_workflow(workflow, input, options).await?;
        Ok(run.get_result(Default::default()).await?.summary)
    }

    async fn flock<F: Flock<Input: From<String>>>(&self, id: &str) -> Result<F::Output> {
        let run = self.runtime.start::<F>(work::TOPIC.to_owned()).id(id);
        Ok(run.await?.result().await?)
    }

    /// The history of a run that has ended.
    pub(crate) async fn history(&self, id: &str) -> Result<History> {
        let run = self.client.get_workflow_handle::<UntypedWorkflow>(id);
        let described = run.describe(Default::default()).await?.raw_description;
        let info = described
            .workflow_execution_info
            .ok_or("the server describes no run")?;
        Ok(History {
            events: info.history_length as f64,
            bytes: info.history_size_bytes as f64,
        })
    }
}

/// A flock runtime on the server at `address`.
pub(crate) async fn runtime(address: &str) -> Result<Runtime> {
    let options = ConnectOptions::default().address(address);
    Ok(Runtime::builder().connect(options).await?)
}
