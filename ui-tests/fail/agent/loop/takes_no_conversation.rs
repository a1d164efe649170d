use flock::prelude::*;

/// Looks something up.
#[tool(effect = "read")]
async fn look_up(word: String) -> Result<String> {
    Ok(word)
}

/// You are an expert.
#[agent(input = "question: String", output = "answer: String", tools = [look_up])]
struct Expert;

/// You are a clerk.
#[agent(tools = [Expert], loop = "activity")]
struct Clerk;

fn main() {}
