use flock::prelude::*;

/// You are a researcher.
#[agent(input = "topic: String | The topic", output = "findings: String", hand_off = summarizer)]
struct Researcher;

#[agent(output = "summary: String", timeout = "1m")]
async fn summarizer(findings: String) -> Result<String> {
    Ok(findings.split_inclusive(". ").take(3).collect())
}

/// Research a topic, then sum it up.
#[flock(start = Researcher, timeout = "30m")]
struct Research;

/// Twice, and again.
#[flock]
async fn compare(ctx: FlockContext, left: String, right: String) -> Result<String> {
    let (a, b) = flock::join!(ctx.run::<summarizer>(left), ctx.run::<summarizer>(right));
    ctx.within("1h", async {
        ctx.sleep("1d").await?;
        Ok(())
    })
    .await?;
    ctx.child::<Research>("more".to_owned()).await?;
    Ok(format!("{} {}", a?.summary, b?.summary))
}

async fn setup(builder: RuntimeBuilder) -> Result<RuntimeBuilder> {
    Ok(builder.state(42_u64))
}

flock::main!(setup);
