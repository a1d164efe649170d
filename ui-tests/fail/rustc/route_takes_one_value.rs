use flock::prelude::*;

fn route(output: &WriterOutput, rounds: u32) -> Next {
    match (output.text.as_str(), rounds) {
        ("", 0) => Next::end(),
        _ => Next::to::<editor>(),
    }
}

#[agent(output = "text", hand_off(route, among = [editor]))]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[agent]
async fn editor(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
