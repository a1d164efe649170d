#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let options = flock::engine::temporal::ConnectOptions::default();
    let runtime = Runtime::builder().connect(options).await?;
    let worker = tokio::spawn(runtime.worker().run(std::future::pending()));
    let run = runtime.start::<Research>("Temporal".to_owned()).await?;
    println!("{}", run.result().await?.summary);
    worker.abort();
    Ok(())
}
