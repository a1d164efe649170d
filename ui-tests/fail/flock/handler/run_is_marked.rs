use flock::prelude::*;

#[derive(Default)]
struct Draft {
    text: String,
}

#[flock]
impl Draft {
    async fn run(ctx: FlockContext<Self>, text: String) -> Result<String> {
        ctx.state_mut(|draft| draft.text = text);
        Ok(ctx.state(|draft| draft.text.clone()))
    }

    #[query]
    fn text(&self) -> String {
        self.text.clone()
    }
}

fn main() {}
