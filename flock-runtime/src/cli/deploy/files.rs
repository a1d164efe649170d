//! Files, and how they come to where they are to be: nothing is lost that somebody has written.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;
use similar::TextDiff;

use crate::cli::{
    exit::{Exit, Fault},
    render::{ask, show},
};

/// A file to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    /// Where, below the folder that was named: names with `/` between them.
    pub(super) path: String,
    pub(super) text: String,
    /// Who may do what with it, as Unix says it.
    pub(super) mode: u32,
}

impl File {
    /// One that everyone may read.
    pub(super) fn new(path: impl Into<String>, text: String) -> Self {
        Self {
            path: path.into(),
            text,
            mode: 0o644,
        }
    }

    /// With a first line that says which command wrote it, where the format has comments.
    pub(super) fn told(mut self, command: &str) -> Self {
        if !self.path.ends_with(".json") {
            self.text = format!(
                "# Written by `{command}`: after a change of the program or of its flock.toml have it written again.\n{}",
                self.text
            );
        }
        self
    }
}

/// What is to become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// There is none.
    New,
    /// It is there as it would be written.
    Same,
    /// It is there and says something else.
    Changed,
}

/// A file beside what is there.
#[derive(Debug, Serialize)]
pub(super) struct Planned {
    pub(super) path: PathBuf,
    pub(super) state: State,
    /// From what is there to what would be written, as a unified diff; nothing where that is the same.
    pub(super) diff: String,
    #[serde(skip)]
    file: File,
}

/// Looks at what is there.
///
/// # Errors
/// What is there cannot be read, or is no file.
pub(super) fn plan(out: &Path, files: Vec<File>) -> Result<Vec<Planned>, Fault> {
    let planned = files.into_iter().map(|file| {
        let path = out.join(&file.path);
        let there = match fs::read(&path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                let path = path.display();
                return Err(Fault::usage(format!(
                    "{path} cannot be read: {error}; name another folder by `--out`"
                )));
            }
        };
        let state = match &there {
            None => State::New,
            Some(bytes) if *bytes == file.text.as_bytes() => State::Same,
            Some(_) => State::Changed,
        };
        let diff = match state {
            State::Same => String::new(),
            _ => diff(&path, there.as_deref(), &file.text),
        };
        Ok(Planned {
            path,
            state,
            diff,
            file,
        })
    });
    planned.collect()
}

fn diff(path: &Path, there: Option<&[u8]>, text: &str) -> String {
    let shown = path.display().to_string();
    let before = match there {
        Some(_) => &*shown,
        None => "/dev/null",
    };
    let old = String::from_utf8_lossy(there.unwrap_or_default());
    TextDiff::from_lines(&*old, text)
        .unified_diff()
        .header(before, &shown)
        .to_string()
}

/// Writes what is new or changed, all or nothing of it: where something is changed, whoever sits at the terminal is
/// shown how and asked, unless `yes` says so beforehand.
///
/// # Errors
/// The answer is no, nobody can be asked, or a file cannot be written.
pub(super) fn write(planned: &[Planned], yes: bool) -> Result<(), Fault> {
    let changed = || planned.iter().filter(|file| file.state == State::Changed);
    for file in changed() {
        show::event(file.diff.trim_end());
    }
    if !yes && changed().next().is_some() {
        let paths: Vec<_> = changed()
            .map(|file| file.path.display().to_string())
            .collect();
        ask::agreed(&format!("Overwrite {}?", paths.join(", ")))?;
    }
    for file in planned.iter().filter(|file| file.state != State::Same) {
        put(&file.path, &file.file).map_err(|error| {
            let path = file.path.display();
            Fault::new(Exit::Failed, format!("{path} cannot be written: {error}"))
        })?;
    }
    Ok(())
}

/// The whole file or nothing of it, also where the disk is full in the middle.
fn put(path: &Path, file: &File) -> io::Result<()> {
    // What a link leads to is what is meant.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let half = folder.join(format!(".{name}.{}", std::process::id()));
    let written = fs::write(&half, &file.text)
        .and_then(|()| allow(&half, file.mode))
        .and_then(|()| fs::rename(&half, &path));
    if written.is_err() {
        // It may never have come to be.
        let _ = fs::remove_file(&half);
    }
    written
}

#[cfg(unix)]
fn allow(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as elsewhere")]
fn allow(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
