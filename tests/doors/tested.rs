use flock::{prelude::*, testing::TestRuntime};

#[agent(output = "findings: String", retries = 3)]
async fn researcher(topic: String) -> Result<String> {
    Err(Error::permanent(topic))
}

#[flock]
async fn publish(ctx: FlockContext, topic: String) -> Result<String> {
    Ok(ctx.run::<researcher>(topic).await?.findings)
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let test = TestRuntime::builder()
        .agent::<researcher>(|input| async move { Ok(input.topic) })
        .fail_first::<researcher>(2, Error::transient("busy"))
        .build()?;
    let run = test.start::<publish>("Rust".to_owned())?;
    println!("{}", run.result()?);
    run.assert_steps(["researcher"]);
    Ok(())
}
