//! The rooms of this crate, and which may name which: as ARCHITECTURE's table says, which is read here.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The table's head.
const HEAD: &str = "| room | what lives there | may name |";

/// Files that belong to no room: they show what is in the rooms.
const FACES: [&str; 2] = ["lib.rs", "private.rs"];

type Arrows = BTreeMap<String, BTreeSet<String>>;

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The table: each room in its order, with those that it may name.
fn table() -> Vec<(String, BTreeSet<String>)> {
    let page = fs::read_to_string(here().join("../ARCHITECTURE.md")).expect("the page is there");
    let rows = page.lines().skip_while(|line| *line != HEAD).skip(2);
    rows.take_while(|line| line.starts_with('|'))
        .map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
            let names = |cell: &str| quoted(cell).map(str::to_owned).collect::<Vec<_>>();
            let room = names(cells[0]).remove(0);
            (room, names(cells[2]).into_iter().collect())
        })
        .collect()
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The room of a path inside the crate.
fn room(path: &[&str]) -> Option<String> {
    let first = path.first()?;
    Some(match path.get(1) {
        Some(engine @ (&"local" | &"temporal")) if *first == "engine" => {
            format!("engine::{engine}")
        }
        _ => (*first).to_owned(),
    })
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The text without comments. What looks like one in a string is lost with it, and names no room.
fn code(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// The paths that begin with what `rest` begins with: one, or each of a list in braces.
fn paths<'a>(rest: &'a str, before: &[&'a str], found: &mut Vec<Vec<&'a str>>) -> &'a str {
    let rest = rest.trim_start();
    if let Some(mut list) = rest.strip_prefix('{') {
        loop {
            list = paths(list, before, found).trim_start();
            match list.strip_prefix(',') {
                Some(more) => list = more,
                None => return list.strip_prefix('}').unwrap_or(list),
            }
        }
    }
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    let (name, rest) = rest.split_at(end.unwrap_or(rest.len()));
    let path = [before, &[name]].concat();
    match rest.strip_prefix("::") {
        Some(rest) if !name.is_empty() => paths(rest, &path, found),
        _ => {
            if !name.is_empty() {
                found.push(path);
            }
            // An `as` gives a name of its own.
            let end = rest.find([',', '}', ';']).unwrap_or(0);
            match rest.trim_start().starts_with("as ") {
                true => &rest[end..],
                false => rest,
            }
        }
    }
}

/// What each room names of others, with the file in which it does.
fn arrows() -> BTreeMap<(String, String), String> {
    let folder = here().join("src");
    let (mut files, mut arrows) = (Vec::new(), BTreeMap::new());
    sources(&folder, &mut files);
    for file in files {
        let file_name = file.strip_prefix(&folder).expect("it is in there");
        let shown = file_name.display().to_string();
        if FACES.contains(&&*shown) {
            continue;
        }
        let module = file_name.with_extension("");
        let mut module: Vec<&str> = module.iter().filter_map(|part| part.to_str()).collect();
        if module.last() == Some(&"mod") {
            module.pop();
        }
        // Tests stand beside what they test, and may look further.
        if module.contains(&"tests") {
            continue;
        }
        let text = code(&fs::read_to_string(&file).expect("it can be read"));
        let mut named = Vec::new();
        for (at, begin) in text.match_indices("crate::") {
            if !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
                paths(&text[at + begin.len()..], &[], &mut named);
            }
        }
        // From inside a function or a module of tests, `super` is another.
        for (at, begin) in text.match_indices("\nuse super::") {
            let mut rest = &text[at + begin.len()..];
            let mut up = module.len() - 1;
            while let Some(further) = rest.strip_prefix("super::") {
                (rest, up) = (further, up - 1);
            }
            paths(rest, &module[..up], &mut named);
        }
        let from = room(&module).expect("each file is in a room");
        for path in named {
            let to = room(&path).expect("a path has a beginning");
            if from != to {
                arrows.entry((from.clone(), to)).or_insert(shown.clone());
            }
        }
    }
    arrows
}

#[test]
fn rooms_name_those_that_they_may() {
    let table = table();
    assert!(table.len() > 10, "ARCHITECTURE has no table `{HEAD}`");
    let may: Arrows = table.into_iter().collect();
    let faults: Vec<_> = arrows()
        .into_iter()
        .filter_map(|((from, to), file)| match may.get(&from) {
            None => Some(format!("src/{file}: the room `{from}` is not in the table")),
            Some(_) if !may.contains_key(&to) => Some(format!(
                "src/{file} names `crate::{to}`, which is no room: name it by the room that it lives in"
            )),
            Some(names) if !names.contains(&to) => {
                Some(format!("src/{file}: `{from}` may not name `{to}`"))
            }
            Some(_) => None,
        })
        .collect();
    assert!(
        faults.is_empty(),
        "arrows that ARCHITECTURE's table of rooms does not have:\n{}\nhelp: move what is named to a room below, or change the table",
        faults.join("\n")
    );
}

#[test]
fn the_table_has_no_arrow_that_is_not_there() {
    let there: BTreeSet<_> = arrows().into_keys().collect();
    for (from, names) in table() {
        for to in names {
            let arrow = (from.clone(), to.clone());
            assert!(there.contains(&arrow), "`{from}` names nothing of `{to}`");
        }
    }
}

#[test]
fn arrows_point_up_the_table() {
    let mut above = BTreeSet::new();
    for (room, names) in table() {
        for name in names {
            assert!(
                above.contains(&name),
                "`{room}` names `{name}`, which stands below it"
            );
        }
        above.insert(room);
    }
}
