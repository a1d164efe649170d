use flock::prelude::*;

#[derive(Debug, Clone)]
pub struct DraftApprove {
    pub by: String,
}

#[derive(Default)]
pub struct Draft {
    by: Option<DraftApprove>,
}

#[flock]
impl Draft {
    #[run]
    pub async fn run(ctx: FlockContext<Self>) -> Result<String> {
        ctx.wait_until(|draft| draft.by.is_some()).await?;
        Ok("approved".into())
    }

    #[signal]
    pub fn approve(&mut self, by: String) {
        self.by = Some(DraftApprove { by });
    }
}

fn main() {}
