//! pydantic-ai, as it is published: fetched once into the target folder, by pip.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::Result;

pub(crate) const PACKAGES: [&str; 2] = [
    "pydantic-ai-slim[openai,temporal]==2.68.0",
    "temporalio==1.35.0",
];

/// The Python program that has them.
pub(crate) fn fetched() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("turns-python");
    let (done, versions) = (folder.join("fetched"), PACKAGES.join("\n"));
    let python = folder.join("bin/python");
    if fs::read_to_string(&done).is_ok_and(|fetched| fetched == versions) {
        return Ok(python);
    }
    eprintln!(
        "fetching {} from PyPI into {} (once)",
        PACKAGES.join(" and "),
        folder.display()
    );
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    let mut install = Command::new(folder.join("bin/pip"));
    run(install
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .args(PACKAGES))?;
    fs::write(done, versions)?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<()> {
    let help = "the bench needs Python 3.10 with venv, and PyPI, the first time";
    let output = command.output();
    let output = output.map_err(|error| format!("{command:?}: {error}; {help}"))?;
    match output.status.success() {
        true => Ok(()),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!("{command:?}: {said}; {help}").into())
        }
    }
}
