//! Whatever starts by itself.

use std::time::Duration;

use flock::{
    Flock, FlockDescriptor,
    declare::schedule::{Overlap, When},
    prelude::*,
};

#[agent]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

/// Everything at once.
#[flock(
    start = writer,
    input(topic: String = "news"),
    schedule = " 0,30 9-17/2 1-15 JAN,6 mon-FRI ",
    time_zone = "America/Argentina/Buenos_Aires",
    overlap = "terminate_other",
    jitter = "1500ms",
    catch_up = "10s",
)]
struct Everything;

/// An interval, and inputs that may be left out.
#[flock(schedule(every = "1h", offset = "59m"), overlap = "allow_all")]
async fn hourly(ctx: FlockContext, topic: Option<String>) -> Result<()> {
    ctx.log(topic.is_some());
    Ok(())
}

/// Takes nothing.
#[flock(schedule = "@weekly", time_zone = "Etc/GMT+1")]
async fn weekly(_: FlockContext) -> Result<()> {
    Ok(())
}

/// With state.
#[derive(Default)]
struct Count(u32);

#[flock(schedule = "0 0 29 2 *", time_zone = "UTC")]
impl Count {
    #[run]
    async fn run(ctx: FlockContext<Self>) -> Result<u32> {
        Ok(ctx.state(|count| count.0))
    }
}

pub(crate) fn main() {
    let schedule = |flock: &FlockDescriptor| flock.options.schedule.expect("a schedule");
    let everything = schedule(Everything::DESCRIPTOR);
    assert_eq!(everything.time_zone, "America/Argentina/Buenos_Aires");
    assert_eq!(everything.overlap, Overlap::TerminateOther);
    assert_eq!(everything.jitter, Duration::from_millis(1500));
    assert_eq!(everything.catch_up, Duration::from_secs(10));
    let When::Cron { text, fields } = everything.when else {
        panic!("a cron expression");
    };
    assert_eq!(text, "0,30 9-17/2 1-15 JAN,6 mon-FRI");
    let bits = |values: &[u32]| values.iter().fold(0_u64, |bits, value| bits | 1 << value);
    assert_eq!(fields[0], bits(&[0, 30]));
    assert_eq!(fields[1], bits(&[9, 11, 13, 15, 17]));
    assert_eq!(fields[2], 0xfffe);
    assert_eq!(fields[3], bits(&[1, 6]));
    assert_eq!(fields[4], bits(&[1, 2, 3, 4, 5]));
    let hourly = schedule(hourly::DESCRIPTOR);
    let (every, offset) = (Duration::from_secs(3_600), Duration::from_secs(3_540));
    assert_eq!(hourly.when, When::Every { every, offset });
    assert_eq!(schedule(weekly::DESCRIPTOR).overlap, Overlap::Skip);
    assert_eq!(schedule(Count::DESCRIPTOR).time_zone, "UTC");
}
