use flock::prelude::*;

#[agent]
pub const WRITER: &str = "writer";

fn main() {}
