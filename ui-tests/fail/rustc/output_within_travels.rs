use std::collections::HashMap;

use flock::prelude::*;

#[derive(Debug, Clone)]
pub struct Deep {
    pub depth: u8,
}

#[agent]
async fn list(depth: u8) -> Result<Vec<Deep>> {
    Ok(vec![Deep { depth }])
}

#[agent]
async fn map(depth: u8) -> Result<HashMap<String, Option<Deep>>> {
    drop(depth);
    Ok(HashMap::new())
}

#[flock]
async fn pair(ctx: FlockContext, depth: u8) -> Result<(Deep, u8)> {
    ctx.sleep("1s").await?;
    Ok((Deep { depth }, depth))
}

fn main() {}
