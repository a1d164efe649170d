use flock::prelude::*;

#[flock]
const fn desk(_ctx: FlockContext) -> Result<String> {
    loop {}
}

fn main() {}
