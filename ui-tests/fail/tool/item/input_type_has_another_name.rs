use flock::prelude::*;

#[flock_type]
#[derive(Debug, Clone)]
struct WebSearchInput {
    query: String,
}

mod tools {
    use super::WebSearchInput;
    use flock::prelude::*;

    /// Searches the web.
    #[tool(effect = "read")]
    async fn web_search(input: WebSearchInput) -> Result<String> {
        Ok(input.query)
    }
}

fn main() {}
