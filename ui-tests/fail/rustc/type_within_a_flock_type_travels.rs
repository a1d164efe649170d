use flock::prelude::*;

#[derive(Debug, Clone)]
pub struct Deep {
    pub depth: u8,
}

#[flock_type]
#[derive(Debug, Clone)]
pub struct Outer {
    pub name: String,
    pub deep: Deep,
    pub more: Vec<Deep>,
}

#[agent(output = "depth: u8")]
async fn measure(outer: Outer) -> Result<u8> {
    Ok(outer.deep.depth)
}

fn main() {}
