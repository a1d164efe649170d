use flock::{prelude::*, testing::TestRuntime};

#[agent(output = "findings: String")]
async fn scout(region: String) -> Result<String> {
    Ok(region)
}

fn main() {
    let _ = TestRuntime::builder()
        .agent::<scout>(|input| async move { Ok(input.region.len()) })
        .agent::<scout>(|input| input.region)
        .agent::<scout>(|| async { Ok(String::new()) });
}
