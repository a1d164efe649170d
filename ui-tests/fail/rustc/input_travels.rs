use flock::prelude::*;

#[derive(Debug, Clone)]
struct Secret;

#[agent]
async fn open(secret: Secret) -> Result<String> {
    Ok(format!("{secret:?}"))
}

fn main() {}
