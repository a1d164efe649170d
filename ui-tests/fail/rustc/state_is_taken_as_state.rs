use flock::prelude::*;

use std::sync::Arc;

struct Database;

#[agent]
async fn writer(db: Arc<Database>, text: String) -> Result<String> {
    drop(db);
    Ok(text)
}

fn main() {}
