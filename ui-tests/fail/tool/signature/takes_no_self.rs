use flock::prelude::*;

struct Web;

impl Web {
    /// Searches the web.
    #[tool(effect = "read")]
    async fn search(&self, query: String) -> Result<String> {
        Ok(query)
    }
}

fn main() {}
