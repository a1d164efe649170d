use flock::prelude::*;

#[agent(output = "text: String", hand_off(route, among = [editor]))]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

fn route(output: &WriterOutput) -> Next {
    if output.text.is_empty() { Next::end() } else { Next::to(editor) }
}

#[agent(output = "page: String")]
async fn editor(text: String) -> Result<String> {
    Ok(text)
}

fn main() {}
