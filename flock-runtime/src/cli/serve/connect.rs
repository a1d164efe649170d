//! The Temporal engine, as the commands use it: connection flags, workers, waiting for one.

use std::{future::Future, path::PathBuf, pin::pin, time::Duration};

use clap::{Args, builder::NonEmptyStringValueParser};

use crate::{
    cli::{
        exit::{Exit, Fault},
        render::show,
        runs::outcome,
    },
    config::Config,
    engine::{
        RunId, Unserved, UnservedReason,
        temporal::{ConnectOptions, ConnectionSetting, Worker},
    },
    error::{RunError, word},
    runtime::{Runtime, RuntimeBuilder, waiting},
};

/// A worker that stops sooner has nothing at work.
const SOON: Duration = Duration::from_secs(1);

/// How long `run` waits for a worker before it gives up.
pub(crate) const PATIENCE: Duration = waiting::PATIENCE;

/// Where Temporal is. What is not given here comes from the standard variables (`TEMPORAL_ADDRESS`,
/// `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`), `flock.toml` `[temporal]` and
/// `temporal.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Connection to Temporal")]
pub(crate) struct Connection {
    /// Host and port [default: TEMPORAL_ADDRESS, else flock.toml, else localhost:7233]
    #[arg(long, visible_alias = "server", value_name = "HOST:PORT")]
    address: Option<String>,

    /// Namespace [default: TEMPORAL_NAMESPACE, else `default`]
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,

    /// Profile of the configuration file [default: TEMPORAL_PROFILE, else `default`]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Temporal's configuration file [default: TEMPORAL_CONFIG_FILE, else the user's temporal.toml]
    #[arg(long, value_name = "FILE")]
    config_file: Option<PathBuf>,

    /// API key; better in TEMPORAL_API_KEY, where other users of this machine cannot see it
    #[arg(long, value_name = "KEY", hide_default_value = true)]
    api_key: Option<String>,

    /// Use TLS, or not; on by itself with an API key or a certificate
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    tls: Option<bool>,

    /// The certificate of the server's authority (PEM)
    #[arg(long, value_name = "FILE")]
    tls_ca_path: Option<PathBuf>,

    /// The name that the server's certificate must have
    #[arg(long, value_name = "NAME")]
    tls_server_name: Option<String>,

    /// The certificate of this program (PEM), for mutual TLS
    #[arg(long, value_name = "FILE", requires = "tls_key_path")]
    tls_cert_path: Option<PathBuf>,

    /// The key of that certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert_path")]
    tls_key_path: Option<PathBuf>,

    /// To a server of our own nothing else leads.
    #[arg(skip)]
    only_these: bool,
}

impl Connection {
    /// Whether any flag was given.
    pub(crate) fn is_given(&self) -> bool {
        *self != Self::default()
    }

    /// The connection to the server that `dev` started.
    #[cfg(feature = "dev-server")]
    pub(crate) fn to(address: String) -> Self {
        Self {
            address: Some(address),
            only_these: true,
            ..Self::default()
        }
    }

    /// The flags that lead a second command to the same server. Secrets are left to their variables.
    fn flags(&self) -> String {
        let file = self
            .config_file
            .as_ref()
            .map(|file| file.display().to_string());
        let flags = [
            ("address", &self.address),
            ("namespace", &self.namespace),
            ("profile", &self.profile),
            ("config-file", &file),
        ];
        let given = flags.into_iter().filter_map(|(flag, value)| {
            let value = word(value.as_ref()?);
            Some(format!(" --{flag} {value}"))
        });
        given.collect()
    }

    fn options(&self) -> ConnectOptions {
        ConnectOptions {
            address: self.address.clone(),
            namespace: self.namespace.clone(),
            profile: self.profile.clone(),
            config_file: self.config_file.clone(),
            api_key: self.api_key.clone(),
            identity: None,
            tls: self.tls,
            tls_server_ca: self.tls_ca_path.clone(),
            tls_server_name: self.tls_server_name.clone(),
            tls_client_cert: self.tls_cert_path.clone(),
            tls_client_key: self.tls_key_path.clone(),
            only_these: self.only_these,
        }
    }

    /// What the engine would connect with, each with its source, without secrets.
    pub(crate) fn effective(&self, config: &Config) -> Result<Vec<ConnectionSetting>, Fault> {
        Ok(self.options().settings(config)?)
    }
}

/// A runtime on the Temporal engine.
pub(crate) async fn connect(
    builder: RuntimeBuilder,
    connection: &Connection,
) -> Result<Runtime, Fault> {
    Ok(builder.connect(connection.options()).await?)
}

