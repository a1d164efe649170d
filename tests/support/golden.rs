//! A user's test of histories, as a process: with a folder of its own, and the `flock.toml` in it.

use std::{ffi::OsString, process::ExitCode};

/// Called with the folder of the histories.
pub(crate) fn golden(args: impl Iterator<Item = OsString>) -> ExitCode {
    let folder: OsString = args.collect();
    match flock::replay::golden(folder) {
        Ok(_) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("{failed}");
            ExitCode::FAILURE
        }
    }
}
