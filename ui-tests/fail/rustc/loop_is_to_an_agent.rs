use flock::prelude::*;

struct Editor;

#[agent(loop_to = Editor, max_rounds = 2)]
async fn writer(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
