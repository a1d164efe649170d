use flock::prelude::*;

#[derive(Debug, Clone)]
struct Secret;

#[derive(Debug, Clone)]
struct Hidden;

#[agent]
async fn open(
    secret: Secret,
    text: String,
    hidden: Vec<Hidden>,
) -> Result<String> {
    Ok(format!("{secret:?} {text} {hidden:?}"))
}

fn main() {}
