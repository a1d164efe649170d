use flock::prelude::*;

#[agent]
async fn clock() -> Result<u64> {
    Ok(0)
}

#[flock(start = clock, input = String, schedule(every = "1h"))]
struct Report;

fn main() {}
