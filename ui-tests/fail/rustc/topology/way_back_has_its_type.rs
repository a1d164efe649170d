use flock::prelude::*;

#[agent(output = "draft", hand_off = review)]
async fn write(topic: String, feedback: Option<u32>) -> Result<String> {
    Ok(format!("{topic} {feedback:?}"))
}

#[agent(output = "feedback: Vec<String>", loop_to = write, max_rounds = 3)]
async fn review(draft: String) -> Result<Vec<String>> {
    Ok(vec![draft])
}

#[flock(start = write, input = "topic")]
struct Desk;

fn main() {}
