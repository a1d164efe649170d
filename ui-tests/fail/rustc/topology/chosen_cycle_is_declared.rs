use flock::prelude::*;

fn route(output: &EditorOutput) -> Next {
    match output.good {
        true => Next::end(),
        false => Next::to::<writer>(),
    }
}

#[agent(output = "draft", hand_off = editor)]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent(output = "good: bool", hand_off(route, among = [writer]))]
async fn editor(draft: String) -> Result<bool> {
    Ok(draft.ends_with('.'))
}

#[flock(start = writer)]
struct Desk;

fn main() {}
