//! The program, called as a user calls it.

use std::process::Command;

#[test]
fn sums_up_what_it_is_given() {
    let output = Command::new(env!("CARGO_BIN_EXE_quickstart"))
        .args(["run", "digest", "--json"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("Ships steer by it"), "{said}");
}
