use flock::prelude::*;

#[agent(output = "reply: String")]
async fn helper(question: String) -> Result<String> {
    Ok(question)
}

#[flock]
async fn support(ctx: FlockContext, question: String) -> Result<String> {
    let mut chat = ctx.chat::<helper>();
    Ok(chat.say(question).await?.reply)
}

fn main() {}
