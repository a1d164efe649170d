//! What becomes of runs while their workers are killed, again and again: not how fast, but whether.
//!
//! ```text
//! cargo bench --workspace --bench drill --profile dev                              # 100 kills in 100 s
//! cargo bench --workspace --bench drill --profile dev -- --kills 10 --seconds 20
//! ```
//!
//! Runs of one step after another are started at even intervals on a dev server of the drill's own, and
//! served by workers that are processes. At moments drawn by chance one of them, drawn by chance, is
//! killed (SIGKILL), and another started in its place. At the end it is counted that every run has
//! completed, once; that no step was made again but one that was under way on a worker that was killed;
//! and that no lost worker was an attempt. Anything else is told, and the exit code is 1. `--seed` draws
//! the same moments again; `--runs` and `--workers` say how many there are.

mod count;
mod steps;
mod workers;

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use flock::{
    RunError, Runtime,
    dev_server::{DevServer, DevServerOptions},
    engine::{RunStatus, temporal::ConnectOptions},
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until, timeout},
};

use crate::{
    count::Traces,
    steps::{STEPS, walk},
    workers::Workers,
};

type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// As long after the last kill every run must have ended: an attempt whose workers were lost five times
/// in a row waits half a minute for the next.
const AFTERWARDS: Duration = Duration::from_secs(300);

/// How the drill is done.
#[derive(Debug, Clone, Copy)]
struct Plan {
    kills: u64,
    seconds: u64,
    runs: u64,
    workers: u64,
    seed: u64,
}

impl Plan {
    fn read(arguments: &[String]) -> Result<Self> {
        let mut plan = Self {
            kills: 100,
            seconds: 100,
            runs: 120,
            workers: 4,
            seed: now(),
        };
        let pairs = arguments.chunks(2);
        for pair in pairs {
            let [name, value] = pair else {
                return Err(format!("{} needs a number", pair[0]).into());
            };
            let field = match name.as_str() {
                "--kills" => &mut plan.kills,
                "--seconds" => &mut plan.seconds,
                "--runs" => &mut plan.runs,
                "--workers" => &mut plan.workers,
                "--seed" => &mut plan.seed,
                _ => return Err(format!("unknown option {name}: see the top of its source").into()),
            };
            *field = value.parse()?;
        }
        // Nobody draws from nothing.
        plan.workers = plan.workers.max(1);
        Ok(plan)
    }
}

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(0))
}

fn main() -> ExitCode {
    if let Some(address) = flock_benches::serves() {
        return workers::serve(&address);
    }
    let Some(arguments) = flock_benches::arguments() else {
        return ExitCode::SUCCESS;
    };
    let drilled = Plan::read(&arguments).and_then(|plan| {
        println!("{plan:?}");
        tokio::runtime::Runtime::new()?.block_on(drill(plan))
    });
    match drilled {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn drill(plan: Plan) -> Result<bool> {
    let server = DevServer::start(DevServerOptions::in_memory()).await?;
    let drilled = tokio::select! {
        drilled = on(&server, plan) => drilled,
        interrupted = flock_benches::interrupted() => interrupted,
    };
    server.stop().await?;
    drilled
}

async fn on(server: &DevServer, plan: Plan) -> Result<bool> {
    let folder = std::env::temp_dir().join(format!("flock-drill-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("trace");
    let options = ConnectOptions::default()
        .address(server.address())
        .only_these();
    let runtime = Runtime::builder().connect(options).await?;
    let mut workers = Workers::start(server.address(), plan.workers)?;
    let began = Instant::now();
    let over = Duration::from_secs(plan.seconds);
    let trace = Arc::<str>::from(file.to_string_lossy());
    let started = tokio::spawn(start(runtime.clone(), plan, trace));
    // The same seed draws the same moments.
    let mut chance = fastrand::Rng::with_seed(plan.seed);
    let mut moments: Vec<_> = (0..plan.kills)
        .map(|_| Duration::from_millis(chance.u64(..plan.seconds.max(1) * 1000)))
        .collect();
    moments.sort_unstable();
    for (n, moment) in moments.into_iter().enumerate() {
        sleep_until(began + moment).await;
        let victim = chance.u64(..plan.workers);
        workers.kill(victim).await?;
        if (n + 1).is_multiple_of(10) {
            eprintln!("{:>5.0} s: {} kills", began.elapsed().as_secs_f64(), n + 1);
        }
    }
    sleep_until(began + over).await;
    let mut runs = started.await??;
    let mut failed = Vec::new();
    let ended = timeout(AFTERWARDS, async {
        while let Some(run) = runs.join_next().await {
            if let Err(error) = run? {
                failed.push(error);
            }
        }
        Ok::<_, tokio::task::JoinError>(())
    });
    let in_time = matches!(ended.await, Ok(Ok(())));
    let took = began.elapsed();

    let (mut known, mut completed) = (0, 0);
    // The server lists runs in its own time.
    for _ in 0..100 {
        let list = runtime.list().limit(usize::MAX).await?;
        let ended = list.iter().filter(|run| run.status == RunStatus::Completed);
        (known, completed) = (list.len() as u64, ended.count() as u64);
        if completed == plan.runs {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    println!(
        "{} kills in {} s, {} workers at a time; all was done after {:.0} s",
        plan.kills,
        plan.seconds,
        plan.workers,
        took.as_secs_f64()
    );
    println!(
        "runs:    {} started, {} known to the server, {completed} completed, {} failed",
        plan.runs,
        known,
        failed.len()
    );
    for error in &failed {
        println!("         FAILED: {error}");
    }
    if !in_time {
        println!("         NOT ENDED: {} runs", runs.len());
    }
    let sound = Traces::read(&file)?.report(plan.runs, workers.killed());
    let once = completed == plan.runs && known == plan.runs;
    std::fs::remove_dir_all(&folder)?;
    Ok(sound && once && in_time && failed.is_empty())
}

/// Starts runs at even intervals; each ends with what is wrong about it, if anything.
async fn start(
    runtime: Runtime,
    plan: Plan,
    file: Arc<str>,
) -> Result<JoinSet<Result<(), String>>> {
    let began = Instant::now();
    let interval = Duration::from_secs(plan.seconds) / u32::try_from(plan.runs.max(1))?;
    let mut runs = JoinSet::new();
    for n in 0..plan.runs {
        sleep_until(began + interval * u32::try_from(n)?).await;
        let run = runtime.start::<walk>((file.to_string(), n));
        let run = run.id(format!("walk-{n}")).await?;
        runs.spawn(async move {
            let result: Result<u64, RunError> = run.result().await;
            match result {
                Ok(STEPS) => Ok(()),
                Ok(steps) => Err(format!("run {n} took {steps} steps")),
                Err(error) => Err(format!("run {n}: {error}")),
            }
        });
    }
    Ok(runs)
}
