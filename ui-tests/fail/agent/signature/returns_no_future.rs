use flock::prelude::*;

#[agent]
fn writer(text: String) -> impl Future<Output = Result<String>> {
    async { Ok(text) }
}

fn main() {}
