use flock::prelude::*;

/// You write.
#[agent(input = "topic: String", output = "text: String")]
struct Writer;

#[agent(output = "text: String")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

/// Nothing is generated for it that `reader` has too.
#[agent(name = "first_reader", input = u8, output = u8)]
struct Reader;

#[agent(output = "text: String")]
async fn reader(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer)]
struct Desk;

fn main() {}
