//! Where everything in force was written.

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;

use super::{
    Config,
    frame::{Data, Faults, Place, Setting, Shape, Spot, Table},
    resolve::Source,
};

/// The keys that were written, and where.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Written(pub(super) BTreeMap<Vec<String>, Entry>);

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(super) place: Place,
    /// What a key is set to, as TOML and as JSON; none of a section.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "for commands"))]
    pub(super) value: Option<(String, Value)>,
}

impl Written {
    pub(super) fn of(table: &Table) -> Self {
        let mut written = Self::default();
        written.note(&mut Vec::new(), table);
        written
    }

    fn note(&mut self, path: &mut Vec<String>, table: &Table) {
        for (key, node) in table {
            path.push(key.clone());
            let value = match &node.data {
                Data::Table(_) => None,
                data => Some((data.to_string(), data.json())),
            };
            let place = node.place.clone();
            self.0.insert(path.clone(), Entry { place, value });
            if let Data::Table(table) = &node.data {
                self.note(path, table);
            }
            path.pop();
        }
    }

    fn place(&self, path: &[&str]) -> Option<&Place> {
        let path: Vec<_> = path.iter().map(|&key| key.to_owned()).collect();
        Some(&self.0.get(&path)?.place)
    }
}

impl Config {
    /// The line of the file in which a key or a section was written.
    pub(crate) fn line(&self, path: &[&str]) -> Option<usize> {
        self.written.place(path)?.line()
    }

    /// Where the first of `keys` that was set in a section was set.
    pub(crate) fn source(&self, section: &[&str], keys: &[&str]) -> Source {
        let mut places = keys.iter().map(|key| {
            let path: Vec<&str> = section.iter().copied().chain(key.split('.')).collect();
            self.written.place(&path)
        });
        let named = |before: &[&str]| Source::Config([before, section].concat().join(".").into());
        match places.find_map(|place| place) {
            Some(Place::Variable(name)) => Source::Variable(name.clone()),
            Some(Place::File {
                profile: Some(profile),
                ..
            }) => named(&["profiles", profile]),
            _ => named(&[]),
        }
    }
}

/// `[profiles.NAME]`: the file's own keys once more. They are taken out before the file is understood.
#[derive(Debug)]
pub(crate) struct Profiles;

impl Setting for Profiles {
    type Value = Vec<String>;

    fn shape() -> Shape {
        Shape::Map(Box::new(Shape::File))
    }

    fn read(_: Data, spot: &Spot, faults: &mut Faults) -> Option<Self::Value> {
        faults.say(spot, "a profile has no profiles of its own");
        None
    }
}

/// The path of a file, from the line of it that is meant.
pub(crate) fn at(path: &Path, line: Option<usize>) -> String {
    match line {
        Some(line) => format!("{}:{line}", path.display()),
        None => path.display().to_string(),
    }
}
