use flock::prelude::*;

#[agent]
async fn writer(text: String) -> Result<(String, usize)> {
    let words = text.split(' ').count();
    Ok((text, words))
}

fn main() {}
