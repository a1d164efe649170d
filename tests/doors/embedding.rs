use flock::{
    Answer,
    dev_server::{DevServer, DevServerOptions},
    engine::temporal::ConnectOptions,
    prelude::*,
    replay::{History, Replayer},
};

#[derive(Default)]
struct Draft {
    text: String,
}

#[flock]
impl Draft {
    #[run]
    async fn run(ctx: FlockContext<Self>) -> Result<String> {
        ctx.wait_until(|draft| !draft.text.is_empty()).await?;
        ctx.approval("publish", &()).await?;
        Ok(ctx.state(|draft| draft.text.clone()))
    }

    #[signal]
    fn write(&mut self, text: String) {
        self.text = text;
    }

    #[query]
    fn text(&self) -> String {
        self.text.clone()
    }

    #[update]
    fn edit(&mut self, text: String) -> Result<usize> {
        self.text = text;
        Ok(self.text.len())
    }
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    flock_work()
}

fn flock_work() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut work = Box::pin(embedded());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match work.as_mut().poll(&mut context) {
        std::task::Poll::Ready(done) => done,
        std::task::Poll::Pending => Ok(()),
    }
}

async fn embedded() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut server = DevServer::start(DevServerOptions::default()).await?;
    let runtime = Runtime::builder().connect(ConnectOptions::default()).await?;
    let worker = runtime.worker();
    let run = runtime.start::<Draft>(()).id("draft").session("s").await?;
    run.signal(DraftWrite::from("a")).await?;
    run.query(DraftText {}).await?;
    run.update(DraftEdit::from("b")).await?;
    run.answer("publish-1", Answer::approve()).await?;
    run.status().await?;
    run.describe().await?;
    drop(run.steps().await?);
    println!("{}", run.result().await?);
    run.cancel("enough").await?;
    runtime.approvals().await?;
    let history: History = runtime.history(run.id()).await?;
    Replayer::new()?.replay(&history).await?;
    let schedules = runtime.schedules("program")?;
    let plan = schedules.plan().await?;
    schedules.apply(&plan).await?;
    schedules.list().await?;
    worker.run(std::future::pending()).await?;
    println!("{}", server.ended().await);
    server.stop().await?;
    Ok(())
}
