use flock::prelude::*;

#[agent]
async fn writer<T: Send>(text: T) -> Result<String> {
    Ok(String::new())
}

fn main() {}
