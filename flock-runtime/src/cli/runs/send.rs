//! `signal`, `query` and `update`: what a running flock is told and asked.

use clap::{Args, builder::NonEmptyStringValueParser};
use schemars::Schema;
use serde_json::{Map, Value, json};

use super::{
    input::{self, InputArgs},
    outcome,
};
use crate::{
    cli::{
        exit::{Exit, Fault},
        program::{self, Program, print},
        render::show,
        serve::connect::{self, Connection},
    },
    engine::{RunDescription, RunId},
    error::RunError,
    flock::{
        approval::request::AnswerMessage,
        handler::{ANSWER, HandlerKind, STATUS},
        registry::Registry,
    },
    runtime::Runtime,
    value::payload::Payload,
};

#[derive(Debug, Args)]
pub(crate) struct Send {
    /// The workflow id
    #[arg(value_name = "RUN", value_parser = NonEmptyStringValueParser::new())]
    id: String,

    /// The name of the signal, query or update; `describe FLOCK` lists them
    name: String,

    /// One run of it, where there were several; the latest when left out
    #[arg(long, value_name = "ID")]
    run_id: Option<String>,

    #[command(flatten)]
    input: InputArgs,

    #[command(flatten)]
    connection: Connection,
}

/// What is to be sent, and where.
struct Prepared {
    runtime: Runtime,
    run: RunDescription,
    message: Payload,
}

impl Send {
    /// Tells the run something.
    pub(crate) async fn signal(self, program: Program) -> Result<Exit, Fault> {
        let json = program.json;
        let ready = self.prepare(program, HandlerKind::Signal).await?;
        let (engine, id) = (ready.runtime.engine(), &ready.run.id);
        let told = engine.signal(id, &self.name, ready.message).await;
        told.map_err(refused)?;
        print(json, &self.document(id, "signal"), || {
            format!("{id} was told `{}`", self.name)
        });
        Ok(Exit::Done)
    }

    /// Asks the run something.
    pub(crate) async fn query(self, program: Program) -> Result<Exit, Fault> {
        let json = program.json;
        let ready = self.prepare(program, HandlerKind::Query).await?;
        let (engine, id) = (ready.runtime.engine(), &ready.run.id);
        let answer = engine.query(id, &self.name, ready.message);
        let answer = answered(&ready.runtime, &self.connection, id, answer).await?;
        self.tell(json, id, "query", &answer)
    }

    /// Changes the run.
    pub(crate) async fn update(self, program: Program) -> Result<Exit, Fault> {
        let json = program.json;
        let ready = self.prepare(program, HandlerKind::Update).await?;
        let (engine, id) = (ready.runtime.engine(), &ready.run.id);
        let answer = engine.update(id, &self.name, ready.message);
        let answer = answered(&ready.runtime, &self.connection, id, answer).await?;
        self.tell(json, id, "update", &answer)
    }

    async fn prepare(&self, program: Program, kind: HandlerKind) -> Result<Prepared, Fault> {
        let runtime = connect::connect(program.builder, &self.connection).await?;
        let id = RunId {
            workflow_id: self.id.clone(),
            run_id: self.run_id.clone().unwrap_or_default(),
        };
        let mut run = runtime.engine().describe(&id).await?;
        // Without a run id, the latest run gets it, whichever that is by then.
        run.id = id;
        let schema = find(runtime.registry(), &run.flock, kind, &self.name)?;
        let of = format!("{} `{}`", kind.as_str(), self.name);
        let message = input::message(&of, schema, &self.input)?;
        Ok(Prepared {
            runtime,
            run,
            message,
        })
    }

    fn document(&self, run: &RunId, kind: &str) -> Map<String, Value> {
        let fields = [
            ("workflow_id", &run.workflow_id),
            ("run_id", &run.run_id),
            (kind, &self.name),
        ];
        fields
            .into_iter()
            .map(|(key, value)| (key.to_owned(), json!(value)))
            .collect()
    }

    fn tell(&self, json: bool, run: &RunId, kind: &str, answer: &Payload) -> Result<Exit, Fault> {
        let answer: Value = answer.decode()?;
        let mut document = self.document(run, kind);
        document.insert("answer".into(), answer.clone());
        print(json, &document, || match &answer {
            Value::Null => format!("{run} has taken `{}`", self.name),
            answer => show::result(answer),
        });
        Ok(Exit::Done)
    }
}

/// The answer of a run, unless there is no worker to give it.
pub(crate) async fn answered<T>(
    runtime: &Runtime,
    connection: &Connection,
    run: &RunId,
    answer: impl Future<Output = Result<T, RunError>>,
) -> Result<T, Fault> {
    tokio::select! {
        answer = answer => answer.map_err(refused),
        fault = connect::unanswered(runtime, connection, run) => Err(fault),
        signal = outcome::interrupted() => {
            let message = format!("{signal}: it may have been sent all the same");
            Err(Fault::new(signal.exit(), message))
        }
    }
}

fn refused(error: RunError) -> Fault {
    match error {
        // It was not sent.
        RunError::Failed(failure) if failure.type_name == "TooLarge" => {
            Fault::usage(failure.to_string())
        }
        error => error.into(),
    }
}

/// The schema of a message; none where this program does not know it and cannot say it is wrong.
fn find(
    registry: &Registry,
    flock: &str,
    kind: HandlerKind,
    name: &str,
) -> Result<Option<Schema>, Fault> {
    // A flock of another program takes what that program says.
    let Some(entry) = registry.flock(flock) else {
        return Ok(None);
    };
    let mut handlers = entry.handlers.iter();
    if let Some(handler) = handlers.find(|handler| handler.kind == kind && handler.name == name) {
        return Ok(Some((handler.input_schema)()));
    }
    let mut known: Vec<&str> = entry
        .handlers
        .iter()
        .filter(|handler| handler.kind == kind)
        .map(|handler| handler.name)
        .collect();
    match kind {
        HandlerKind::Query if name == STATUS => return Ok(Some(schemars::schema_for!(()))),
        HandlerKind::Query => known.push(STATUS),
        HandlerKind::Update if name == ANSWER => {
            return Ok(Some(schemars::schema_for!(AnswerMessage)));
        }
        HandlerKind::Update => known.push(ANSWER),
        HandlerKind::Signal => {
            let named = || registry.signals().filter(|signal| signal.name == name);
            match (named().next(), named().nth(1)) {
                (Some(one), None) => return Ok(Some((one.input_schema)())),
                // Which of them the flock waits for is not known here.
                (Some(_), Some(_)) => return Ok(None),
                (None, _) => known.extend(registry.signals().map(|signal| signal.name)),
            }
        }
    }
    let what = format!("{} of flock `{flock}`", kind.as_str());
    let near = program::nearest(name, &known)
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let there = match known.as_slice() {
        [] => "it takes none".to_owned(),
        known => format!("there are: {}", known.join(", ")),
    };
    Err(Fault::usage(format!(
        "there is no {what} named `{name}`{near}\n{there}"
    )))
}
