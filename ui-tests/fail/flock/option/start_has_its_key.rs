use flock::prelude::*;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

mod desk {
    pub(crate) use super::writer;
}

#[flock(writer)]
struct First;

#[flock("writer")]
struct Second;

#[flock(desk::writer, timeout = "5m")]
struct Third;

fn main() {}
