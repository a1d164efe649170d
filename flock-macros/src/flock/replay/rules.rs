//! Paths whose answers or effects a replay does not repeat, and what to call in their place.

use crate::diag::{Sentence, say};

/// Items of one home.
struct Rule {
    /// The crate or module that has them.
    home: &'static str,
    /// Paths below it. `*` is each of its functions.
    items: &'static [&'static str],
    /// Whether they tell alone, without their home, as after a `use`. Not where users name things of
    /// their own alike.
    alone: bool,
    /// From the path to the sentence.
    say: fn(&str) -> Sentence,
}

const fn alone(
    home: &'static str,
    items: &'static [&'static str],
    say: fn(&str) -> Sentence,
) -> Rule {
    Rule {
        home,
        items,
        alone: true,
        say,
    }
}

const fn whole(
    home: &'static str,
    items: &'static [&'static str],
    say: fn(&str) -> Sentence,
) -> Rule {
    Rule {
        home,
        items,
        alone: false,
        say,
    }
}

const RULES: &[Rule] = &[
    // Clocks.
    alone("std::time", &["SystemTime::now", "Instant::now"], clock),
    alone("tokio::time", &["Instant::now"], clock),
    alone("chrono", &["Utc::now", "Local::now"], clock),
    alone(
        "time",
        &["OffsetDateTime::now_utc", "OffsetDateTime::now_local"],
        clock,
    ),
    alone("jiff", &["Zoned::now"], clock),
    whole("jiff", &["Timestamp::now"], clock),
    // Randomness.
    whole("rand", RAND, random),
    alone("rand::rngs", &["StdRng::from_os_rng"], seeded),
    alone("rand::rngs", &["StdRng::from_entropy"], seeded),
    alone("rand::rngs", &["SmallRng::from_os_rng"], seeded),
    alone("rand::rngs", &["SmallRng::from_entropy"], seeded),
    whole("fastrand", &["*", "Rng::new"], random),
    whole("getrandom", &["getrandom", "fill", "u32", "u64"], random),
    alone(
        "uuid",
        &[
            "Uuid::new_v4",
            "Uuid::now_v1",
            "Uuid::now_v6",
            "Uuid::now_v7",
        ],
        uuid,
    ),
    whole("ulid", &["Ulid::new"], uuid),
    // Tasks and threads.
    whole("tokio", &["spawn"], spawn),
    alone("tokio", &["task::spawn_blocking"], work),
    whole("tokio", &["task::block_in_place"], work),
    alone("tokio", &["task::spawn_local"], spawn),
    whole("tokio::task", &["spawn", "yield_now"], spawn),
    whole("tokio", &["runtime::Runtime"], spawn),
    alone("tokio::task", &["JoinSet::new", "LocalSet::new"], spawn),
    alone("std", &["thread::spawn", "thread::scope"], work),
    whole("std", &["thread::Builder"], work),
    whole("rayon", &["spawn", "join", "scope"], work),
    whole("async_std::task", &["spawn", "spawn_local"], spawn),
    whole("async_std::task", &["spawn_blocking"], work),
    whole("smol", &["spawn", "block_on"], spawn),
    whole("smol", &["unblock"], work),
    whole("futures", &["executor::block_on"], spawn),
    // Waiting for several.
    whole("tokio", &["select"], select),
    whole("futures", &["select"], select),
    whole("futures_util", &["select"], select),
    whole("tokio", &["join", "try_join"], join),
    whole("futures", SEVERAL, join_all),
    whole("futures_util", SEVERAL, join_all),
    alone(
        "futures::stream",
        &["FuturesUnordered::new", "FuturesOrdered::new"],
        join_all,
    ),
    // Waiting for a time.
    whole("tokio::time", &["sleep", "sleep_until"], sleep),
    whole("tokio::time", &["interval", "interval_at"], every),
    whole("tokio::time", &["timeout", "timeout_at"], limit),
    alone("std", &["thread::sleep"], sleep),
    whole("async_std", &["task::sleep"], sleep),
    whole("smol", &["Timer"], sleep),
    whole("futures_timer", &["Delay"], sleep),
    // The world.
    whole("std::fs", &["*", "OpenOptions"], say::side_effect),
    whole("tokio::fs", &["*", "OpenOptions"], say::side_effect),
    whole("std::fs", &["File"], say::side_effect),
    whole("tokio::fs", &["File"], say::side_effect),
    alone("std::fs", &["File::open"], say::side_effect),
    alone("std", FILES, say::side_effect),
    alone(
        "std::net",
        &["TcpStream::connect", "TcpListener::bind", "UdpSocket::bind"],
        say::side_effect,
    ),
    whole(
        "tokio::net",
        &["TcpStream", "TcpListener", "UdpSocket", "UnixStream"],
        say::side_effect,
    ),
    whole(
        "reqwest",
        &["get", "Client", "ClientBuilder", "blocking"],
        say::side_effect,
    ),
    whole("ureq", &["*", "Agent"], say::side_effect),
    whole("std::process", &["Command", "*"], say::side_effect),
    whole("tokio::process", &["Command"], say::side_effect),
    whole("std::io", &["stdin"], say::side_effect),
    alone("std", &["env::var", "env::vars", "env::var_os"], setting),
    whole("std", &["env::args", "env::current_dir"], setting),
];

