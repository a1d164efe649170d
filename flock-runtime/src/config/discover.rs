//! From text, a profile and the environment to one configuration.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use super::{
    Config, frame,
    frame::{Data, Fault, Faults, Node, Place, Section, Spot, Table, merge, quoted},
    variables,
    written::Written,
};
use crate::{error::StartError, text::sentence::nearest};

const FILE: &str = "flock.toml";
const NAMED: &str = "FLOCK_CONFIG";
pub(super) const PROFILE: &str = "FLOCK_PROFILE";

impl Config {
    /// The variable that chooses a profile.
    #[cfg(feature = "deploy")]
    pub(crate) const PROFILE: &str = PROFILE;

    /// Reads a configuration from TOML text, without a profile.
    ///
    /// # Errors
    /// All that is wrong, each with its line. Unknown keys are errors.
    pub fn parse(text: &str) -> Result<Self, String> {
        read(text, None, Vec::new(), Path::new(FILE)).map_err(|faults| {
            let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
            faults.join("\n")
        })
    }

    /// Reads the file at `path` and nothing else: no profile, and no variables. Files that it names by a
    /// relative path are looked for beside it.
    ///
    /// # Errors
    /// [`StartError::Config`] when it cannot be read or is wrong: all of it, each with its line.
    pub fn read(path: &Path) -> Result<Self, StartError> {
        read(&text(path)?, None, Vec::new(), path).map_err(|faults| frame::told(faults, path))
    }

    /// Reads the file named by `FLOCK_CONFIG`, else `flock.toml` in the working directory where
    /// there is one, else nothing. What `[profiles.NAME]` says in it is above the rest where `FLOCK_PROFILE` is
    /// that name, and variables such as `FLOCK_AGENTS__WRITER__RETRIES` are above the file.
    ///
    /// # Errors
    /// As [`Config::read`]; [`StartError::Setting`] for what is wrong with a variable.
    pub fn discover() -> Result<Self, StartError> {
        let path = Self::place();
        let text = match &path {
            Some(path) => text(path)?,
            None => String::new(),
        };
        let profile = env::var_os(PROFILE).filter(|name| !name.is_empty());
        let path = path.unwrap_or_else(|| FILE.into());
        read(&text, profile, env::vars_os().collect(), &path)
            .map_err(|faults| frame::told(faults, &path))
    }

    /// The file that [`Config::discover`] reads.
    pub(crate) fn place() -> Option<PathBuf> {
        let named = env::var_os(NAMED).filter(|path| !path.is_empty());
        let here = || Some(PathBuf::from(FILE)).filter(|path| path.is_file());
        named.map(PathBuf::from).or_else(here)
    }
}

fn text(path: &Path) -> Result<String, StartError> {
    fs::read_to_string(path).map_err(|error| StartError::Config {
        path: path.to_owned(),
        line: None,
        message: error.to_string(),
    })
}

/// What the text, the profile and the variables come to.
fn read(
    text: &str,
    profile: Option<OsString>,
    variables: Vec<(OsString, OsString)>,
    path: &Path,
) -> Result<Config, Vec<Fault>> {
    let mut table = frame::parse(text)?;
    let mut found = Vec::new();
    let profiles = profiles(&mut table, &mut found);
    let chosen = profile.map(|name| name.to_string_lossy().into_owned());
    let (_, of_base) = understood(table.clone());
    for (name, node) in &profiles {
        if chosen.as_ref() == Some(name) {
            continue;
        }
        let mut whole = table.clone();
        merge(&mut whole, node.clone());
        let (_, faults) = understood(whole);
        let is_its = |place: &Option<Place>| matches!(place, Some(Place::File { profile: Some(of), .. }) if **of == *name);
        // What is wrong with the rest alone is told of that.
        let faults = faults.into_iter().filter(|fault| !of_base.contains(fault));
        found.extend(faults.map(|fault| match is_its(&fault.place) {
            true => fault,
            false => Fault {
                message: format!("with the profile `{name}`: {}", fault.message),
                ..fault
            },
        }));
    }
    let names: Vec<_> = profiles.iter().map(|(name, _)| name.clone()).collect();
    if let Some(name) = &chosen {
        match profiles.into_iter().find(|(known, _)| known == name) {
            Some((_, over)) => merge(&mut table, over),
            None => found.push(Fault {
                place: Some(Place::Variable(PROFILE.into())),
                message: no_profile(name, &names, path),
            }),
        }
    }
    found.extend(variables::apply(&mut table, variables));
    let (mut config, faults) = understood(table);
    found.extend(faults);
    if !found.is_empty() {
        found.sort_by(|a, b| a.place.cmp(&b.place));
        return Err(found);
    }
    config.profiles = names;
    if let Some(folder) = path.parent() {
        config.temporal.look_in(folder);
        config.codec.look_in(folder);
    }
    config.path = path.to_owned();
    Ok(config)
}

fn understood(table: Table) -> (Config, Vec<Fault>) {
    let mut faults = Faults::of(&table);
    let written = Written::of(&table);
    // The file itself is nowhere.
    let data = Data::Table(table);
    let mut config: Config = Section::read(data, &Spot::root(), &mut faults);
    config.written = written;
    (config, faults.found)
}

/// Takes the profiles out of the file.
fn profiles(table: &mut Table, found: &mut Vec<Fault>) -> Vec<(String, Table)> {
    let mut wrong = |place: Place, key: &str| {
        found.push(Fault {
            place: Some(place),
            message: format!("`{key}` takes a table: write `[profiles.NAME]`, or `[profiles.NAME.temporal]` and so on"),
        });
    };
    let Some(Node { place, data }) = table.remove("profiles") else {
        return Vec::new();
    };
    let Data::Table(profiles) = data else {
        wrong(place, "profiles");
        return Vec::new();
    };
    let mut all = Vec::new();
    for (name, Node { place, data }) in profiles {
        match data {
            Data::Table(mut table) => {
                belong(&mut table, &name);
                all.push((name, table));
            }
            _ => wrong(place, &format!("profiles.{}", quoted(&name))),
        }
    }
    all
}

/// Says of everything in `table` that it is of this profile.
fn belong(table: &mut Table, name: &str) {
    for node in table.values_mut() {
        if let Place::File { profile, .. } = &mut node.place {
            *profile = Some(name.into());
        }
        if let Data::Table(table) = &mut node.data {
            belong(table, name);
        }
    }
}

fn no_profile(name: &str, names: &[String], path: &Path) -> String {
    let path = path.display();
    match (nearest(name, names.iter().map(String::as_str)), names) {
        (Some(near), _) => {
            format!("there is no profile `{name}` in {path}; did you mean `{near}`?")
        }
        (None, []) => format!("there is no profile `{name}`: {path} has no `[profiles.…]`"),
        (None, names) => format!(
            "there is no profile `{name}` in {path}; profiles: {}",
            names.join(", ")
        ),
    }
}
