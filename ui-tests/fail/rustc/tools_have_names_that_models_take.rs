use flock::prelude::*;

/// Counts words.
#[agent]
async fn wörter(text: String) -> Result<usize> {
    Ok(text.split(' ').count())
}

/// You are a researcher.
#[agent(tools = [wörter])]
struct Researcher;

fn main() {}
