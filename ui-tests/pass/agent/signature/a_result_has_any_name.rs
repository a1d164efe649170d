//! Of the standard library, of an alias, with an error of one's own.
#![deny(warnings)]

use std::fmt;

use flock::{Agent, prelude::*};

#[derive(Debug)]
struct Sorry;

impl fmt::Display for Sorry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sorry")
    }
}

impl std::error::Error for Sorry {}

type Answer = std::result::Result<String, Sorry>;
type Answers = Result<(String, usize)>;
type Done = Result<()>;

#[agent]
async fn aliased(text: String) -> Answer {
    if text.is_empty() {
        Err(Sorry)
    } else {
        Ok(text)
    }
}

#[agent]
async fn nothing(text: String) -> Done {
    drop(text);
    Ok(())
}

#[agent]
async fn input_output(path: String) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

#[agent]
async fn own_error(text: String) -> std::result::Result<Option<String>, Sorry> {
    Ok(Some(text))
}

#[agent(output = "text")]
async fn named(topic: String) -> Result<NamedOutput> {
    Ok(topic.into())
}

#[agent(output(text: String, words: usize))]
async fn several(text: String) -> Answers {
    let words = text.split(' ').count();
    Ok((text, words))
}

fn gives<A: Agent<Output = O>, O>() {}

pub(crate) fn main() {
    gives::<aliased, String>();
    gives::<nothing, ()>();
    gives::<input_output, String>();
    gives::<own_error, Option<String>>();
    gives::<named, NamedOutput>();
    gives::<several, SeveralOutput>();
}
