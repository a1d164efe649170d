//! `run`: start a flock, show its steps, print its result.

use std::{collections::BTreeMap, pin::pin, time::Duration};

use clap::{
    Args, ValueEnum,
    builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser},
};
use futures_util::{FutureExt, future::FusedFuture};
use serde_json::Value;

use super::{
    answer_here::Attendant,
    input::{self, InputArgs},
    outcome,
};
#[cfg(feature = "temporal")]
use crate::cli::server::Connection;
use crate::{
    cli::{
        exit::{Exit, Fault},
        program::{Program, find_flock},
        render::{
            progress::{self, Looks},
            show,
        },
    },
    config,
    declare::id_policy::{IdConflict, IdReuse},
    engine::{Engine, RunId, StartOptions},
    error::RunError,
    flock::{entry::FlockEntry, search},
    runtime::Runtime,
    telemetry::trace,
    value::{duration, payload::Payload},
};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  {bin} run research --input topic=\"Temporal\"
  {bin} run research --input text=@notes.txt --input depth=2 --json
  echo '{\"topic\": \"Temporal\"}' | {bin} run research --input-json -

In this process, Ctrl-C cancels the run. On Temporal it goes on; only the waiting ends.

What a flock in this process asks of people, it asks you: a line each, y or n or an option, then a
comment if you like. Lines may be piped: `echo \"y fine\" | {bin} run publish`. On Temporal anybody
answers, with `approve` and `reject`.")]
pub(crate) struct Run {
    /// The flock's name
    flock: String,

    #[command(flatten)]
    input: InputArgs,

    #[command(flatten)]
    start: StartArgs,

    /// Where it runs: in this process, or on Temporal [default: flock.toml's `engine`, else local]
    #[arg(long, value_enum, value_name = "ENGINE")]
    engine: Option<EngineName>,

    /// Wait for the result no longer than this, such as `90s` or `5m`
    #[arg(long, value_parser = duration::parse, value_name = "DURATION")]
    timeout: Option<Duration>,

    /// In this process: approve whatever the flock asks, in place of asking you
    #[arg(long, short)]
    yes: bool,

    /// Tell what agents say while they are at work where stderr is no terminal too; with `--json` as events
    #[arg(long)]
    stream: bool,

    /// On Temporal: serve the run from this process too, as long as it lasts
    #[cfg(feature = "temporal")]
    #[arg(long)]
    with_worker: bool,

    /// On Temporal: wait for a worker however long it takes, not just 10 seconds
    #[cfg(feature = "temporal")]
    #[arg(long)]
    wait: bool,

    #[cfg(feature = "temporal")]
    #[command(flatten)]
    connection: Connection,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineName {
    /// In this process, in memory
    Local,
    /// On a Temporal server
    #[cfg(feature = "temporal")]
    Temporal,
}

/// How a run is started: the same for `run` and `start`.
#[derive(Debug, Args)]
pub(crate) struct StartArgs {
    /// The workflow id: only one run at a time can have it. Random when left out
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    id: Option<String>,

    /// Whether the id of a run that has ended may be used again [default: what the flock says]
    #[arg(long, value_parser = words(IdReuse::ALL, IdReuse::as_str), value_name = "POLICY")]
    id_reuse: Option<IdReuse>,

    /// What happens when a run of the id is going on
    #[arg(long, default_value = "fail", value_parser = words(IdConflict::ALL, IdConflict::as_str), value_name = "POLICY")]
    id_conflict: IdConflict,

    /// A search attribute that the flock declares; may be repeated. A list is written with commas
    #[arg(long, value_parser = pair, value_name = "KEY=VALUE")]
    search: Vec<(String, String)>,

    /// A key and a value to keep with the run; may be repeated. No secrets
    #[arg(long, value_parser = input::pair, value_name = "KEY=VALUE")]
    memo: Vec<(String, Value)>,

    /// Ties runs of one conversation together
    #[arg(long, value_name = "ID")]
    session: Option<String>,

