//! Two agents read a text: one finds its key terms, one picks the sentences that carry them.
//!
//! ```text
//! cargo run -p quickstart
//! ```
//!
//! No server and no key: the agents are plain Rust, and the run happens in this process. The folder is a
//! package of its own, to be copied and changed. With all of flock's features the same program serves
//! Temporal: `cargo add flock-agents --default-features`, then `cargo run -- dev`, and in another terminal
//! `cargo run -- run digest --engine temporal`.

use std::collections::HashMap;

use flock::prelude::*;

/// Where the text is, unless `--input path=…` says otherwise.
const TEXT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/lighthouses.txt");

/// Reads a text and finds the words it speaks of most.
#[agent(
    output(
        /** The text, as it was read */
        text: String,
        /** Its key terms, the most frequent first */
        terms: Vec<String>,
    ),
    hand_off = summarizer,
)]
async fn reader(path: String) -> Result<(String, Vec<String>)> {
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Error::not_found(format!("cannot read {path}: {error}")))?;
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in words(&text).filter(|word| word.len() > 4) {
        *counts.entry(word).or_default() += 1;
    }
    let mut terms: Vec<_> = counts.into_iter().collect();
    terms.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let terms = terms.into_iter().take(8).map(|(term, _)| term);
    Ok((text, terms.collect()))
}

/// Picks the three sentences that hold most of the key terms, in the order of the text.
#[agent(
    output = "summary: String | The text in three of its own sentences",
    timeout = "1m"
)]
async fn summarizer(text: String, terms: Vec<String>) -> Result<String> {
    let lines = text.lines().flat_map(|line| line.split_inclusive(". "));
    let sentences: Vec<&str> = lines
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect();
    let weight = |sentence: &str| words(sentence).filter(|word| terms.contains(word)).count();
    let mut best: Vec<usize> = (0..sentences.len()).collect();
    best.sort_by_key(|&at| std::cmp::Reverse(weight(sentences[at])));
    best.truncate(3);
    best.sort_unstable();
    let picked: Vec<&str> = best.into_iter().map(|at| sentences[at]).collect();
    Ok(picked.join(" "))
}

/// Sums up a text file.
#[flock(start = reader, input(/** The file to read */ path: String = TEXT))]
struct Digest;

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

flock::main!();

#[cfg(test)]
mod tests {
    use flock::testing::TestRuntime;

    use super::*;

    #[test]
    fn what_is_read_is_summed_up() {
        let test = TestRuntime::builder()
            .agent::<reader>(async |_| {
                let text = "The light burns. Nobody is there. The keeper tends the light.";
                Ok((
                    text.to_owned(),
                    vec!["light".to_owned(), "keeper".to_owned()],
                ))
            })
            .build()
            .unwrap();
        let run = test.start::<Digest>("a file").unwrap();
        assert!(
            run.result()
                .unwrap()
                .summary
                .starts_with("The light burns.")
        );
        run.assert_steps(["reader", "summarizer"]);
    }
}
