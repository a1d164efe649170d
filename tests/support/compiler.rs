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

/// Compiles `source`, the file of a crate that is named after it, with all features of flock, and with
/// tokio beside it.
pub(crate) fn compiled(source: &Path, made: Made) -> Result<PathBuf, String> {
    let tokio = tokio(source)?;
    let mut refused = Vec::new();
    // The newest is the one that this program is built with, unless somebody has built one with fewer
    // features since: the program does not compile with that.
    for flock in libraries("flock")? {
        let file = made.file(source);
        let externs = [("flock", flock.as_path()), ("tokio", &tokio)];
        match compile(source, &file, made, &externs) {
            Ok(()) => return Ok(file),
            Err(error) => refused.push(error),
        }
    }
    let first = refused.into_iter().next();
    Err(first.unwrap_or_else(|| "there is no library `flock` beside this program".to_owned()))
}

/// The tokio that this program is built with. Another build of it compiles as well, and knows nothing of
/// the threads of flock's.
fn tokio(beside: &Path) -> Result<PathBuf, String> {
    let ours = format!("{:?}", TypeId::of::<tokio::runtime::Handle>());
    let probe = beside.with_file_name("which_tokio.rs");
    let source = "fn main() { print!(\"{:?}\", std::any::TypeId::of::<tokio::runtime::Handle>()) }";
    std::fs::write(&probe, source).map_err(|error| error.to_string())?;
    let file = Made::Program.file(&probe);
    for tokio in libraries("tokio")? {
        compile(&probe, &file, Made::Program, &[("tokio", &tokio)])?;
        let said = Command::new(&file).output();
        if said.is_ok_and(|said| String::from_utf8_lossy(&said.stdout) == ours) {
            return Ok(tokio);
        }
    }
    Err("there is no library `tokio` of this program's beside it".to_owned())
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
