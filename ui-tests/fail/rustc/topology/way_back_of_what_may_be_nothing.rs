use flock::prelude::*;

#[agent(output = "draft", hand_off = review)]
async fn write(topic: String, feedback: String) -> Result<String> {
    Ok(topic + &feedback)
}

fn route(review: &ReviewOutput) -> Next {
    match review.feedback {
        Some(_) => Next::back(),
        None => Next::end(),
    }
}

#[agent(output = "feedback: Option<String>", hand_off(route), loop_to = write, max_rounds = 3)]
async fn review(draft: String) -> Result<Option<String>> {
    Ok(Some(draft))
}

#[flock(start = write)]
struct Desk;

fn main() {}
