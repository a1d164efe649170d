use flock::prelude::*;

#[agent(output = "text: String")]
async fn weather(city: String, days: u8) -> Result<String> {
    Ok(format!("{city}: {days}"))
}

#[flock]
async fn desk(ctx: FlockContext, city: String) -> Result<String> {
    let found = ctx.run::<weather>(city, 3).await?;
    Ok(found.text)
}

fn main() {}
