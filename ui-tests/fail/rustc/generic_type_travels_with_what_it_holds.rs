use flock::prelude::*;

#[flock_type]
#[derive(Debug, Clone)]
struct Page<T> {
    items: Vec<T>,
}

#[derive(Debug, Clone)]
struct Secret;

#[agent]
async fn lists(before: Page<Secret>) -> Result<usize> {
    Ok(before.items.len())
}

fn main() {}
