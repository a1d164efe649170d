//! Programs that compile, and programs that do not: what the user reads then.
//!
//! `TRYBUILD=overwrite cargo test -p ui-tests` writes the expected messages anew: read them as
//! someone who meets them for the first time.

use std::process::Command;

/// The compiler whose own words are in `fail/rustc`.
const BLESSED: &str = "rustc 1.95.";

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    cases.pass("pass/agent/*/*.rs");
    cases.pass("pass/flock/*.rs");
    for macro_ in ["agent", "flock", "flock_type", "signal"] {
        cases.compile_fail(format!("fail/{macro_}/*/*.rs"));
    }
    let version = compiler();
    if version.starts_with(BLESSED) {
        println!("comparing fail/rustc: this is {version}");
        cases.compile_fail("fail/rustc/*.rs");
        cases.compile_fail("fail/rustc/topology/*.rs");
    } else {
        println!("not comparing fail/rustc: it has the words of {BLESSED}x, this is {version}");
    }
}

fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output();
    output.map_or_else(
        |error| format!("a compiler that does not tell its version ({error})"),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
