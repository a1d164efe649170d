//! Code that keeps its thread is told of, by a thread that looks on.
//!
//! A flock's body that asks in a loop whether something has come, and never waits for it, keeps the
//! thread on which it would come. Nothing else can say so: the body does not return.

use std::{
    sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak},
    thread,
    time::Duration,
};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);

/// Who is met at so many looks, one after another, is told of.
const LOOKS: u32 = 5;

/// Whose code is being polled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Flock(&'static str),
    /// An agent's or a tool's, by its name.
    Agent(&'static str, &'static str),
}

/// What a thread is at.
#[derive(Default)]
struct Slot(Mutex<AtWork>);

#[derive(Default)]
struct AtWork {
    /// Counts the polls.
    number: u64,
    whose: Option<Whose>,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, AtWork> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn swap(&self, whose: Option<Whose>) -> Option<Whose> {
        let mut at_work = self.lock();
        at_work.number += 1;
        std::mem::replace(&mut at_work.whose, whose)
    }
}

thread_local! {
    static HERE: Arc<Slot> = register();
}

/// The threads that poll flocks, or have.
static SLOTS: Mutex<Vec<Weak<Slot>>> = Mutex::new(Vec::new());

fn slots() -> MutexGuard<'static, Vec<Weak<Slot>>> {
    SLOTS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn register() -> Arc<Slot> {
    static WATCH: Once = Once::new();
    let slot = Arc::new(Slot::default());
    slots().push(Arc::downgrade(&slot));
    WATCH.call_once(|| {
        let watch = thread::Builder::new().name("flock-watch".to_owned());
        // Without it, nobody is told.
        let _ = watch.spawn(watch_all);
    });
    slot
}

/// Notes that this thread is at work for somebody, until it is dropped.
pub(super) struct Watched(Option<Whose>);

impl Watched {
    pub(super) fn begin(whose: Whose) -> Self {
        // Where the thread is at its end, nothing is polled any more.
        Self(HERE.try_with(|here| here.swap(Some(whose))).ok().flatten())
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = HERE.try_with(|here| here.swap(self.0));
    }
}

/// One that has been met before.
struct Met {
    slot: Weak<Slot>,
    number: u64,
    looks: u32,
}

fn watch_all() {
    let mut met: Vec<Met> = Vec::new();
    loop {
        thread::sleep(LOOK);
        let mut now = Vec::new();
        slots().retain(|slot| match slot.upgrade() {
            Some(here) => {
                let at_work = here.lock();
                if let Some(whose) = at_work.whose {
                    now.push((slot.clone(), at_work.number, whose));
                }
                true
            }
            None => false,
        });
        let before = std::mem::take(&mut met);
        for (slot, number, whose) in now {
            let same = |one: &&Met| one.slot.ptr_eq(&slot) && one.number == number;
            let looks = before.iter().find(same).map_or(0, |one| one.looks) + 1;
            if looks == LOOKS {
                tell(whose);
            }
            met.push(Met {
                slot,
                number,
                looks,
            });
        }
    }
}

fn tell(whose: Whose) {
    let sentence = sentence(whose);
    if tracing::dispatcher::has_been_set() {
        tracing::warn!("{sentence}");
    } else {
        // A test that hangs has nobody else to say why.
        eprintln!("warning: {sentence}");
    }
}

fn sentence(whose: Whose) -> String {
    let seconds = (LOOK * (LOOKS - 1)).as_secs();
    match whose {
        Whose::Flock(name) => format!(
            "flock `{name}` has kept its thread for more than {seconds} s without waiting for anything: no signal, timer or cancellation reaches it meanwhile, and the flocks beside it stand still; to wait for its state write `ctx.wait_until(|state| …).await?` in place of a loop, and leave to an agent what takes long"
        ),
        Whose::Agent(noun, name) => format!(
            "{noun} `{name}` has kept its thread for more than {seconds} s without an `.await`, and the flocks of that thread stand still: do such work in `tokio::task::spawn_blocking`"
        ),
    }
}