    /// The queue to start on, in place of the flock's
    #[arg(long, value_name = "QUEUE", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) task_queue: Option<String>,

    /// What the run is part of, in a trace (W3C) [default: `TRACEPARENT`]
    #[arg(long, value_name = "TRACEPARENT")]
    traceparent: Option<String>,
}

impl StartArgs {
    /// The same for the engine.
    ///
    /// # Errors
    /// When the flock declares no such search attribute, or of another type.
    pub(crate) fn options(&self, flock: &FlockEntry) -> Result<StartOptions, Fault> {
        let mut search_attributes = BTreeMap::new();
        for (name, text) in &self.search {
            let attribute = search::declared(flock.descriptor, name);
            let value = attribute.and_then(|attribute| attribute.kind.read(text));
            let value = value.map_err(|error| Fault::usage(error.message()))?;
            search_attributes.insert(name.clone(), value);
        }
        Ok(StartOptions {
            search_attributes,
            id_reuse: self.id_reuse,
            id_conflict: self.id_conflict,
            workflow_id: self.id.clone(),
            memo: self.memo.iter().cloned().collect::<BTreeMap<_, _>>(),
            session_id: self.session.clone(),
            task_queue: self.task_queue.clone(),
            traceparent: self.traceparent.clone().or_else(trace::of_environment),
            ..StartOptions::default()
        })
    }
}

/// Reads one of a few words.
fn words<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    word: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let all = all.iter().copied();
    PossibleValuesParser::new(all.clone().map(word)).try_map(move |said| {
        all.clone()
            .find(|one| word(*one) == said)
            .ok_or("no such word")
    })
}

/// Starts a run.
pub(crate) async fn begin(
    runtime: &Runtime,
    flock: &'static FlockEntry,
    input: Payload,
    options: StartOptions,
) -> Result<RunId, Fault> {
    let started = runtime.start_entry(flock, input, options).await;
    started.map_err(|error| match error {
        // Nothing has run yet: it is what was given.
        RunError::Failed(failure) => Fault::usage(failure.to_string()),
        error => error.into(),
    })
}

