//! Every sentence these macros can say, by what it is about. Each names what is wrong in the user's
//! words, and what to write instead.

mod body;
mod clash;
mod defaults;
mod duration;
mod fields;
mod flock;
mod function;
mod hand_off;
mod handler;
mod inputs;
mod item;
mod options;
mod replay;
mod schedule;
mod together;
mod tool;
mod types;
mod values;

use super::{Sentence, nearest};

pub(crate) use body::*;
pub(crate) use clash::*;
pub(crate) use defaults::*;
pub(crate) use duration::*;
pub(crate) use fields::*;
pub(crate) use flock::*;
pub(crate) use function::*;
pub(crate) use hand_off::*;
pub(crate) use handler::*;
pub(crate) use inputs::*;
pub(crate) use item::*;
pub(crate) use options::*;
pub(crate) use replay::*;
pub(crate) use schedule::*;
pub(crate) use together::*;
pub(crate) use tool::*;
pub(crate) use types::*;
pub(crate) use values::*;

fn say(message: impl Into<String>) -> Sentence {
    Sentence::new(message)
}

fn list(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

/// Help with an unknown word: those that were probably meant, and then all that there are.
fn meant(near: &[&str], known: String) -> String {
    match near {
        [] => known,
        [near] => format!("did you mean `{near}`? {known}"),
        [near, other, ..] => format!("did you mean `{near}` or `{other}`? {known}"),
    }
}

/// As [`meant`], by how the words look.
fn looks_like(word: &str, known: &[&str], all: String) -> String {
    meant(&nearest(word, known.iter().copied()), all)
}
