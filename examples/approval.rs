//! A draft goes out only when a person has approved it. What they object to is mended first.
//!
//! ```text
//! cargo run --example approval                       # you are asked: a page, or n and what is wrong
//! cargo run --example approval -- run publish --yes  # nobody is asked
//! ```
//!
//! On Temporal the flock waits for two days, whatever happens to its workers, and anybody answers.
//! After `cargo run --example approval -- dev`, in another terminal:
//!
//! ```text
//! cargo run --example approval -- start publish --id news-1
//! cargo run --example approval -- approvals
//! cargo run --example approval -- reject news-1/publish-1 --by ann --comment "too dry"
//! cargo run --example approval -- approve news-1/publish-2 --role editors --option front
//! cargo run --example approval -- result news-1
//! ```

use flock::prelude::*;

/// A text on its way to the readers.
#[flock_type]
#[derive(Debug, Clone)]
struct Draft {
    title: String,
    text: String,
}

/// Writes about a topic, and heeds what was said about the last draft.
#[agent]
async fn writer(topic: String, objections: Vec<String>) -> Result<Draft> {
    let mut text = format!("Everybody speaks of {topic}, and few could say why.");
    for objection in objections {
        text += &format!(" (Mended: {objection}.)");
    }
    Ok(Draft {
        title: format!("On {topic}"),
        text,
    })
}

/// Puts the draft where readers find it.
#[agent(output = "address: String | Where it can be read")]
async fn publisher(draft: Draft, page: String) -> Result<String> {
    let slug = draft.title.to_lowercase().replace(' ', "-");
    Ok(format!("https://news.example/{page}/{slug}"))
}

/// Writes, asks, mends, asks again, and publishes what was approved.
#[flock]
async fn publish(
    ctx: FlockContext,
    /** What to write about; durable execution when left out */
    topic: Option<String>,
) -> Result<String> {
    let topic = topic.unwrap_or_else(|| "durable execution".into());
    let mut objections = Vec::new();
    while objections.len() < 3 {
        let draft = ctx
            .run::<writer>((topic.clone(), objections.clone()))
            .await?;
        ctx.set_status(format!(
            "draft {} is with the editors",
            objections.len() + 1
        ))?;
        let decision = ctx
            .approval("publish", &draft)
            .describe("May this go out, and on which page?")
            .options(["front", "inside"])
            .by(["ann", "role:editors"])
            .within("2d")
            .on_timeout(Decision::approve().option("inside"))
            .await?;
        if decision.approved {
            let page = decision.option.unwrap_or_default();
            let published = ctx.run::<publisher>((draft, page)).await?;
            return Ok(published.address);
        }
        objections.push(decision.comment.unwrap_or_else(|| "not good enough".into()));
    }
    Err(Error::denied(format!(
        "nobody liked it: {}",
        objections.join("; ")
    )))
}

flock::main!();
