//! Programs that compile, and programs that do not: what the user reads then.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
}
