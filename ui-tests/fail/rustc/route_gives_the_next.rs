use flock::prelude::*;

fn route(output: &WriterOutput) -> bool {
    output.text.is_empty()
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
