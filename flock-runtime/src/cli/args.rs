//! The command line as clap reads it.

use std::ffi::OsString;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use super::{
    catalog::{
        agents::Agents, compat::Compat, config::Config, describe::Describe, flocks::Flocks,
        graph::Graph, prompt::Prompt,
    },
    exit::{self, Exit, Fault},
    lacking,
    program::Program,
    render::logging::LogFormat,
    runs::run::Run,
    schema::Document,
    welcome::welcome,
};
#[cfg(feature = "temporal")]
use super::{
    runs::{
        approvals::{Approvals, Approve, Extend, Reject, Resolve},
        decode::Decode,
        end::End,
        history::{Record, ShowHistory},
        list::List,
        replay::Replay,
        reset::Reset,
        result::Result as Outcome,
        send::Send,
        start::Start,
        status::Status,
    },
    serve::{
        codec_server::ServeCodec, deployments::Deployments, health::Health, payloads::Payloads,
        schedules::SchedulesArgs, worker::Worker,
    },
    server::OnServer,
};
use crate::flock::registry::Registry;

/// Agents and flocks: run them in this process, or serve and steer them on Temporal
#[derive(Debug, Parser)]
#[command(
    after_help = exit::HELP,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Args)]
pub(super) struct Global {
    /// Print one JSON document to stdout instead of text
    #[arg(long, global = true)]
    pub(super) json: bool,

    /// How log lines on stderr look; `FLOCK_LOG` or `RUST_LOG` say which
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    pub(super) log_format: LogFormat,
}

/// `{bin}` in examples becomes the program's name.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run a flock and print its result
    Run(Run),
    /// Start a flock on Temporal and print its id, without waiting
    #[cfg(feature = "temporal")]
    Start(OnServer<Start>),
    /// Wait for the result of a run on Temporal and print it
    #[cfg(feature = "temporal")]
    Result(OnServer<Outcome>),
    /// Serve this program's flocks and agents from Temporal
    #[cfg(feature = "temporal")]
    Worker(Worker),
    /// Serve this program's flocks as tools of MCP clients
    #[cfg(feature = "mcp")]
    McpServe(super::serve::mcp::McpServe),
    /// Start a local Temporal server with its Web UI, and a worker
    #[cfg(feature = "dev-server")]
    Dev(super::serve::dev::Dev),
    /// List the agents of this program
    Agents(Agents),
    /// List the flocks of this program
    Flocks(Flocks),
    /// Show an agent, a flock or a run in full, each option with the place it comes from
    Describe(Describe),
    /// Show what a model would be asked: the words, the tools, and the form of the answer
    Prompt(Prompt),
    /// Compare this program with an older build: could running flocks trip over a change?
    Compat(Compat),
    /// Draw a flock as a Mermaid diagram
    Graph(Graph),
    /// List the newest runs on Temporal, or those that do not go on by themselves
    #[cfg(feature = "temporal")]
    List(OnServer<List>),
    /// Show where a run on Temporal stands
    #[cfg(feature = "temporal")]
    Status(OnServer<Status>),
    /// Tell a run on Temporal something, without an answer
    #[cfg(feature = "temporal")]
    #[command(after_help = "\
Examples:
  {bin} signal draft-42 approve --input by=ann
  echo '{\"by\": \"ann\"}' | {bin} signal draft-42 approve --input-json -")]
    Signal(OnServer<Send>),
    /// Ask a run on Temporal something and print its answer
    #[cfg(feature = "temporal")]
    #[command(after_help = "\
Examples:
  {bin} query draft-42 text
  {bin} query draft-42 word --input number=3 --json
  {bin} query draft-42 status    # every flock answers this one")]
    Query(OnServer<Send>),
    /// Change a run on Temporal and print its answer
    #[cfg(feature = "temporal")]
    #[command(after_help = "\
Examples:
  {bin} update draft-42 edit --input text=@draft.txt
  {bin} update draft-42 answer --input id=grade-1 --input answer='{\"stars\": 3}'")]
    Update(OnServer<Send>),
    /// List what running flocks on Temporal ask of people
    #[cfg(feature = "temporal")]
    Approvals(OnServer<Approvals>),
    /// Approve what a run on Temporal asks
    #[cfg(feature = "temporal")]
    Approve(OnServer<Approve>),
    /// Reject what a run on Temporal asks
    #[cfg(feature = "temporal")]
    Reject(OnServer<Reject>),
    /// Say what has become of a step that was begun and never ended
    #[cfg(feature = "temporal")]
    Resolve(OnServer<Resolve>),
    /// Extend the budget of a run that waits for more
    #[cfg(feature = "temporal")]
    Extend(OnServer<Extend>),
    /// Ask a run on Temporal to end; it may clean up first
    #[cfg(feature = "temporal")]
    #[command(after_help = "\
