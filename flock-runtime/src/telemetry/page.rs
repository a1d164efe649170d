//! The page that lists what is told, which tests compare with the code.

use std::path::Path;

/// The rows of the table on docs/observability.md that has this header.
pub(super) fn rows(header: &str) -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/observability.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let below = page.lines().skip_while(|line| *line != header).skip(2);
    let rows = below.take_while(|line| line.starts_with("| `"));
    rows.map(str::to_owned).collect()
}
