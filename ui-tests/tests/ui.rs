//! Programs that do not compile: what the user reads then. Those that do are in `pass.rs`.
//!
//! `TRYBUILD=overwrite cargo test -p ui-tests --test ui` writes the expected messages anew: read them
//! as someone who meets them for the first time.

use std::process::Command;

/// The compiler whose own words are in `fail/rustc`.
const BLESSED: &str = "rustc 1.95.";

/// One list, and none in it that compiles: trybuild then has Cargo check all of them at once, on all
/// cores, where it would otherwise build one after the other.
#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    for macro_ in ["agent", "flock", "flock_type", "main", "signal", "tool"] {
        cases.compile_fail(format!("fail/{macro_}/*/*.rs"));
    }
    let is_judged = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
    match words_of(&compiler(), is_judged) {
        Ok(()) => {
            cases.compile_fail("fail/rustc/*.rs");
            cases.compile_fail("fail/rustc/topology/*.rs");
        }
        Err(left_out) => println!("{left_out}"),
    }
}

/// Whether `fail/rustc` has the words of this compiler; else that it is left out. Where changes are
/// judged it is not.
#[track_caller]
fn words_of(version: &str, is_judged: bool) -> Result<(), String> {
    if version.starts_with(BLESSED) {
        return Ok(());
    }
    let found = format!("fail/rustc has the words of {BLESSED}x, and this is {version}");
    assert!(!is_judged, "{found}: bless it anew, and change `BLESSED`");
    Err(format!("{found}: it is left out"))
}

#[test]
fn words_of_another_compiler_are_left_out() {
    assert!(words_of("rustc 1.99.0 (0123456789 2030-01-01)", false).is_err());
    assert!(words_of("rustc 1.95.7 (0123456789 2030-01-01)", true).is_ok());
}

#[test]
#[should_panic(expected = "bless it anew")]
fn words_of_another_compiler_fail_where_changes_are_judged() {
    let _ = words_of("rustc 1.99.0 (0123456789 2030-01-01)", true);
}

fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output();
    output.map_or_else(
        |error| format!("a compiler that does not tell its version ({error})"),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