Examples:
  {bin} cancel research-42 --reason \"wrong topic\"
  {bin} cancel --query 'session_id = \"s-42\"'
  {bin} cancel --query 'WorkflowType = \"research\"' --limit 100 --rate 10 --yes --json")]
    Cancel(OnServer<End>),
    /// End a run on Temporal at once
    #[cfg(feature = "temporal")]
    #[command(after_help = "\
Examples:
  {bin} terminate research-42 --reason \"stuck\"
  {bin} terminate --query 'WorkflowType = \"research\" AND StartTime < \"2026-01-01T00:00:00Z\"'")]
    Terminate(OnServer<End>),
    /// Have a run on Temporal go back to a step, and do again what came after
    #[cfg(feature = "temporal")]
    Reset(OnServer<Reset>),
    /// Show a Worker Deployment, and say which of its builds gets new runs
    #[cfg(feature = "temporal")]
    Deployments(Deployments),
    /// Show what happened in a run on Temporal, step by step
    #[cfg(feature = "temporal")]
    History(OnServer<ShowHistory>),
    /// Save the history of a run on Temporal, to be replayed
    #[cfg(feature = "temporal")]
    Record(OnServer<Record>),
    /// Check that the flocks of this program still repeat what runs did
    #[cfg(feature = "temporal")]
    Replay(Replay),
    /// Show a saved history with its values as they were before they were encrypted
    #[cfg(feature = "temporal")]
    Decode(Decode),
    /// Encode and decode values for Temporal's Web UI and command line
    #[cfg(feature = "temporal")]
    CodecServer(ServeCodec),
    /// Remove what nothing refers to any more from the store of large values
    #[cfg(feature = "temporal")]
    Payloads(Payloads),
    /// Show and steer what starts by itself on Temporal
    #[cfg(feature = "temporal")]
    Schedules(SchedulesArgs),
    /// Check the connection to Temporal
    #[cfg(feature = "temporal")]
    Health(OnServer<Health>),
    /// Write the files by which this program is deployed
    #[cfg(feature = "deploy")]
    Deploy(super::deploy::Deploy),
    /// Show the configuration in force, secrets as set or unset
    Config(Config),
}

impl Cli {
    /// Reads the arguments, of which the first is the program.
    pub(super) fn read(
        args: impl Iterator<Item = OsString>,
        version: Option<&'static str>,
    ) -> Result<Self, clap::Error> {
        let matches = command(&program_name(), version).try_get_matches_from(args);
        Self::from_arg_matches(&matches.map_err(lacking::named)?)
    }
}

/// What is said in place of a command.
pub(super) struct Said(pub(super) String, pub(super) Exit);

/// What was called, where no command was given: the only flock, when it needs no input.
///
/// # Errors
/// What to say where there is no such flock.
pub(super) fn meant(mut args: Vec<OsString>) -> Result<Vec<OsString>, Said> {
    if args.len() >= 2 {
        return Ok(args);
    }
    let registry = Registry::collect().map_err(|error| Said(error.to_string(), Exit::Usage))?;
    match only_flock(&registry) {
        Some(flock) => args.extend(["run".into(), flock.into()]),
        None => return Err(Said(welcome(&registry), Exit::Done)),
    }
    Ok(args)
}

/// The flock that is meant when nothing is said: the only one, when it needs no input.
fn only_flock(registry: &Registry) -> Option<&'static str> {
    let mut flocks = registry.flocks();
    let flock = flocks.next().filter(|_| flocks.next().is_none())?;
    let input = Document::new((flock.input_schema)());
    let needs = input.properties().iter().any(|property| property.required);
    (input.unsaid().is_some() && !needs).then_some(flock.descriptor.name)
}

/// The name the program was called by.
pub(super) fn program_name() -> String {
    let path = std::env::args_os().next().map(std::path::PathBuf::from);
    let name = path.and_then(|path| Some(path.file_stem()?.to_string_lossy().into_owned()));
    name.unwrap_or_else(|| "flock".into())
}

fn command(name: &str, version: Option<&'static str>) -> clap::Command {
    let command = Cli::command().name(name.to_owned()).bin_name(name);
    let command = match version {
        Some(version) => command.version(version),
        None => command,
    };
    command.mut_subcommands(|sub| {
        let help = sub
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        sub.after_help(help.replace("{bin}", name))
    })
}

impl Command {
    /// Whether it runs until it is told to stop.
    pub(super) fn is_service(&self) -> bool {
        match self {
            #[cfg(feature = "temporal")]
            Self::Worker(_) | Self::CodecServer(_) => true,
            #[cfg(feature = "dev-server")]
            Self::Dev(_) => true,
            #[cfg(feature = "mcp")]
            Self::McpServe(_) => true,
            _ => false,
        }
    }

    /// Whether it may have a worker in this process.
    pub(super) fn serves(&self) -> bool {
        match self {
            Self::Run(run) => run.serves(),
            command => command.is_service(),
        }
    }

