//! Sends what is told to a collector, by OTLP over HTTP: a thread of its own for each collector, so that
//! nothing which is at work waits for one, and one that is down costs no more than what is told of it.

mod encode;
mod settings;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use futures_util::future::BoxFuture;
use prost::Message;
use reqwest::{Client, StatusCode, header};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, interval_at, sleep, timeout, timeout_at},
};

pub(crate) use self::settings::Settings;
use self::settings::Target;
use super::{
    metrics::Metrics,
    span::{Span, SpanSink},
};
use crate::error::StartError;

/// As many wait to be sent; what comes beyond is lost.
const MOST: usize = 4096;
/// As many are sent at a time.
const BATCH: usize = 512;
/// Waits between tries.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];
/// How long the end of a program waits for a collector.
const PATIENCE: Duration = Duration::from_secs(5);

/// The collectors that this process sends to: runtimes share them, and the end of the program flushes them.
static OPEN: Mutex<Vec<Arc<Collector>>> = Mutex::new(Vec::new());

/// A collector.
pub(crate) struct Collector {
    settings: Settings,
    jobs: mpsc::Sender<Job>,
    overflows: AtomicBool,
    /// One for all runtimes that send there: what they count is the process's.
    metrics: Metrics,
}

enum Job {
    Tell(Box<Span>),
    Flush(oneshot::Sender<()>),
}

/// The collector that the environment or `flock.toml` names.
///
/// # Errors
/// [`StartError::Setting`] when a variable makes no sense.
pub(crate) fn collector(
    endpoint: Option<&str>,
    service: Option<&str>,
) -> Result<Option<Arc<Collector>>, StartError> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let Some(settings) = Settings::of(endpoint, service, variable)? else {
        return Ok(None);
    };
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = open.iter().find(|known| known.settings == settings) {
        return Ok(Some(Arc::clone(known)));
    }
    let collector = Arc::new(Collector::open(settings)?);
    open.push(Arc::clone(&collector));
    Ok(Some(collector))
}

/// Sends what waits, wherever it is to go.
#[cfg(feature = "cli")]
pub(crate) async fn flush() {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for collector in open {
        collector.flush().await;
    }
}

impl Collector {
    fn open(settings: Settings) -> Result<Self, StartError> {
        let fault = |error: &dyn std::fmt::Display| StartError::Setting {
            name: "[telemetry]".to_owned(),
            message: format!("cannot send to a collector: {error}"),
        };
        // Its client looks for the process's cryptography. A program that has chosen one keeps it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().build().map_err(|error| fault(&error))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| fault(&error))?;
        let (jobs, received) = mpsc::channel(MOST);
        let metrics = match settings.metrics {
            Some(_) => Metrics::kept(),
            None => Metrics::silent(),
        };
        let sending = Sending {
            client,
            settings: settings.clone(),
            metrics: metrics.clone(),
            since: SystemTime::now(),
            complained: false,
        };
        thread::Builder::new()
            .name("flock otlp".to_owned())
            .spawn(move || runtime.block_on(sending.run(received)))
            .map_err(|error| fault(&error))?;
        Ok(Self {
            settings,
            jobs,
            overflows: AtomicBool::new(false),
            metrics,
        })
    }

    pub(crate) fn takes_spans(&self) -> bool {
        self.settings.traces.is_some()
    }

    /// What is counted for it; nothing where it takes no metrics.
    pub(crate) fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }
}

impl SpanSink for Collector {
    fn record(&self, span: &Span) {
        let sent = self.jobs.try_send(Job::Tell(Box::new(span.clone())));
        let overflows = sent.is_err();
        if overflows && !self.overflows.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "spans are lost: {:?} takes them more slowly than they come",
                self.settings
            );
        } else if !overflows {
            self.overflows.store(false, Ordering::Relaxed);
        }
    }

    fn flush(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            let (done, told) = oneshot::channel();
            // What does not come in time is lost: a program that ends has waited long enough.
            let _ = timeout(PATIENCE, async {
                if self.jobs.send(Job::Flush(done)).await.is_ok() {
                    let _ = told.await;
                }
            })
            .await;
        })
    }
}

/// The thread that sends.
struct Sending {
    client: Client,
    settings: Settings,
    metrics: Metrics,
    /// When that began.
    since: SystemTime,
    /// Whether it was told already that the collector is down.
    complained: bool,
}

impl Sending {
    async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let period = self.settings.period;
        let mut ticks = interval_at(Instant::now() + period, period);
        loop {
            let first = tokio::select! {
                job = jobs.recv() => job,
                _ = ticks.tick() => {
                    self.send_metrics().await;
                    continue;
                }
            };
            let Some(first) = first else {
                return;
            };
            let until = Instant::now() + self.settings.delay;
            let (mut spans, mut flushed) = (Vec::new(), Vec::new());
            let mut next = Some(first);
            while let Some(job) = next {
                match job {
                    Job::Tell(span) => spans.push(*span),
                    Job::Flush(done) => flushed.push(done),
                }
                next = match flushed.is_empty() && spans.len() < BATCH {
                    true => timeout_at(until, jobs.recv()).await.ok().flatten(),
                    // What came before the flush has been taken.
                    false => None,
                };
            }
            if let (false, Some(target)) = (spans.is_empty(), self.settings.traces.clone()) {
                let body = encode::spans(&self.settings.resource, &spans).encode_to_vec();
                self.post(&target, body).await;
            }
            if !flushed.is_empty() {
                self.send_metrics().await;
            }
            for done in flushed {
                // Whoever waited may have given up.
                let _ = done.send(());
            }
        }
    }

    async fn send_metrics(&mut self) {
        let (Some(target), Some(registry)) = (&self.settings.metrics, self.metrics.registry())
        else {
            return;
        };
        let target = target.clone();
        let families = registry.snapshot();
        if families.is_empty() {
            return;
        }
        let body = encode::metrics(&self.settings.resource, &families, self.since);
        let body = body.encode_to_vec();
        self.post(&target, body).await;
    }

    async fn post(&mut self, target: &Target, body: Vec<u8>) {
        let mut pauses = PAUSES.iter();
        let fault = loop {
            let (fault, is_passing) = match self.try_to_post(target, body.clone()).await {
                Ok(()) => {
                    self.complained = false;
                    return;
                }
                Err(fault) => fault,
            };
            match pauses.next().filter(|_| is_passing) {
                Some(pause) => sleep(*pause).await,
                None => break fault,
            }
        };
        if !std::mem::replace(&mut self.complained, true) {
            tracing::warn!(
                "what it is told is lost: the collector at {}: {fault}",
                target.shown
            );
        }
    }

    /// # Errors
    /// What went wrong, and whether it may pass.
    async fn try_to_post(&self, target: &Target, body: Vec<u8>) -> Result<(), (String, bool)> {
        let mut request = self
            .client
            .post(target.url.clone())
            .timeout(target.timeout)
            .header(header::CONTENT_TYPE, "application/x-protobuf")
            .body(body);
        for (name, value) in &target.headers {
            request = request.header(name, value);
        }
        let sent = request.send().await;
        // Its text would show the address with all that is in it.
        let response = sent.map_err(|error| (error.without_url().to_string(), true))?;
        let status = response.status();
        if status.is_success() {
            return Ok(());
        }
        let is_passing = [
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::BAD_GATEWAY,
            StatusCode::SERVICE_UNAVAILABLE,
            StatusCode::GATEWAY_TIMEOUT,
        ]
        .contains(&status);
        Err((format!("it answers {status}"), is_passing))
    }
}
