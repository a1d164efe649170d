//! Runs, started as the users of each side start them, and looked at in one way.

use flock::{Flock, Runtime, engine::temporal::ConnectOptions};
use serde_json::Value;
use temporalio_client::{
    Client, ClientOptions, Connection, ConnectionOptions, UntypedWorkflow, Url,
    WorkflowStartOptions,
};
use temporalio_common::{data_converters::RawValue, protos::temporal::api::common::v1::Payload};

use crate::{
    Result,
    contender::Contender,
    conversation::{QUESTION, REPLY},
    flocks,
};

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
        let url = Url::parse(&format!("http://{address}"))?;
        let connection = Connection::connect(ConnectionOptions::new(url).build()).await?;
        Ok(Self {
            client: Client::new(connection, ClientOptions::new("default").build())?,
            runtime: runtime(address).await?,
        })
    }

    /// One run, from its start to its result.
    pub(crate) async fn run(&self, contender: Contender, id: &str) -> Result<()> {
        let reply = match contender {
            Contender::Flock => self.flock::<flocks::Help>(id).await?.reply,
            Contender::FlockOneStep => self.flock::<flocks::HelpInOneStep>(id).await?.reply,
            Contender::Pydantic | Contender::PydanticNative => {
                self.pydantic(contender.queue(), id).await?
            }
        };
        match reply == REPLY {
            true => Ok(()),
            false => Err(format!("{} answered `{reply}`", contender.title()).into()),
        }
    }

    async fn flock<F: Flock<Input: From<String>>>(&self, id: &str) -> Result<F::Output> {
        let run = self.runtime.start::<F>(QUESTION.to_owned()).id(id);
        Ok(run.await?.result().await?)
    }

    async fn pydantic(&self, queue: &str, id: &str) -> Result<String> {
        let metadata = [("encoding".to_owned(), b"json/plain".to_vec())];
        let question = Payload {
            metadata: metadata.into(),
            data: serde_json::to_vec(QUESTION)?,
            ..Default::default()
        };
        let (question, options) = (
            RawValue::new(vec![question]),
            WorkflowStartOptions::new(queue, id).build(),
        );
        let run = self
            .client
            .start_workflow(UntypedWorkflow::new("help"), question, options)
            .await?;
        let answer = run.get_result(Default::default()).await?;
        let answer = answer.payloads.first().ok_or("a run without a result")?;
        let answer: Value = serde_json::from_slice(&answer.data)?;
        Ok(answer["reply"].as_str().unwrap_or_default().to_owned())
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
    let options = ConnectOptions::default().address(address).only_these();
    Ok(Runtime::builder().connect(options).await?)
}
