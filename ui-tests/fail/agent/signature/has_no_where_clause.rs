use flock::prelude::*;

#[agent]
async fn writer(text: String) -> Result<String>
where
    String: Send,
{
    Ok(text)
}

fn main() {}
