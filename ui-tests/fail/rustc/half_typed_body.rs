use flock::prelude::*;

#[agent(output = "summary")]
async fn writer(text: String) -> Result<String> {
    text.
}

fn main() {
    let _ = WriterInput::from("text").text;
    let _ = <writer as flock::Agent>::NAME;
}
