use flock::prelude::*;

pub struct Json<T>(pub T);

#[agent]
async fn writer(Json(text): Json<String>) -> Result<String> {
    Ok(text)
}

fn main() {}
