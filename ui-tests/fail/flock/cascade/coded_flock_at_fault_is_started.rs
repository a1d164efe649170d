use flock::prelude::*;

#[agent(output = "draft")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(timeout = "1 hour", output = "text")]
async fn desk(ctx: FlockContext, topic: String) -> Result<String> {
    Ok(ctx.run::<writer>(topic).await?.draft)
}

fn start(runtime: &Runtime) {
    let _ = runtime.start::<desk>(DeskInput {
        topic: "bees".to_owned(),
    });
    let _: fn(DeskOutput) -> String = |output| output.text;
}

fn main() {
    let _ = start;
}
