//! What the two crates agree on is the same in both.

use std::{fs, path::Path};

#[test]
fn it_is_one_file() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(here.join(path));
    // In a package of its own, the other crate is not beside it.
    if let Ok(runtime) = read("../flock-runtime/src/agreed.rs") {
        let macros = read("src/agreed.rs").expect("it is compiled in");
        assert_eq!(macros, runtime, "change both");
    }
}

#[test]
fn durations() {
    use crate::agreed::{NoDuration, display, millis};
    for text in ["500ms", "30s", "5m", "2h", "3d", "90s", "0ms"] {
        assert_eq!(millis(text).map(display).as_deref(), Ok(text));
    }
    assert_eq!(millis("0.1s"), Ok(100));
    assert_eq!(millis("3650d").map(display).as_deref(), Ok("3650d"));
    assert_eq!(millis("3651d"), Err(NoDuration::TooLong));
    for text in ["", "5", "s", "-5s", "1e9s", "1.2.3s", "5 mins"] {
        assert_eq!(millis(text), Err(NoDuration::Unreadable), "{text}");
    }
}
