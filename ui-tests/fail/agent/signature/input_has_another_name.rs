use flock::prelude::*;

#[flock_type]
#[derive(Debug, Clone)]
struct WriterInput {
    topic: String,
}

#[agent]
async fn writer(input: WriterInput) -> Result<String> {
    Ok(input.topic)
}

fn main() {}
