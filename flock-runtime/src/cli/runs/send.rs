//! `signal`, `query` and `update`: what a running flock is told and asked.

use clap::Args;
use schemars::Schema;
use serde_json::{Map, Value, json};

use super::input::{self, InputArgs};
use crate::{
    cli::{
        exit::{Exit, Fault},
        program,
        render::show,
        server::{RunArgs, Server, refused},
    },
    engine::RunId,
    flock::{
        approval::request::AnswerMessage,
        handler::{ANSWER, HandlerKind, STATUS},
        registry::Registry,
    },
    value::payload::Payload,
};

#[derive(Debug, Args)]
pub(crate) struct Send {
    #[command(flatten)]
    run: RunArgs,

    /// The name of the signal, query or update; `describe FLOCK` lists them
    name: String,

    #[command(flatten)]
    input: InputArgs,
}

/// What is to be sent, and where.
struct Prepared {
    run: RunId,
    message: Payload,
}

impl Send {
    /// Tells the run something.
    pub(crate) async fn signal(self, server: &Server) -> Result<Exit, Fault> {
        let ready = self.prepare(server, HandlerKind::Signal).await?;
        let (engine, id) = (server.engine(), &ready.run);
        let told = engine.signal(id, &self.name, ready.message).await;
        told.map_err(refused)?;
        server.print(&self.document(id, "signal"), || {
            format!("{id} was told `{}`", self.name)
        });
        Ok(Exit::Done)
    }

    /// Asks the run something.
    pub(crate) async fn query(self, server: &Server) -> Result<Exit, Fault> {
        let ready = self.prepare(server, HandlerKind::Query).await?;
        let (engine, id) = (server.engine(), &ready.run);
        let answer = engine.query(id, &self.name, ready.message);
        let answer = server.answered(id, answer).await?;
        self.tell(server, id, "query", &answer)
    }

    /// Changes the run.
    pub(crate) async fn update(self, server: &Server) -> Result<Exit, Fault> {
        let ready = self.prepare(server, HandlerKind::Update).await?;
        let (engine, id) = (server.engine(), &ready.run);
        let answer = engine.update(id, &self.name, ready.message);
        let answer = server.answered(id, answer).await?;
        self.tell(server, id, "update", &answer)
    }

    async fn prepare(&self, server: &Server, kind: HandlerKind) -> Result<Prepared, Fault> {
        // Without a run id, the latest run gets it, whichever that is by then.
        let run = self.run.run();
        let flock = server.engine().describe(&run).await?.flock;
        let schema = find(server.runtime.registry(), &flock, kind, &self.name)?;
        let of = format!("{} `{}`", kind.as_str(), self.name);
        let message = input::message(&of, schema, &self.input)?;
        Ok(Prepared { run, message })
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

    fn tell(
        &self,
        server: &Server,
        run: &RunId,
        kind: &str,
        answer: &Payload,
    ) -> Result<Exit, Fault> {
        let answer: Value = answer.decode()?;
        let mut document = self.document(run, kind);
        document.insert("answer".into(), answer.clone());
        server.print(&document, || match &answer {
            Value::Null => format!("{run} has taken `{}`", self.name),
            answer => show::result(answer),
        });
        Ok(Exit::Done)
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