/// A worker of this runtime, for all its queues.
pub(crate) fn worker(runtime: &Runtime) -> Worker {
    runtime.worker()
}

/// A worker for all queues of this program, and for `extra`.
pub(crate) async fn worker_with(runtime: &Runtime, extra: Option<&str>) -> Result<Worker, Fault> {
    let mut worker = worker(runtime);
    if let Some(extra) = extra {
        // Naming one queue leaves out the others.
        for queue in task_queues(runtime).await? {
            worker = worker.task_queue(queue);
        }
        worker = worker.task_queue(extra);
    }
    Ok(worker)
}

/// The queues that this program names.
pub(crate) async fn task_queues(runtime: &Runtime) -> Result<Vec<String>, Fault> {
    let health = runtime.engine().health().await?;
    Ok(health.queues.into_iter().map(|queue| queue.name).collect())
}

/// Serves runs with `worker` as long as `work` lasts, then lets it finish what it has begun, unless a
/// signal comes.
pub(crate) async fn serve_during(
    worker: Worker,
    work: impl Future<Output = Result<Exit, Fault>>,
) -> Result<Exit, Fault> {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = async {
        // Dropping the sender counts as well.
        let _ = stopped.await;
    };
    let mut serving = pin!(worker.run(shutdown));
    let done = tokio::select! {
        done = work => done,
        died = &mut serving => return Err(match died {
            Ok(()) => Fault::new(Exit::Failed, "the worker stopped before the run ended"),
            Err(error) => error.into(),
        }),
    };
    drop(stop);
    // It was told to end, not the run: that it takes a while must be known at once.
    let quiet = match &done {
        Err(fault) if fault.exit().is_signal() => Duration::ZERO,
        _ => SOON,
    };
    let waiting = async {
        tokio::time::sleep(quiet).await;
        show::note("stopping: agents at work here may finish; Ctrl-C ends at once");
        outcome::interrupted().await
    };
    tokio::select! {
        served = serving => {
            let exit = done?;
            served?;
            Ok(exit)
        }
        // What is left to say has been said, or is said by the fault.
        _ = waiting => done,
    }
}

/// Says what waits for a worker, and the very command that has it served.
pub(crate) fn tell(connection: &Connection) -> impl Fn(&Unserved) {
    move |one| show::note(&sentence(connection, one))
}

/// Ends when a run has certainly waited in vain for `patience`; tells what it waits for meanwhile.
pub(crate) async fn unserved(
    runtime: &Runtime,
    connection: &Connection,
    run: &RunId,
    patience: Option<Duration>,
) -> Fault {
    let ended = waiting::unserved(runtime.engine(), run, patience, tell(connection)).await;
    fault(connection, ended)
}

/// The same for an answer of a run.
pub(crate) async fn unanswered(runtime: &Runtime, connection: &Connection, run: &RunId) -> Fault {
    let (engine, patience) = (runtime.engine(), waiting::PATIENCE);
    let ended = waiting::unanswered(engine, run, patience, tell(connection)).await;
    fault(connection, ended)
}

fn fault(connection: &Connection, error: RunError) -> Fault {
    match &error {
        RunError::NoWorker(one) => Fault::new(Exit::Unreachable, sentence(connection, one)),
        _ => error.into(),
    }
}

/// What there is to say about what waits.
pub(crate) fn sentence(connection: &Connection, one: &Unserved) -> String {
    let (name, command) = (crate::cli::args::program_name(), one.command());
    let help = match one.reason {
        UnservedReason::TaskFailed { .. } => "another worker may take it",
        _ => "to have it served",
    };
    format!("{one}\n  {help}: {name} {command}{}", connection.flags())
}

/// The waiting ends here; the run does not.
pub(crate) fn goes_on(run: &RunId, exit: Exit, reason: &str) -> Fault {
    let name = crate::cli::args::program_name();
    outcome::left(
        run,
        exit,
        format!(
            "{reason}: the run goes on\n  result: {name} result {run}\n  cancel: {name} cancel {run}"
        ),
    )
}

/// The arguments that name a run.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The workflow id
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    id: String,

    /// One run of it, where there were several; the latest when left out
    #[arg(long, value_name = "ID")]
    run_id: Option<String>,

    #[command(flatten)]
    pub(crate) connection: Connection,
}

impl RunArgs {
    pub(crate) fn run(&self) -> RunId {
        RunId {
            workflow_id: self.id.clone(),
            run_id: self.run_id.clone().unwrap_or_default(),
        }
    }
}