    pub(super) async fn execute(self, program: Program) -> Result<Exit, Fault> {
        match self {
            Self::Run(run) => run.execute(program).await,
            #[cfg(feature = "temporal")]
            Self::Start(start) => start.run(program, Start::execute).await,
            #[cfg(feature = "temporal")]
            Self::Result(result) => result.run(program, Outcome::execute).await,
            #[cfg(feature = "temporal")]
            Self::Worker(worker) => worker.execute(program).await,
            #[cfg(feature = "mcp")]
            Self::McpServe(serve) => serve.execute(program).await,
            #[cfg(feature = "dev-server")]
            Self::Dev(dev) => dev.execute(program).await,
            Self::Agents(agents) => agents.execute(program),
            Self::Flocks(flocks) => flocks.execute(program),
            Self::Describe(describe) => describe.execute(program).await,
            Self::Prompt(prompt) => prompt.execute(program).await,
            Self::Compat(compat) => compat.execute(program),
            Self::Graph(graph) => graph.execute(program),
            #[cfg(feature = "temporal")]
            Self::List(list) => list.run(program, List::execute).await,
            #[cfg(feature = "temporal")]
            Self::Status(status) => status.run(program, Status::execute).await,
            #[cfg(feature = "temporal")]
            Self::Signal(send) => send.run(program, Send::signal).await,
            #[cfg(feature = "temporal")]
            Self::Query(send) => send.run(program, Send::query).await,
            #[cfg(feature = "temporal")]
            Self::Update(send) => send.run(program, Send::update).await,
            #[cfg(feature = "temporal")]
            Self::Approvals(approvals) => approvals.run(program, Approvals::execute).await,
            #[cfg(feature = "temporal")]
            Self::Approve(approve) => approve.run(program, Approve::execute).await,
            #[cfg(feature = "temporal")]
            Self::Reject(reject) => reject.run(program, Reject::execute).await,
            #[cfg(feature = "temporal")]
            Self::Resolve(resolve) => resolve.run(program, Resolve::execute).await,
            #[cfg(feature = "temporal")]
            Self::Extend(extend) => extend.run(program, Extend::execute).await,
            #[cfg(feature = "temporal")]
            Self::Cancel(end) => end.run(program, End::cancel).await,
            #[cfg(feature = "temporal")]
            Self::Terminate(end) => end.run(program, End::terminate).await,
            #[cfg(feature = "temporal")]
            Self::Reset(reset) => reset.run(program, Reset::execute).await,
            #[cfg(feature = "temporal")]
            Self::Deployments(deployments) => deployments.execute(program).await,
            #[cfg(feature = "temporal")]
            Self::History(history) => history.run(program, ShowHistory::execute).await,
            #[cfg(feature = "temporal")]
            Self::Record(record) => record.run(program, Record::execute).await,
            #[cfg(feature = "temporal")]
            Self::Replay(replay) => replay.execute(program).await,
            #[cfg(feature = "temporal")]
            Self::Decode(decode) => decode.execute(program).await,
            #[cfg(feature = "temporal")]
            Self::CodecServer(server) => server.execute(program).await,
            #[cfg(feature = "temporal")]
            Self::Payloads(payloads) => payloads.execute(program).await,
            #[cfg(feature = "temporal")]
            Self::Schedules(schedules) => schedules.execute(program).await,
            #[cfg(feature = "temporal")]
            Self::Health(health) => health.run(program, Health::execute).await,
            #[cfg(feature = "deploy")]
            Self::Deploy(deploy) => deploy.execute(program),
            Self::Config(config) => config.execute(program),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        let words = std::iter::once("app").chain(line.split_whitespace());
        let matches = command("app", Some("1.2.3")).try_get_matches_from(words)?;
        Cli::from_arg_matches(&matches)
    }

    #[test]
    fn the_arguments_fit_together() {
        command("app", None).debug_assert();
    }

    #[test]
    fn every_command_teaches_by_example() {
        for sub in command("app", None).get_subcommands() {
            let help = sub.clone().render_long_help().to_string();
            assert!(
                help.contains(&format!("\n  app {}", sub.get_name())),
                "{help}"
            );
        }
    }

    #[test]
    fn the_exit_codes_are_in_the_help() {
        let help = command("app", None).render_long_help().to_string();
        assert!(help.contains("130  Ctrl-C"), "{help}");
    }

    #[test]
    fn global_flags_may_follow_the_command() {
        let cli = parse("flocks --json --log-format json").unwrap();
        assert!(cli.global.json);
        assert_eq!(cli.global.log_format, LogFormat::Json);
    }

    #[test]
    fn a_run_takes_inputs_memos_and_a_limit() {
        let line =
            "run research -i topic=a=b --input depth=2 --memo team=blue --id r1 --timeout 90s";
        assert!(matches!(parse(line).unwrap().command, Command::Run(_)));
        let refused = |line: &str| parse(line).unwrap_err().to_string();
        assert!(refused("run x --timeout 5min").contains("not a duration"));
        assert!(refused("run x --memo team").contains("KEY=VALUE"));
        assert!(refused("reserch").contains("unrecognized subcommand"));
    }
}
