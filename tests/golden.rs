//! As in a user's test file: the flocks, and one line that replays every history they left.
//!
//! The histories were saved with `record RUN --out tests/histories/NAME.json`.

#[allow(dead_code, reason = "the histories are of some of the flocks")]
mod flocks;

flock::replay_tests!("tests/histories");
