use flock::prelude::*;

#[agent(output = "draft")]
async fn writer(topic: String) -> Result<String> {
    Ok(topic)
}

#[flock(start = writer, timeout = "1 hour")]
struct Desk;

type Given = <Desk as flock::Flock>::Output;

fn start(runtime: &Runtime) {
    let _ = runtime.start::<Desk>("bees");
    let _: fn(Given) -> String = |output| output.draft;
}

fn main() {
    let _ = start;
}
