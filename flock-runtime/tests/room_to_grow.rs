//! What programs can build or take apart has room to grow: a public enum, and a public struct whose fields
//! are all public, is `#[non_exhaustive]`, and its fields are set by methods.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Those that stay as they are, and why.
const SETTLED: [(&str, &str); 4] = [
    (
        "State",
        "a parameter takes it apart: `State(pool): State<Pool>`",
    ),
    ("Record", "it is the map in it, and nothing else"),
    ("Untyped", "it has no values"),
    (
        "Outline",
        "written by a macro of this crate, in the crates of users",
    ),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        match path.is_dir() {
            true if path.ends_with("tests") => {}
            true => sources(&path, found),
            false => found.push(path),
        }
    }
}

/// The name of the type that begins in the first of `lines`, where all there is of it is public.
fn open(lines: &[&str]) -> Option<String> {
    let mut words = lines.first()?.strip_prefix("pub ")?.split_whitespace();
    let (kind, named) = (words.next()?, words.next()?);
    let name = named.split(['<', '(', ';']).next()?.to_owned();
    let fields = match kind {
        "enum" => return Some(name),
        "struct" => lines.iter().skip(1).take_while(|line| **line != "}"),
        _ => return None,
    };
    // Between parentheses, all in one line.
    if let Some((_, fields)) = lines[0].split_once('(') {
        return fields
            .split(", ")
            .all(|of| of.starts_with("pub "))
            .then_some(name);
    }
    let fields: Vec<&str> = fields
        .map(|line| line.trim())
        .filter(|line| line.ends_with(',') && !line.starts_with(['/', '#']))
        .collect();
    let is_open = !fields.is_empty() && fields.iter().all(|of| of.starts_with("pub "));
    is_open.then_some(name)
}

#[test]
fn what_is_public_has_room_to_grow() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    let (mut seen, mut narrow) = (0, Vec::new());
    for file in files {
        let text = fs::read_to_string(&file).expect("it is text");
        let lines: Vec<&str> = text.lines().collect();
        for at in 0..lines.len() {
            let Some(name) = open(&lines[at..]) else {
                continue;
            };
            seen += 1;
            let above = lines[..at].iter().rev();
            let mut attributes = above.take_while(|line| !line.is_empty() && **line != "}");
            let may_grow = attributes.any(|line| *line == "#[non_exhaustive]");
            let is_settled = SETTLED.iter().any(|(settled, _)| *settled == name);
            if may_grow == is_settled {
                narrow.push(format!("{name} in {}", file.display()));
            }
        }
    }
    assert!(seen > 40, "only {seen} types were found");
    assert!(
        narrow.is_empty(),
        "write `#[non_exhaustive]` above them, or why not here: {narrow:#?}"
    );
}
