use flock::prelude::*;

#[agent(output = "Vec<String>")]
async fn writer(topic: String) -> Result<Vec<String>> {
    Ok(vec![topic])
}

fn main() {}
