//! What a user's crate does not hold: the SDK's generics.
//!
//! An async function of another crate is compiled where it is awaited, and so is all that it calls.
//! Of one door left open, a user's 25 lines would be compiled together with a whole gRPC client, at
//! every edit. Here programs are compiled as cargo compiles them, and their own objects are read.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use libtest_mimic::{Failed, Trial};

use crate::support::unique;

/// What stands in the symbols of functions that only the SDK brings: names of crates, with their lengths
/// where they are a part of other words.
const STRANGERS: [&str; 4] = ["temporalio", "5tonic", "5hyper", "5prost"];

pub(crate) fn trials() -> Vec<Trial> {
    [
        ("the_command_line", include_str!("doors/command_line.rs")),
        ("an_embedding_program", include_str!("doors/embedding.rs")),
        ("a_users_tests", include_str!("doors/tested.rs")),
    ]
    .into_iter()
    .map(|(name, source)| {
        Trial::test(
            format!("doors::{name}_holds_nothing_of_the_sdk"),
            move || holds_nothing(source).map_err(Failed::from),
        )
    })
    .collect()
}

fn holds_nothing(source: &str) -> Result<(), String> {
    let object = compiled(source)?;
    // Names are long, and nothing else in an object without debugging information is text of this kind.
    let text = String::from_utf8_lossy(&object);
    if !text.contains("flock_runtime") {
        return Err("the object names nothing of flock: it cannot be read like this".to_owned());
    }
    let found: Vec<_> = STRANGERS
        .iter()
        .filter(|name| text.contains(**name))
        .collect();
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "the program's own object holds functions of {found:?}: some async function of flock's, or a generic one, is not boxed inside"
        ))
    }
}

/// The object of a program with these lines.
fn compiled(source: &str) -> Result<Vec<u8>, String> {
    let folder = std::env::temp_dir().join(unique("doors"));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let program = folder.join("program.rs");
    std::fs::write(&program, source).map_err(|error| error.to_string())?;
    let mut refused = Vec::new();
    // The newest is the one that this program is built with, unless somebody has built one with fewer
    // features since: the program does not compile with that.
    for flock in libraries().map_err(|error| error.to_string())? {
        match compile(&program, &flock) {
            Ok(object) => {
                // A folder for such things may keep what cannot be removed.
                let _ = std::fs::remove_dir_all(folder);
                return Ok(object);
            }
            Err(error) => refused.push(error),
        }
    }
    let first = refused.into_iter().next();
    Err(first.unwrap_or_else(|| "there is no library `flock` beside this program".to_owned()))
}

fn compile(program: &Path, flock: &Path) -> Result<Vec<u8>, String> {
    let object = program.with_extension("o");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--edition=2024", "--crate-type=bin", "--emit=obj"])
        .args(["-Ccodegen-units=1", "-Cdebuginfo=0", "-Awarnings"])
        .arg(format!("--extern=flock={}", flock.display()))
        .arg(format!("-Ldependency={}", beside(flock).display()))
        .arg("-o")
        .args([&object, program])
        .output()
        .map_err(|error| format!("rustc cannot be called: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    std::fs::read(&object).map_err(|error| error.to_string())
}

/// What was built of flock, the newest first.
fn libraries() -> std::io::Result<Vec<PathBuf>> {
    let this = std::env::current_exe()?;
    let mut found = Vec::new();
    for file in std::fs::read_dir(beside(&this))? {
        let file = file?;
        let name = file.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("libflock-") && name.ends_with(".rlib") {
            found.push((file.metadata()?.modified()?, file.path()));
        }
    }
    found.sort_unstable();
    Ok(found.into_iter().rev().map(|(_, path)| path).collect())
}

fn beside(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new("."))
}
