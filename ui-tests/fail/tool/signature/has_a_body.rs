use flock::prelude::*;

trait Web {
    /// Searches the web.
    #[tool(effect = "read")]
    async fn search(query: String) -> Result<String>;
}

fn main() {}
