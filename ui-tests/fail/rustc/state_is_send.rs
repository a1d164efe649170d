use std::rc::Rc;

use flock::prelude::*;

#[agent(output = "words: usize")]
async fn count(State(most): State<Rc<usize>>, text: String) -> Result<usize> {
    Ok(text.len().min(*most))
}

fn main() {}
