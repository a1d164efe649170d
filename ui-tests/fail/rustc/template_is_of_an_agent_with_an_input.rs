use flock::prelude::*;

/// You tell news.
#[agent(model = "openai/gpt-4o", template = "News about {topic}, please.")]
struct Herald;

fn main() {}
