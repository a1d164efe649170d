//! What a user may write is in the documentation, and what is there may be written.

use std::collections::BTreeMap;

use super::{
    Config, QueueSection,
    frame::{Row, Section, Shape},
};

const PAGE: &str = include_str!("../../../docs/flock-toml.md");

/// Keys and what is built in, of the tables below a heading.
fn told(heading: &str) -> BTreeMap<String, String> {
    let part = PAGE.split(&format!("\n## {heading}\n")).nth(1);
    let part = part.unwrap_or_else(|| panic!("the page has no `## {heading}`"));
    let part = part.split("\n## ").next().unwrap();
    let rows = part.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let built_in = cells.last().unwrap().trim_end_matches('|').trim();
        (cells[0].trim_matches('`').to_owned(), built_in.to_owned())
    })
    .collect()
}

/// The same, as the code has it.
fn known(rows: &[Row]) -> BTreeMap<String, String> {
    let keys = rows.iter().flat_map(|row| match &row.shape {
        Shape::Section(inner) => {
            let within = known(inner).into_iter();
            let named = within.map(|(key, built_in)| (format!("{}.{key}", row.key), built_in));
            named.collect::<Vec<_>>()
        }
        Shape::Map(of) => match &**of {
            Shape::Section(inner) => {
                let within = known(inner).into_iter();
                let named =
                    within.map(|(key, built_in)| (format!("{}.….{key}", row.key), built_in));
                named.collect::<Vec<_>>()
            }
            _ => vec![(row.key.to_owned(), row.built_in.to_owned())],
        },
        _ => vec![(row.key.to_owned(), row.built_in.to_owned())],
    });
    keys.collect()
}

#[test]
fn every_key_is_in_the_documentation_and_every_row_there_is_a_key() {
    let top = Config::rows();
    let at_the_top: Vec<_> = told("At the top").into_keys().collect();
    let mut keys: Vec<_> = top.iter().map(|row| row.key.to_owned()).collect();
    keys.sort();
    assert_eq!(at_the_top, keys);
    for row in &top {
        let (heading, rows) = match &row.shape {
            Shape::Section(rows) => (format!("`[{}]`", row.key), rows),
            Shape::Map(of) => match &**of {
                Shape::Section(rows) => (format!("`[{}.…]`", row.key), rows),
                // Those of the whole file.
                _ => continue,
            },
            _ => continue,
        };
        let known = known(rows);
        match row.key {
            // One table for all who have options of agents.
            "defaults" => assert_eq!(known, told("`[agents.…]`")),
            "queues" => {
                let mut both = told("`[agents.…]`");
                both.retain(|key, _| !QueueSection::WITHOUT.contains(&key.as_str()));
                both.extend(told("`[queues.…]`"));
                let mut known = known;
                known.retain(|key, _| !QueueSection::WITHOUT.contains(&key.as_str()));
                assert_eq!(known, both);
            }
            _ => assert_eq!(known, told(&heading), "{heading}"),
        }
    }
    // The headings are of sections.
    let headings = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("## `[")?.strip_suffix("]`"));
    for heading in headings {
        let key = heading.trim_end_matches(".…");
        assert!(top.iter().any(|row| row.key == key), "{heading}");
    }
}

/// What editors say of a file is what a program says of it.
#[cfg(all(feature = "cli", feature = "models"))]
#[test]
fn the_schema_takes_what_is_right() {
    let schema = super::frame::document(&Config::rows(), &["researcher"]);
    let schema = jsonschema::draft7::new(&schema).unwrap();
    let is_valid = |text: &str| {
        let table = super::frame::parse(text).unwrap();
        schema.is_valid(&super::frame::Data::Table(table).json())
    };
    for block in PAGE.split("```toml\n").skip(1) {
        let block = block.split("```").next().unwrap();
        assert!(is_valid(block), "{block}");
    }
    for wrong in [
        "egine = 'local'",
        "engine = 'temporl'",
        "[defaults]\ntimeout = '5 mins'",
        "[defaults]\ntimeout = '5 m'",
        "[defaults]\ntimeout = '1.2.3s'",
        "[defaults]\npriority = 9",
        "[defaults]\nretries = '3'",
        "[defaults]\nretry.backoff = 0.5",
        "[temporal]\napi_key = 'sk-1'",
        "[agents.reseacher]\nretries = 1",
        "[profiles.a.temporal]\naddres = 'a'",
        "[models.a]\nreasoning = 'deep'",
    ] {
        assert!(!is_valid(wrong), "{wrong}");
        assert!(
            wrong.starts_with("[agents") || Config::parse(wrong).is_err(),
            "{wrong}"
        );
    }
}

/// Of the file in the documentation, and each piece of one, all is as it should be.
#[test]
fn what_the_documentation_shows_is_right() {
    let blocks = PAGE.split("```toml\n").skip(1);
    let blocks: Vec<_> = blocks
        .map(|block| block.split("```").next().unwrap())
        .collect();
    assert!(blocks.len() > 2);
    for block in blocks {
        if let Err(faults) = Config::parse(block) {
            panic!("{faults}\nin\n{block}");
        }
    }
}