const RAND: &[&str] = &[
    "fill",
    "random",
    "random_bool",
    "random_iter",
    "random_range",
    "random_ratio",
    "rng",
    "rngs::OsRng",
    "rngs::ThreadRng",
    "thread_rng",
];

/// Called through their module after `use std::fs` or `use tokio::fs`.
const FILES: &[&str] = &[
    "fs::read",
    "fs::read_dir",
    "fs::read_to_string",
    "fs::write",
    "fs::create_dir_all",
    "fs::remove_file",
    "fs::remove_dir_all",
    "fs::metadata",
];

const SEVERAL: &[&str] = &[
    "future::join_all",
    "future::try_join_all",
    "future::select_all",
    "stream::FuturesUnordered",
    "stream::FuturesOrdered",
];

/// What is wrong with the path, where something is. `shown` is the path as the user sees it.
pub(super) fn fault(path: &str, shown: &str) -> Option<Sentence> {
    let rule = RULES.iter().find(|rule| {
        let below = path
            .strip_prefix(rule.home)
            .and_then(|rest| rest.strip_prefix("::"));
        let is = |path: &str| rule.items.iter().any(|item| names(path, item));
        below.is_some_and(is) || rule.alone && is(path)
    })?;
    Some((rule.say)(shown))
}

/// Whether the path is the item or something of it.
fn names(path: &str, item: &str) -> bool {
    if item == "*" {
        // By their case functions are told from types, which may be mere data.
        return !path.contains("::") && path.starts_with(|first: char| first.is_lowercase());
    }
    path.strip_prefix(item)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn clock(path: &str) -> Sentence {
    say::differs_on_replay(path, "use `ctx.now()`")
}

fn random(path: &str) -> Sentence {
    say::differs_on_replay(path, "use `ctx.random(bound)`")
}

fn seeded(path: &str) -> Sentence {
    say::differs_on_replay(path, "use `seed_from_u64(ctx.random(u64::MAX))`")
}

fn uuid(path: &str) -> Sentence {
    say::differs_on_replay(path, "use `ctx.uuid()`")
}

fn setting(path: &str) -> Sentence {
    say::differs_on_replay(path, "read it in an agent, or take it as an input")
}

fn spawn(path: &str) -> Sentence {
    say::breaks_replay(
        path,
        "use `flock::join!` or `flock::join_all`, which run futures side by side",
    )
}

fn work(path: &str) -> Sentence {
    say::breaks_replay(
        path,
        "do the work in an agent; `flock::join_all` runs several side by side",
    )
}

fn select(path: &str) -> Sentence {
    say::breaks_replay(path, "use `flock::select!`")
}

fn join(path: &str) -> Sentence {
    say::breaks_replay(path, "use `flock::join!`")
}

fn join_all(path: &str) -> Sentence {
    say::breaks_replay(path, "use `flock::join_all`")
}

fn sleep(path: &str) -> Sentence {
    say::breaks_replay(path, "use `ctx.sleep(duration)`")
}

fn every(path: &str) -> Sentence {
    say::breaks_replay(path, "use `ctx.sleep(duration)` in a loop")
}

fn limit(path: &str) -> Sentence {
    say::breaks_replay(
        path,
        "use `flock::select!` with `ctx.sleep(duration)`, or the agent's `.timeout(duration)`",
    )
}
