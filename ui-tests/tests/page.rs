//! The page about compile errors shows cases of `fail/` as they are.
//!
//! `UPDATE_EXPECT=1 cargo test -p ui-tests --test page` writes them into it anew.

use std::{fs, path::Path};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/compile-errors.md");

#[test]
fn the_page_shows_the_cases() {
    let page = fs::read_to_string(PAGE).expect("the page");
    let shown = with_cases(&page);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(PAGE, shown).expect("the page can be written");
    } else {
        assert_eq!(page, shown, "UPDATE_EXPECT=1 writes the page anew");
    }
    assert_eq!(page.matches("<!-- fail/").count(), 10);
}

/// The page with source and message after each line that names a case.
fn with_cases(page: &str) -> String {
    let mut shown = String::new();
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        shown.push_str(line);
        shown.push('\n');
        let Some(case) = line
            .strip_prefix("<!-- ")
            .and_then(|line| line.strip_suffix(" -->"))
        else {
            continue;
        };
        while lines.next_if(|line| !line.starts_with("## ")).is_some() {}
        shown.push_str(&blocks(case));
    }
    shown
}

fn blocks(case: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |ending: &str| {
        let file = folder.join(format!("{case}.{ending}"));
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    };
    let source = read("rs");
    let source = source.strip_suffix("fn main() {}\n").unwrap_or(&source);
    format!(
        "\n```rust,compile_fail\n{}\n```\n\n```text\n{}\n```\n\n",
        source.trim(),
        read("stderr").trim_end()
    )
}
