//! Programs outside the workspace, compiled with what was built for this one.

use std::{
    any::TypeId,
    path::{Path, PathBuf},
    process::Command,
};

/// What rustc makes of a program.
#[derive(Clone, Copy)]
pub(crate) enum Made {
    /// Its own object, and nothing linked.
    Object,
    /// A program that runs.
    Program,
}

/// Compiles `source`, the file of a crate that is named after it, with the flock that this program is built
/// with, and with tokio beside it.
pub(crate) fn compiled(source: &Path, made: Made) -> Result<PathBuf, String> {
    let flock = library(
        "flock",
        "flock::Error",
        TypeId::of::<flock::Error>(),
        source,
    )?;
    let tokio = "tokio::runtime::Handle";
    let tokio = library(
        "tokio",
        tokio,
        TypeId::of::<tokio::runtime::Handle>(),
        source,
    )?;
    let file = made.file(source);
    compile(source, &file, made, &[("flock", &flock), ("tokio", &tokio)])?;
    Ok(file)
}

/// The build of the crate `name` that this program is built with. Others lie beside it, and may compile as
/// well: a flock with other features, a tokio that knows nothing of the threads of flock's. What differs is
/// the identity of their types, here that of `public`.
fn library(name: &str, public: &str, ours: TypeId, beside: &Path) -> Result<PathBuf, String> {
    let probe = beside.with_file_name(format!("which_{name}.rs"));
    let source = format!("fn main() {{ print!(\"{{:?}}\", std::any::TypeId::of::<{public}>()) }}");
    std::fs::write(&probe, source).map_err(|error| error.to_string())?;
    let file = Made::Program.file(&probe);
    let mut refused = None;
    for library in libraries(name)? {
        match compile(&probe, &file, Made::Program, &[(name, &library)]) {
            Ok(()) => {}
            // Its own libraries may have been built anew since.
            Err(error) => {
                refused = Some(error);
                continue;
            }
        }
        let said = Command::new(&file).output();
        if said.is_ok_and(|said| said.stdout == format!("{ours:?}").as_bytes()) {
            return Ok(library);
        }
    }
    Err(refused.unwrap_or_else(|| format!("no library `{name}` beside this program is its own")))
}

impl Made {
    fn file(self, source: &Path) -> PathBuf {
        source.with_extension(match self {
            Self::Object => "o",
            Self::Program => "out",
        })
    }
}

fn compile(
    source: &Path,
    file: &Path,
    made: Made,
    externs: &[(&str, &Path)],
) -> Result<(), String> {
    let emit = match made {
        Made::Object => "--emit=obj",
        Made::Program => "--emit=link",
    };
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command
        .args(["--edition=2024", "--crate-type=bin", emit])
        .args(["-Ccodegen-units=1", "-Cdebuginfo=0", "-Awarnings"]);
    for (name, library) in externs {
        command
            .arg(format!("--extern={name}={}", library.display()))
            .arg(format!("-Ldependency={}", beside(library).display()));
    }
    let output = command
        .arg("-o")
        .args([file, source])
        .output()
        .map_err(|error| format!("rustc cannot be called: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// What was built of the crate `name`, the newest first.
fn libraries(name: &str) -> Result<Vec<PathBuf>, String> {
    let found = || {
        let this = std::env::current_exe()?;
        let mut found = Vec::new();
        for file in std::fs::read_dir(beside(&this))? {
            let file = file?;
            let file_name = file.file_name();
            let file_name = file_name.to_string_lossy();
            if file_name.starts_with(&format!("lib{name}-")) && file_name.ends_with(".rlib") {
                found.push((file.metadata()?.modified()?, file.path()));
            }
        }
        Ok::<_, std::io::Error>(found)
    };
    let mut found = found().map_err(|error| error.to_string())?;
    found.sort_unstable();
    Ok(found.into_iter().rev().map(|(_, path)| path).collect())
}

fn beside(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new("."))
}
