use flock::prelude::*;

async fn route(output: &WriterOutput) -> Next {
    drop(output.text.clone());
    Next::end()
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
