//! What `deny.toml` asks of dependencies, and that the oldest compiler we promise takes them.
//!
//! `cargo deny` asks for more, and `.ci/run` calls it where it is there. This needs no tool.

use std::{collections::BTreeSet, process::Command};

use libtest_mimic::Trial;
use serde::Deserialize;
use serde_json::Value;
use spdx::{Expression, ParseMode};

use crate::support::test;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("dependencies::are_fit_to_ship", async || are_fit()),
        test("dependencies::licences_are_read", async || licences()),
    ]
}

/// What is looked at here of `deny.toml`.
#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
}

fn are_fit() {
    // Not `--offline`: a machine that has just built this has no crates of other platforms yet.
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&metadata.stderr);
    assert!(metadata.status.success(), "{said}");
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let ours = release(env!("CARGO_PKG_RUST_VERSION"));
    let deny: Deny = toml::from_str(include_str!("../deny.toml")).unwrap();
    let allowed = deny.licenses.allow;
    let mut wrong = Vec::new();
    for package in packages
        .iter()
        .filter(|package| package["source"].is_string())
    {
        let text = |key: &str| package[key].as_str();
        let name = text("name").unwrap();
        if !text("source").unwrap().starts_with("registry+") {
            wrong.push(format!("{name}: from {}", package["source"]));
        }
        // A file in place of a name is Temporal's, which is MIT.
        match text("license") {
            Some(licence) if fits(licence, &allowed) => {}
            None if text("license_file").is_some() && name.starts_with("temporalio-") => {}
            licence => wrong.push(format!("{name}: its licence is {licence:?}")),
        }
        if text("rust_version").is_some_and(|theirs| release(theirs) > ours) {
            wrong.push(format!("{name}: needs Rust {}", package["rust_version"]));
        }
        if deny.bans.deny.iter().any(|banned| banned.name == name) {
            wrong.push(format!("{name}: is banned"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `1.92.1` as 1 and 92.
fn release(version: &str) -> (u32, u32) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap());
    (parts.next().unwrap(), parts.next().unwrap_or_default())
}

/// Whether a licence such as `(MIT OR Apache-2.0) AND ISC` can be met by those that are allowed. Older packages
/// write `MIT/Apache-2.0`.
fn fits(licence: &str, allowed: &BTreeSet<String>) -> bool {
    let expression = Expression::parse_mode(licence, ParseMode::LAX);
    expression.is_ok_and(|expression| {
        expression.evaluate(|licence| allowed.contains(&licence.to_string()))
    })
}

fn licences() {
    let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"];
    let allowed = allowed.map(str::to_owned).into();
    for (licence, can_be_met) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("MIT/Apache-2.0", true),
        ("GPL-3.0 AND MIT", false),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0 OR GPL-3.0", false),
    ] {
        assert_eq!(fits(licence, &allowed), can_be_met, "{licence}");
    }
}
