//! Code that keeps its thread is told of, by a thread that looks on.
//!
//! A flock's body that asks in a loop whether something has come, and never waits for it, keeps the
//! thread on which it would come. Nothing else can say so: the body does not return.

use std::{
    cell::RefCell,
    ptr,
    sync::{
        Arc, Mutex, MutexGuard, Once, PoisonError, Weak,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
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

impl Whose {
    /// Whether it is the same, by where the names stand: they are not read at each poll.
    fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::Flock(name), Self::Flock(other)) => ptr::eq(name, other),
            (Self::Agent(noun, name), Self::Agent(other_noun, other)) => {
                ptr::eq(name, other) && ptr::eq(noun, other_noun)
            }
            (Self::Flock(_), Self::Agent(..)) | (Self::Agent(..), Self::Flock(_)) => false,
        }
    }
}

/// What a thread is at, for the one that looks on. Its own thread alone writes here, twice a poll, so it counts
/// without locks. Nothing else is ordered by the counts: only what stays the same for seconds is told.
#[derive(Default)]
struct Slot {
    /// Counts the polls.
    number: AtomicU64,
    /// How many of the names are at work.
    depth: AtomicUsize,
    /// Whose code was polled last, and within it whose.
    names: Mutex<Vec<Whose>>,
}

impl Slot {
    fn names(&self) -> MutexGuard<'_, Vec<Whose>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn go_to(&self, depth: usize) {
        let number = self.number.load(Ordering::Relaxed).wrapping_add(1);
        self.number.store(number, Ordering::Relaxed);
        self.depth.store(depth, Ordering::Relaxed);
    }

    /// The poll under way, and whose code it is.
    fn at_work(&self) -> Option<(u64, Whose)> {
        let number = self.number.load(Ordering::Relaxed);
        let last = self.depth.load(Ordering::Relaxed).checked_sub(1)?;
        Some((number, *self.names().get(last)?))
    }
}

/// This thread's slot, as the thread itself sees it.
struct Here {
    slot: Arc<Slot>,
    /// The names in it. Polls of the same code one after another, as most are, find theirs here, and lock
    /// nothing.
    names: RefCell<Vec<Whose>>,
}

impl Here {
    fn begin(&self, whose: Whose) {
        let depth = self.slot.depth.load(Ordering::Relaxed);
        let mut names = self.names.borrow_mut();
        if !names.get(depth).is_some_and(|known| known.is(whose)) {
            names.truncate(depth);
            names.push(whose);
            self.slot.names().clone_from(&names);
        }
        self.slot.go_to(depth + 1);
    }

    fn end(&self) {
        let depth = self.slot.depth.load(Ordering::Relaxed);
        self.slot.go_to(depth.saturating_sub(1));
    }
}

thread_local! {
    static HERE: Here = Here {
        slot: register(),
        names: RefCell::default(),
    };
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
pub(super) struct Watched(());

impl Watched {
    pub(super) fn begin(whose: Whose) -> Self {
        // Where the thread is at its end, nothing is polled any more.
        let _ = HERE.try_with(|here| here.begin(whose));
        Self(())
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = HERE.try_with(Here::end);
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
                if let Some((number, whose)) = here.at_work() {
                    now.push((slot.clone(), number, whose));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at_work() -> Option<(u64, Whose)> {
        HERE.with(|here| here.slot.at_work())
    }

    #[test]
    fn who_is_at_work_is_seen_within_whose_code_and_each_poll_has_a_number() {
        let agent = |name| Whose::Agent("agent", name);
        let mut last = 0;
        let mut sees = |whose| {
            let (number, seen) = at_work().unwrap();
            assert_eq!(seen, whose);
            assert!(number > last, "another poll");
            last = number;
        };
        assert_eq!(at_work(), None);
        for name in ["writer", "writer", "critic"] {
            let flock = Watched::begin(Whose::Flock("paper"));
            sees(Whose::Flock("paper"));
            let within = Watched::begin(agent(name));
            sees(agent(name));
            drop(within);
            sees(Whose::Flock("paper"));
            drop(flock);
            assert_eq!(at_work(), None);
        }
        let alone = Watched::begin(agent("critic"));
        sees(agent("critic"));
        drop(alone);
    }
}