/// Asks a run to end, which it may have done by itself meanwhile.
async fn ask_to_end(engine: &dyn Engine, run: &RunId, reason: &str) -> Result<(), Fault> {
    match engine.cancel(run, reason).await {
        Ok(()) | Err(RunError::Ended(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

impl Run {
    /// Whether it has a worker in this process.
    pub(crate) fn serves(&self) -> bool {
        #[cfg(feature = "temporal")]
        return self.with_worker;
        #[cfg(not(feature = "temporal"))]
        false
    }

    fn looks(&self, json: bool) -> Looks {
        let stream = self.stream;
        Looks { json, stream }
    }

    pub(crate) async fn execute(self, mut program: Program) -> Result<Exit, Fault> {
        let configured = program.builder.configuration()?.engine;
        #[cfg(not(feature = "temporal"))]
        if self.engine.is_none() && configured == Some(config::EngineName::Temporal) {
            return Err(Fault::usage(
                "flock.toml says `engine = \"temporal\"`, and this program was built without the feature `temporal`: add `--engine local`, or build it with that feature",
            ));
        }
        #[cfg(feature = "temporal")]
        {
            let on_temporal = match self.engine {
                Some(engine) => engine == EngineName::Temporal,
                None => configured == Some(config::EngineName::Temporal),
            };
            if on_temporal {
                if self.yes {
                    return Err(Fault::usage(
                        "`--yes` is for runs in this process: on Temporal, answer with `approve`",
                    ));
                }
                return self.on_temporal(program).await;
            }
            let flags = [
                (self.connection.is_given(), "a connection flag"),
                (self.with_worker, "`--with-worker`"),
                (self.wait, "`--wait`"),
            ];
            if let Some((_, flag)) = flags.into_iter().find(|(given, _)| *given) {
                return Err(Fault::usage(format!(
                    "{flag} is for runs on Temporal: add `--engine temporal`"
                )));
            }
        }
        self.here(program).await
    }

    async fn here(self, program: Program) -> Result<Exit, Fault> {
        let json = program.json;
        let looks = self.looks(json);
        let runtime = program.builder.build()?;
        let flock = find_flock(runtime.registry(), &self.flock)?;
        let input = input::read(flock, &self.input)?;
        let mut options = self.start.options(flock)?;
        options.streamed = looks.has_words();
        // Once it has begun, it is not to end without a word, whatever comes after the first signal too.
        let (interrupted, again) = (outcome::interrupted(), outcome::interrupted());
        let run = begin(&runtime, flock, input, options).await?;
        let engine = runtime.engine();
        let mut following = pin!(progress::follow(engine, &run, looks));
        let asking = Attendant::new(&runtime, &run, self.yes);
        let mut asking = pin!(asking.attend().fuse());
        let (exit, reason) = tokio::select! {
            ended = &mut following => {
                // What was answered is told before what became of it.
                if !asking.is_terminated() {
                    let _ = asking.await;
                }
                return outcome::ended(json, &run, ended);
            }
            Err(fault) = &mut asking => {
                ask_to_end(engine, &run, "nobody to ask").await?;
                // How it ends is no news: what was missing is.
                tokio::select! {
                    _ = following => {}
                    _ = again => {}
                }
                return Err(fault);
            }
            signal = interrupted => (signal.exit(), signal.to_string()),
            limit = outcome::limit(self.timeout) => {
                (Exit::Ended, format!("no result within {}", duration::display(limit)))
            }
        };
        show::note(&format!(
            "{reason}: cancelling the run; Ctrl-C ends it at once"
        ));
        ask_to_end(engine, &run, &reason).await?;
        tokio::select! {
            ended = following => outcome::ended(json, &run, ended)
                .map(|_| exit)
                .map_err(|fault| fault.with_exit(exit)),
            signal = again => {
                Err(outcome::left(&run, signal.exit(), "ended before the run was".into()))
            }
        }
    }

    #[cfg(feature = "temporal")]
    async fn on_temporal(self, program: Program) -> Result<Exit, Fault> {
        use crate::cli::{
            render::status as told,
            serve::beside,
            server::{PATIENCE, Server},
        };

        let json = program.json;
        let looks = self.looks(json);
        let server = Server::connect(program, self.connection).await?;
        let runtime = &server.runtime;
        let flock = find_flock(runtime.registry(), &self.flock)?;
        let input = input::read(flock, &self.input)?;
        let worker = match self.with_worker {
            true => Some(runtime.worker().besides(self.start.task_queue.as_deref())),
            false => None,
        };
        let options = self.start.options(flock)?;
        // Once it has begun, it is not to be left without a word.
        let interrupted = outcome::interrupted();
        let run = begin(runtime, flock, input, options).await?;
        if !json {
            show::note(&format!("started {run}"));
        }
        // A worker of its own may take a while to begin.
        let patience = match self.wait || worker.is_some() {
            true => None,
            false => Some(PATIENCE),
        };
        let waiting = async {
            // Only code asks people, or shows a state.
            let telling = async {
                match !json && flock.descriptor.graph.is_empty() {
                    true => told::watch(runtime, &run, json).await,
                    false => std::future::pending().await,
                }
            };
            tokio::select! {
                ended = progress::follow(runtime.engine(), &run, looks) => {
                    outcome::ended(json, &run, ended)
                }
                never = telling => match never {},
                fault = server.unserved(&run, patience) => {
                    let message = format!("{run} waits for a worker: {}", fault.message());
                    Err(outcome::left(&run, fault.exit(), message))
                }
                signal = interrupted => {
                    Err(outcome::goes_on(&run, signal.exit(), &signal.to_string()))
                }
                limit = outcome::limit(self.timeout) => {
                    let reason = format!("no result within {}", duration::display(limit));
                    Err(outcome::goes_on(&run, Exit::Ended, &reason))
                }
            }
        };
        match worker {
            None => waiting.await,
            Some(worker) => beside::serve_during(worker, waiting).await,
        }
    }
}
