//! What `deny.toml` asks of dependencies, and that the oldest compiler we promise takes them.
//!
//! `cargo deny` asks for more, and `.ci/run` calls it where it is there. This needs no tool.

use std::{collections::BTreeSet, process::Command};

use libtest_mimic::Trial;
use serde_json::Value;

use crate::support::test;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("dependencies::are_fit_to_ship", async || are_fit()),
        test("dependencies::licences_are_read", async || licences()),
    ]
}

const DENY: &str = include_str!("../deny.toml");

fn are_fit() {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let ours = release(env!("CARGO_PKG_RUST_VERSION"));
    let (allowed, banned) = (words("allow = [", "]"), words("deny = [", "]"));
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
        if banned.contains(name) {
            wrong.push(format!("{name}: is banned"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The texts in quotes between two places of `deny.toml`.
fn words(from: &str, to: &str) -> BTreeSet<&'static str> {
    let list = DENY.split(from).nth(1).unwrap().split(to).next().unwrap();
    let words: BTreeSet<_> = list.split('"').skip(1).step_by(2).collect();
    assert!(!words.is_empty(), "{from} of deny.toml");
    words
}

/// `1.92.1` as 1 and 92.
fn release(version: &str) -> (u32, u32) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap());
    (parts.next().unwrap(), parts.next().unwrap_or_default())
}

/// Whether a licence such as `(MIT OR Apache-2.0) AND ISC` can be met by those that are allowed.
fn fits(licence: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = licence
        .replace('/', " OR ")
        .replace('(', "( ")
        .replace(')', " )");
    let mut tokens = spaced.split_whitespace().peekable();
    any(&mut tokens, allowed)
}

type Tokens<'a, 'b> = &'a mut std::iter::Peekable<std::str::SplitWhitespace<'b>>;

fn any(tokens: Tokens<'_, '_>, allowed: &BTreeSet<&str>) -> bool {
    let mut fits = all(tokens, allowed);
    while tokens.next_if_eq(&"OR").is_some() {
        fits |= all(tokens, allowed);
    }
    fits
}

fn all(tokens: Tokens<'_, '_>, allowed: &BTreeSet<&str>) -> bool {
    let mut fits = one(tokens, allowed);
    while tokens.next_if_eq(&"AND").is_some() {
        fits &= one(tokens, allowed);
    }
    fits
}

fn one(tokens: Tokens<'_, '_>, allowed: &BTreeSet<&str>) -> bool {
    let mut name = match tokens.next() {
        Some("(") => {
            let fits = any(tokens, allowed);
            assert_eq!(tokens.next(), Some(")"));
            return fits;
        }
        name => name.unwrap_or_default().to_owned(),
    };
    if tokens.next_if_eq(&"WITH").is_some() {
        name = format!("{name} WITH {}", tokens.next().unwrap_or_default());
    }
    allowed.contains(name.as_str())
}

fn licences() {
    let allowed = BTreeSet::from(["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]);
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
