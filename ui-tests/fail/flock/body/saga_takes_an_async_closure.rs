use flock::prelude::*;

#[agent(output = "id: String")]
async fn book(city: String) -> Result<String> {
    Ok(city)
}

#[agent]
async fn cancel(id: String) -> Result<()> {
    drop(id);
    Ok(())
}

#[flock]
async fn trip(ctx: FlockContext) -> Result<String> {
    let id = ctx
        .saga(|saga| async move {
            saga.undo::<cancel>("Rome");
            Ok(ctx.run::<book>("Rome").await?.id)
        })
        .await?;
    Ok(id)
}

fn main() {}
