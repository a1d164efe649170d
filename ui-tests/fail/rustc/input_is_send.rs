use std::rc::Rc;

use flock::prelude::*;

#[flock_type]
#[derive(Debug, Clone)]
pub struct Note {
    pub text: String,
    #[serde(skip)]
    pub cache: Rc<String>,
}

#[agent(output = "words: usize")]
async fn count(note: Note) -> Result<usize> {
    Ok(note.text.len())
}

// Held by nothing that waits.
#[agent(output = "note: Note")]
async fn write(words: usize) -> Result<Note> {
    Ok(Note { text: words.to_string(), cache: Rc::default() })
}

fn main() {}
