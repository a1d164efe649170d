use flock::prelude::*;

pub enum ReviewerInput {
    Short,
    Long,
}

/// You review.
#[agent(input = "text: String", output = "grade: u8")]
struct Reviewer;

// Of another module, of a test, of a function: no names of this place.
mod other {
    pub struct ReviewerOutput;
}

#[cfg(test)]
struct ReviewerOutput;

fn local() -> other::ReviewerOutput {
    struct ReviewerOutput;
    drop(ReviewerOutput);
    other::ReviewerOutput
}

#[flock(start = Reviewer)]
struct Review;

fn main() {}
