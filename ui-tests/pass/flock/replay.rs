//! What looks like a clock or a task, and is none.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use flock::prelude::*;

/// A clock of our own, with no time in it.
mod clock {
    pub(crate) struct Instant;

    impl Instant {
        pub(crate) fn now() -> u8 {
            0
        }

        pub(crate) fn spawn(&self) {}
    }

    pub(crate) fn sleep() {}
}

fn spawn(work: impl FnOnce()) {
    work();
}

mod thread {
    pub(crate) fn count() -> usize {
        1
    }
}

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

/// Names that are ours.
#[flock]
async fn names(ctx: FlockContext) -> Result<u64> {
    let start = clock::Instant::now();
    clock::Instant.spawn();
    clock::sleep();
    self::clock::sleep();
    spawn(|| ());
    let random = ctx.random(6) + thread::count() as u64;
    let address = std::net::Ipv4Addr::new(127, 0, 0, 1);
    let code = std::process::ExitCode::SUCCESS;
    ctx.sleep(Duration::from_millis(1)).await?;
    let _ = (ctx.now(), ctx.uuid(), address, code);
    Ok(random + u64::from(start))
}

/// An agent within may do what it likes.
#[flock]
async fn nested(ctx: FlockContext) -> Result<bool> {
    #[agent(output = "before: bool")]
    async fn now() -> Result<bool> {
        Ok(std::time::SystemTime::now() > std::time::UNIX_EPOCH)
    }
    Ok(ctx.run::<now>(()).await?.before)
}

/// Orders that do not matter, and orders that are kept.
#[flock]
async fn orders(
    ctx: FlockContext,
    counts: HashMap<String, u64>,
    topics: HashSet<String>,
) -> Result<u64> {
    let mut total = counts.values().sum::<u64>();
    for count in counts.values() {
        total += count;
    }
    let sorted: BTreeMap<_, _> = counts.iter().collect();
    for topic in sorted.keys() {
        ctx.run::<writer>(topic.as_str()).await?;
    }
    let mut topics: Vec<_> = topics.into_iter().collect();
    topics.sort();
    for topic in topics {
        ctx.run::<writer>(topic).await?;
    }
    for topic in ["bees", "ants"] {
        if counts.contains_key(topic) {
            ctx.run::<writer>(topic).await?;
        }
    }
    Ok(total)
}

pub(crate) fn main() {}
