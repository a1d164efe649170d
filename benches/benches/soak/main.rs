//! What becomes of thousands of runs while everything around them fails, for as long as one likes.
//!
//! ```text
//! cargo bench --workspace --bench soak --profile dev -- --minutes 30
//! cargo bench --workspace --bench soak --profile dev -- --minutes 3 --rate 2 --seed 7 --json
//! ```
//!
//! Flocks with agents, local agents, timers, children, signals and continue-as-new are started at even intervals, and
//! served by workers that are processes. Every few seconds something goes wrong, drawn by chance: a worker is killed
//! or stands still for a while, the network between the server and all others (a proxy on loopback) is cut or slow,
//! the server is stopped or killed, and started again on its database. At the end it is counted that every run has
//! completed with its result, on the server's own word too; that every effect was made exactly once, by its
//! idempotency key; and that the memory of the driver and of a worker that lived through it all is flat. Anything else
//! is told, and the exit code is 1.
//!
//! `--minutes` is how long runs are started and things go wrong, `--rate` how many runs a second are started,
//! `--at-once` how many are under way at most, `--workers` how many serve them, `--every` how many seconds are between
//! two faults on average; `--seed` draws the same faults again. `--json` prints one document.

mod faults;
mod ledger;
mod memory;
mod process;
mod proxy;
mod report;
mod runs;
mod server;
mod voyages;
mod workers;

use std::{
    path::Path,
    process::ExitCode,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use flock::{Runtime, engine::temporal::ConnectOptions};
use flock_benches::resident_megabytes;
use tokio::{
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};

use crate::{
    faults::Faults, ledger::Effects, memory::Samples, proxy::Proxy, report::Report, runs::Progress,
    server::Server, workers::Workers,
};

type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// As long after the last fault every run must have ended.
const AFTERWARDS: Duration = Duration::from_secs(300);

/// Memory is looked at, and workers are, so often.
const LOOK: Duration = Duration::from_secs(2);

/// How the soak is done.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct Plan {
    minutes: f64,
    rate: f64,
    at_once: usize,
    workers: usize,
    every: f64,
    seed: u64,
    #[serde(skip)]
    json: bool,
}

impl Plan {
    fn read(arguments: &[String]) -> Result<Self> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let mut plan = Self {
            minutes: 30.0,
            rate: 2.0,
            at_once: 100,
            workers: 4,
            every: 10.0,
            seed: now.as_secs(),
            json: false,
        };
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            if name == "--json" {
                plan.json = true;
                continue;
            }
            let value = arguments
                .next()
                .ok_or_else(|| format!("{name} needs a number"))?;
            match name.as_str() {
                "--minutes" => plan.minutes = value.parse()?,
                "--rate" => plan.rate = value.parse()?,
                "--at-once" => plan.at_once = value.parse()?,
                "--workers" => plan.workers = value.parse()?,
                "--every" => plan.every = value.parse()?,
                "--seed" => plan.seed = value.parse()?,
                _ => return Err(format!("unknown option {name}: see the top of its source").into()),
            }
        }
        // One is spared, so that there is another to be killed.
        plan.workers = plan.workers.max(2);
        plan.at_once = plan.at_once.max(1);
        match plan.rate > 0.0 && plan.every > 0.0 && plan.minutes > 0.0 {
            true => Ok(plan),
            false => Err("`--minutes`, `--rate` and `--every` are above zero".into()),
        }
    }
}

fn main() -> ExitCode {
    if let Some(address) = flock_benches::serves() {
        return workers::serve(&address);
    }
    let Some(arguments) = flock_benches::arguments() else {
        return ExitCode::SUCCESS;
    };
    let soaked = Plan::read(&arguments).and_then(|plan| {
        let report = tokio::runtime::Runtime::new()?.block_on(soak(plan))?;
        report.print(plan.json)?;
        Ok(report.is_sound())
    });
    match soaked {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn soak(plan: Plan) -> Result<Report> {
    let folder = std::env::temp_dir().join(format!("flock-soak-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut server = Server::start(&folder).await?;
    let soaked = tokio::select! {
        soaked = on(&mut server, plan, &folder) => soaked,
        interrupted = flock_benches::interrupted() => interrupted,
    };
    let stopped = server.stop().await;
    match soaked {
        Ok(report) if report.is_sound() => {
            stopped?;
            std::fs::remove_dir_all(&folder)?;
            Ok(report)
        }
        // What went wrong before counts.
        soaked => {
            eprintln!("ledger, database and log are in {}", folder.display());
            soaked
        }
    }
}

async fn on(server: &mut Server, plan: Plan, folder: &Path) -> Result<Report> {
    let ledger = folder.join("ledger");
    std::fs::write(&ledger, "")?;
    let proxy = Proxy::start(server.address.clone()).await?;
    let options = ConnectOptions::default()
        .address(&proxy.address)
        .only_these();
    let runtime = Runtime::builder().connect(options).await?;
    let mut workers = Workers::start(&proxy.address, plan.workers)?;
    let began = Instant::now();
    let over = began + Duration::from_secs_f64(plan.minutes * 60.0);
    let progress = Arc::<Progress>::default();
    let all: JoinHandle<()> = tokio::spawn(runs::all(
        runtime.clone(),
        ledger.to_string_lossy().into(),
        over,
        (plan.rate, plan.at_once),
        Arc::clone(&progress),
    ));
    let mut chance = fastrand::Rng::with_seed(plan.seed);
    let mut faults = Faults::default();
    let (mut driver, mut spared) = (Samples::default(), Samples::default());
    let mut next = began + pause(&mut chance, plan);
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = began;
    let mut spared_ended = false;
    while Instant::now() < over {
        looks.tick().await;
        if workers.tend()? {
            spared_ended = true;
            spared.clear();
        }
        driver.add(resident_megabytes(std::process::id()));
        spared.add(workers.process(0).and_then(resident_megabytes));
        if Instant::now() >= next {
            faults
                .make(&mut chance, &mut workers, plan.workers, &proxy, server)
                .await?;
            next = Instant::now() + pause(&mut chance, plan);
        }
        if told.elapsed() >= Duration::from_secs(30) {
            told = Instant::now();
            let (started, ended) = (&progress.started, &progress.ended);
            let (started, ended) = (started.load(Relaxed), ended.load(Relaxed));
            let seconds = began.elapsed().as_secs();
            eprintln!("{seconds:>5} s: {started} started, {ended} ended; {faults:?}");
        }
    }
    let tend = async {
        loop {
            sleep(LOOK).await;
            workers.tend()?;
        }
    };
    let in_time: Result<bool> = tokio::select! {
        // What has panicked has not ended well.
        done = timeout(AFTERWARDS, all) => Ok(matches!(done, Ok(Ok(())))),
        fault = tend => fault,
    };
    let in_time = in_time?;
    let started = progress.started.load(Relaxed);
    let completed = report::completed(&runtime, started).await?;
    Ok(Report {
        plan,
        seconds: began.elapsed().as_secs_f64(),
        started,
        ended: progress.ended.load(Relaxed),
        completed,
        in_time,
        wrong: progress.wrong.lock().await.clone(),
        took: report::Took::of(progress.took.lock().await.clone()),
        effects: Effects::count(&ledger, started)?,
        faults,
        workers_ended: workers.ended,
        spared_ended,
        driver: driver.told(),
        worker: spared.told(),
    })
}

fn pause(chance: &mut fastrand::Rng, plan: Plan) -> Duration {
    Duration::from_secs_f64(plan.every * (0.5 + chance.f64()))
}
