use flock::prelude::*;

/// Edits.
#[agent(input = "draft: str", output = "summary", hand_off = printer)]
struct Editor;

#[agent]
async fn printer(summary: String) -> Result<String> {
    Ok(summary)
}

#[flock(start = Editor, input = "draft", output = "printer")]
struct Desk;

fn main() {}
