//! One agent over many chapters, four at a time, while another looks at the whole.
//!
//! ```text
//! cargo run --example parallel_analysis
//! ```

use flock::prelude::*;

/// Counts the words of a chapter, and finds its longest.
#[agent(
    output(
        /** How many there are */
        words: u32,
        /** The longest */
        longest: String,
    ),
    timeout = "30s",
)]
async fn reader(chapter: String) -> Result<(u32, String)> {
    let words = chapter.split_whitespace();
    let count = u32::try_from(words.clone().count()).unwrap_or(u32::MAX);
    let longest = words.max_by_key(|word| word.chars().count());
    match longest {
        Some(longest) => Ok((count, longest.to_owned())),
        None => Err(Error::invalid("the chapter is empty")),
    }
}

/// Finds what a text asks.
#[agent(output = "questions: Vec<String> | Its questions, in their order")]
async fn questioner(text: String) -> Result<Vec<String>> {
    let sentences = text.split_inclusive(['.', '?', '!']).map(str::trim);
    let questions = sentences.filter(|sentence| sentence.ends_with('?'));
    Ok(questions.map(str::to_owned).collect())
}

/// Analyses a text, its chapters side by side.
#[flock(input(/** The text, a chapter a paragraph */ text: String = default_text()))]
async fn analysis(ctx: FlockContext, text: String) -> Result<String> {
    let chapters: Vec<_> = text.split("\n\n").map(str::to_owned).collect();
    let (chapters, questions) = flock::join!(
        // Every result counts here; `.await` on the map itself would end with the first failure.
        ctx.map::<reader>(chapters).concurrency(4).settled(),
        ctx.run::<questioner>(text.as_str()),
    );
    let lines = chapters
        .into_iter()
        .enumerate()
        .map(|(at, chapter)| match chapter {
            Ok(told) => format!("{}. {} words, longest {}", at + 1, told.words, told.longest),
            Err(error) => format!("{}. {error}", at + 1),
        });
    let lines: Vec<_> = lines.collect();
    Ok(format!(
        "{}\nquestions: {}",
        lines.join("\n"),
        questions?.questions.join(" ")
    ))
}

fn default_text() -> String {
    [
        "Who keeps the light? Nobody has lived on the rock for forty years.",
        "",
        "A lamp that is watched by no one still wants watching. What if it fails?",
        "Then another machine, in another town, notices the darkness and says so.",
    ]
    .join("\n\n")
}

flock::main!();
