//! What the tests leave on this machine's disk: all in one folder, searched for secrets at the end, and gone after a
//! run in which everything passed.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::unique;
use crate::planted;

/// The folder of this process.
fn everything() -> PathBuf {
    std::env::temp_dir().join(format!("flock-suite-{}", std::process::id()))
}

/// A fresh folder.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = everything().join(unique(name));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// A file in a fresh folder, for agents to leave traces in.
pub(crate) fn trace_file(name: &str) -> PathBuf {
    folder(name).join("trace")
}

/// Where a process that nobody listens to says what it says.
pub(super) fn log() -> fs::File {
    fs::File::create(folder("log").join("stderr")).expect("a file")
}

/// Lines that have a secret, and where they were said.
static LEAKS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Looks for secrets in what a program said. They are told when all tests have ended.
pub(super) fn heard(place: &str, text: &str) {
    if let Some(line) = planted::found(text) {
        let mut leaks = LEAKS.lock().unwrap_or_else(PoisonError::into_inner);
        leaks.push(format!("{place}: {line}"));
    }
}

/// The planted secrets that were found in logs, outputs, streams and traces.
pub(crate) fn leaks() -> Vec<String> {
    let _ = each_log(&everything(), &|path, text| {
        heard(&path.display().to_string(), text);
    });
    std::mem::take(&mut LEAKS.lock().unwrap_or_else(PoisonError::into_inner))
}

fn each_log(folder: &Path, look: &impl Fn(&Path, &str)) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let log = entry?.path().join("stderr");
        if let Ok(text) = fs::read(&log) {
            look(&log, &String::from_utf8_lossy(&text));
        }
    }
    Ok(())
}

/// Takes everything away.
pub(crate) fn remove() {
    let _ = fs::remove_dir_all(everything());
}
