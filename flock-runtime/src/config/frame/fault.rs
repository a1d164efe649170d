//! What is wrong with a configuration: everything at once, each at its place.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Data, Place, Shape, Table, no_variable};
use crate::error::StartError;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) place: Option<Place>,
    pub(crate) message: String,
}

impl Fault {
    /// As a program that cannot start says it.
    pub(crate) fn into_error(self, path: &Path) -> StartError {
        match self.place {
            Some(Place::Variable(name)) => StartError::Setting {
                name: name.to_string(),
                message: self.message,
            },
            place => StartError::Config {
                path: path.to_owned(),
                line: place.as_ref().and_then(Place::line),
                message: self.message,
            },
        }
    }
}

impl Place {
    /// The line of the file.
    pub(crate) fn line(&self) -> Option<usize> {
        match self {
            Self::File { line, .. } => Some(*line),
            Self::Variable(_) => None,
        }
    }
}

/// As in text that is not of a file.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(Place::File { line, .. }) => write!(f, "line {line}: {}", self.message),
            Some(Place::Variable(name)) => write!(f, "{name}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// All of them as one error: the first, and each other on a line of its own.
pub(crate) fn told(faults: Vec<Fault>, path: &Path) -> StartError {
    let mut errors = faults.into_iter().map(|fault| fault.into_error(path));
    let mut first = errors.next().unwrap_or_else(|| StartError::Config {
        path: PathBuf::from(path),
        line: None,
        message: "it is wrong".to_owned(),
    });
    if let StartError::Setting { message, .. } | StartError::Config { message, .. } = &mut first {
        for error in errors {
            *message += &format!("\n{error}");
        }
    }
    first
}

/// The key that is being read: its path, and how much of that is the name of its section.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spot {
    path: Vec<String>,
    section: usize,
}

impl Spot {
    /// The file.
    pub(crate) fn root() -> Self {
        Self::default()
    }

    /// What `key` is of.
    pub(crate) fn child(&self, key: &str) -> Self {
        let mut child = self.clone();
        child.path.push(key.to_owned());
        child
    }

    /// The same as a section, where sections stand: its name is in the head then.
    pub(crate) fn opened(mut self) -> Self {
        if self.path.len() == 1 {
            self.section = 1;
        }
        self
    }

    /// As [`child`](Self::child), of a table of sections: `[agents.a]`.
    pub(super) fn section(&self, name: &str) -> Self {
        let mut child = self.child(name);
        child.section = child.path.len();
        child
    }

    /// Its last word: of `[agents.a]`, `a`.
    pub(crate) fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// The key within its section: `retry.initial`.
    fn key(&self) -> String {
        self.path[self.section..].join(".")
    }

    fn head(&self, place: Option<&Place>) -> String {
        let mut keys: Vec<&str> = self.path[..self.section]
            .iter()
            .map(String::as_str)
            .collect();
        match place {
            Some(Place::Variable(_)) => return String::new(),
            Some(Place::File {
                profile: Some(profile),
                ..
            }) => keys.splice(0..0, ["profiles", profile]).for_each(drop),
            _ => {}
        }
        match keys.is_empty() {
            true => String::new(),
            false => format!("[{}] ", keys.join(".")),
        }
    }
}

/// The faults that were found, and where everything was written.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    places: BTreeMap<Vec<String>, Place>,
    pub(crate) found: Vec<Fault>,
}

impl Faults {
    /// Of what is in `table`.
    pub(crate) fn of(table: &Table) -> Self {
        let mut faults = Self::default();
        faults.note(&mut Vec::new(), table);
        faults
    }

    fn note(&mut self, path: &mut Vec<String>, table: &Table) {
        for (key, node) in table {
            path.push(key.clone());
            self.places.insert(path.clone(), node.place.clone());
            if let Data::Table(table) = &node.data {
                self.note(path, table);
            }
            path.pop();
        }
    }

    /// Where it was written, or what it is of.
    pub(crate) fn place(&self, path: &[String]) -> Option<&Place> {
        let mut paths = (0..=path.len()).rev().map(|length| &path[..length]);
        paths.find_map(|path| self.places.get(path))
    }

    /// A sentence about `spot`, which speaks for itself.
    pub(crate) fn say(&mut self, spot: &Spot, sentence: &str) {
        let place = self.place(&spot.path).cloned();
        let message = format!("{}{sentence}", spot.head(place.as_ref()));
        self.found.push(Fault { place, message });
    }

    /// What is wrong with the value of a key.
    pub(crate) fn wrong(&mut self, spot: &Spot, what: &str) {
        self.say(spot, &format!("`{}`: {what}", spot.key()));
    }

    /// Another kind of value than a key takes.
    pub(in crate::config) fn other_kind(&mut self, spot: &Spot, shape: &Shape, data: &Data) {
        let given = match data {
            Data::Text(text) => format!("the text {}", Data::Text(text.clone())),
            Data::Table(_) => "a table".to_owned(),
            Data::List(_) => "a list".to_owned(),
            other => format!("`{other}`"),
        };
        self.takes(spot, shape, &given);
    }

    /// The same where the value may be a secret: it is not repeated.
    pub(in crate::config) fn other_secret(&mut self, spot: &Spot, shape: &Shape, data: &Data) {
        let given = match data {
            Data::Text(_) => "a text",
            Data::Table(_) => "a table",
            Data::List(_) => "a list",
            Data::Whole(_) | Data::Decimal(_) => "a number",
            Data::Flag(_) => "a flag",
            Data::Date(_) => "a date",
        };
        self.takes(spot, shape, given);
    }

    fn takes(&mut self, spot: &Spot, shape: &Shape, given: &str) {
        let key = match spot.key() {
            // The section itself, which is in the head.
            key if key.is_empty() => "it".to_owned(),
            key => format!("`{key}`"),
        };
        self.say(spot, &format!("{key} takes {shape}, not {given}"));
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }
}

/// What a section says of itself, when its keys fit each for itself.
#[derive(Debug)]
pub(crate) struct Said<'a> {
    spot: &'a Spot,
    faults: &'a mut Faults,
}

impl<'a> Said<'a> {
    pub(super) fn of(spot: &'a Spot, faults: &'a mut Faults) -> Self {
        Self { spot, faults }
    }

    /// The section's own name: of `[agents.a]`, `a`.
    pub(crate) fn name(&self) -> &str {
        self.spot.name()
    }

    /// What is wrong with the section.
    pub(crate) fn wrong(&mut self, sentence: impl AsRef<str>) {
        self.faults.say(self.spot, sentence.as_ref());
    }

    /// What is wrong with a key of it, such as `retry.backoff`; the sentence names it.
    pub(crate) fn at(&mut self, key: &str, sentence: impl AsRef<str>) {
        let spot = key
            .split('.')
            .fold(self.spot.clone(), |spot, key| spot.child(key));
        self.faults.say(&spot, sentence.as_ref());
    }

    /// That `key` is to name a variable with a secret, where `name` is none.
    pub(crate) fn variable(&mut self, key: &str, name: Option<&str>, such_as: &str) {
        if let Some(sentence) = name.and_then(|name| no_variable(key, name, such_as)) {
            self.at(key, sentence);
        }
    }

    /// That no time is no limit.
    pub(crate) fn above_zero(&mut self, key: &str, limit: Option<Duration>) {
        if limit.is_some_and(|limit| limit.is_zero()) {
            self.at(key, format!("`{key}` must be above zero"));
        }
    }
}
