use flock::prelude::*;

#[derive(Debug, Clone)]
struct Secret;

#[agent]
async fn hide(text: String) -> Result<Secret> {
    drop(text);
    Ok(Secret)
}

fn main() {}
