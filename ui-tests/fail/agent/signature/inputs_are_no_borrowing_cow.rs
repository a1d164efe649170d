use flock::prelude::*;

#[agent]
async fn writer(text: std::borrow::Cow<'_, str>) -> Result<String> {
    Ok(text.into_owned())
}

fn main() {}
