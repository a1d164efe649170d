use flock::prelude::*;

/// Write.
#[agent(input(text: String, words: list[str], style), output = "letter: , length: u8")]
struct Writer;

fn main() {
    let input = WriterInput { text: String::new(), words: Vec::new(), style: String::new() };
    let _ = (input.text, input.words, input.style);
    let _ = <Writer as flock::Agent>::NAME;
}
