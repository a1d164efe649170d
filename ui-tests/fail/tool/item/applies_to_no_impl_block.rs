use flock::prelude::*;

struct Web;

#[tool(effect = "read")]
impl Web {
    async fn search(query: String) -> Result<String> {
        Ok(query)
    }
}

fn main() {}
