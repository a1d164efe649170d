use flock::prelude::*;

fn read(name: &str) -> std::result::Result<String, Box<dyn std::error::Error + Send + Sync>> {
    Ok(std::fs::read_to_string(name)?)
}

#[agent(output = "text: String")]
async fn reader(name: String) -> Result<String> {
    let text = read(&name)?;
    Ok(text)
}

fn main() {}
