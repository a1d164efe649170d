//! SIGINT and SIGTERM: whoever waits for one gets it. One that nobody waits for ends the program, as
//! it would without a handler.

use std::{
    collections::VecDeque,
    fmt, process,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
};

use tokio::sync::Notify;

use crate::cli::exit::Exit;

/// What the program was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// SIGINT.
    Interrupt,
    /// SIGTERM.
    #[cfg_attr(not(unix), allow(dead_code, reason = "sent on Unix only"))]
    Terminate,
}

impl Signal {
    /// As shells count it.
    pub(crate) fn exit(self) -> Exit {
        match self {
            Self::Interrupt => Exit::Interrupted,
            Self::Terminate => Exit::Terminated,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "Ctrl-C",
            Self::Terminate => "SIGTERM",
        })
    }
}

/// The next signal: whoever calls this is its listener from then on, awaited or not. Before the first
/// call, signals end the program by themselves.
pub(crate) fn next() -> impl Future<Output = Signal> {
    let listening = SIGNALS.as_ref().map(Signals::listen);
    async move {
        let Some(Listening(signals)) = &listening else {
            // Where they cannot be heard, they end the program by themselves.
            return std::future::pending().await;
        };
        loop {
            let news = signals.news.notified();
            if let Some(signal) = signals.state().waiting.pop_front() {
                return signal;
            }
            news.await;
        }
    }
}

static SIGNALS: LazyLock<Option<Signals>> = LazyLock::new(Signals::start);

#[derive(Default)]
struct Signals {
    state: Mutex<State>,
    news: Notify,
}

#[derive(Default)]
struct State {
    listeners: usize,
    waiting: VecDeque<Signal>,
}

impl Signals {
    /// Listens on a thread of its own: that of the program may be busy, or have ended its runtime.
    fn start() -> Option<Self> {
        let (ready, started) = mpsc::channel();
        let listen = move || {
            let tokio = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            match tokio {
                Ok(tokio) => tokio.block_on(listen(&ready)),
                Err(_) => drop(ready),
            }
        };
        let thread = thread::Builder::new().name("flock signals".into());
        thread.spawn(listen).ok()?;
        started.recv().ok().map(|()| Self::default())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listen(&self) -> Listening<'_> {
        self.state().listeners += 1;
        Listening(self)
    }

    fn came(&self, signal: Signal) {
        let mut state = self.state();
        if state.listeners == 0 {
            process::exit(signal.exit() as i32);
        }
        state.waiting.push_back(signal);
        drop(state);
        self.news.notify_one();
    }
}

struct Listening<'a>(&'a Signals);

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.0.state().listeners -= 1;
    }
}

/// Hands on what comes, for ever; says when it has begun.
#[cfg(unix)]
async fn listen(ready: &mpsc::Sender<()>) {
    use tokio::signal::unix::{SignalKind, signal};

    let interrupts = signal(SignalKind::interrupt());
    let terminates = signal(SignalKind::terminate());
    let (Ok(mut interrupts), Ok(mut terminates)) = (interrupts, terminates) else {
        return;
    };
    let _ = ready.send(());
    loop {
        let signal = tokio::select! {
            Some(()) = interrupts.recv() => Signal::Interrupt,
            Some(()) = terminates.recv() => Signal::Terminate,
            else => return,
        };
        if let Some(signals) = &*SIGNALS {
            signals.came(signal);
        }
    }
}

#[cfg(not(unix))]
async fn listen(ready: &mpsc::Sender<()>) {
    let _ = ready.send(());
    while tokio::signal::ctrl_c().await.is_ok() {
        if let Some(signals) = &*SIGNALS {
            signals.came(Signal::Interrupt);
        }
    }
}
