//! Two agents of one name in two crates, neither of which knows of the other: found at start.

use flock::{StartError, prelude::*, registry::Registry};
// The crate's agents are linked in by this alone.
use ui_tests as _;

/// Has the name of an agent of `ui_tests`.
#[agent(name = "proofreader")]
async fn proofreader_of_this_crate(text: String) -> Result<String> {
    Ok(text)
}

#[test]
fn both_places_are_named() {
    let error = Registry::collect().expect_err("one name");
    assert!(
        matches!(
            error,
            StartError::Duplicate {
                what: "agent",
                name: "proofreader",
                ..
            }
        ),
        "{error}"
    );
    let text = error.to_string();
    assert!(text.contains("tests/registry.rs:8"), "{text}");
    assert!(text.contains("src/lib.rs:7"), "{text}");
}
