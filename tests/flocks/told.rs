//! Flocks that are told and asked things while they run.

use flock::prelude::*;

/// A person has looked at it.
#[signal]
#[derive(Debug)]
pub(crate) struct Review {
    pub(crate) by: String,
    #[serde(default)]
    pub(crate) stars: u32,
}

/// Enough reviews.
#[signal]
pub(crate) struct Enough {}

/// Gives the names of reviewers in order of arrival, once there are enough.
#[flock]
pub(crate) async fn collect_reviews(ctx: FlockContext) -> Result<Vec<String>> {
    ctx.signal::<Enough>().await?;
    let mut names = Vec::new();
    while let Ok(review) = ctx.signal::<Review>().within("1ms").await {
        names.push(review.by);
    }
    Ok(names)
}

/// Waits for one review, and no longer than it says.
#[flock]
pub(crate) async fn await_review(ctx: FlockContext, limit: String) -> Result<String> {
    let review = ctx.signal::<Review>().within(limit.as_str()).await?;
    Ok(review.by)
}

/// A text that people work on.
#[derive(Default)]
pub(crate) struct Draft {
    text: String,
    approved_by: Option<String>,
    edits: u32,
}

/// Keeps a draft until somebody approves it.
#[flock]
impl Draft {
    #[run]
    pub(crate) async fn run(ctx: FlockContext<Self>, text: String) -> Result<String> {
        ctx.state_mut(|draft| draft.text = text);
        ctx.wait_until(|draft| draft.approved_by.is_some()).await?;
        Ok(ctx.state(|draft| format!("{} ({})", draft.text, draft.edits)))
    }

    #[signal]
    pub(crate) fn approve(&mut self, by: String) {
        self.approved_by = Some(by);
    }

    /// The text as it is now.
    #[query]
    pub(crate) fn text(&self) -> String {
        self.text.clone()
    }

    /// One word of the text.
    #[query]
    pub(crate) fn word(&self, number: usize) -> Result<String> {
        let word = self.text.split(' ').nth(number);
        word.map(str::to_owned)
            .ok_or_else(|| Error::not_found(format!("there is no word {number}")))
    }

    /// Puts another text in place of this one; gives how many edits there were.
    #[update]
    pub(crate) fn edit(&mut self, text: String) -> Result<u32> {
        if text == "?" {
            return Err(Error::invalid("what is that?").with_type("Puzzled"));
        }
        self.text = text;
        self.edits += 1;
        Ok(self.edits)
    }

    #[validate(edit)]
    fn is_fit(&self, text: String) -> Result<()> {
        match text.is_empty() {
            true => Err(Error::invalid("the text is empty").with_type("Empty")),
            false => Ok(()),
        }
    }

    /// Asks an agent for a better text, which takes a while.
    #[update]
    pub(crate) async fn improve(ctx: FlockContext<Self>) -> Result<String> {
        let text = ctx.state(|draft| draft.text.clone());
        let better = ctx.run::<improver>(text).await?;
        ctx.state_mut(|draft| {
            draft.text.clone_from(&better);
            draft.edits += 1;
        });
        Ok(better)
    }
}

#[agent]
pub(crate) async fn improver(text: String) -> Result<String> {
    Ok(text.to_uppercase())
}
