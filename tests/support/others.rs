//! Programs of other people's, as they are published: fetched once into the target folder, by the ordinary clients of
//! their registries.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
};

const NPM: [&str; 2] = [
    "@modelcontextprotocol/server-everything@2026.8.31",
    "@modelcontextprotocol/server-filesystem@2026.8.31",
];
/// A client of the streams that flocks host.
const STREAMS: [&str; 1] = ["@temporalio/workflow-streams@1.23.0"];
/// Azure's storage. The newest that Node 20 runs.
const AZURITE: [&str; 1] = ["azurite@3.35.0"];
const PYPI: [&str; 2] = ["mcp-server-git==2026.10.19", "fastmcp-tasks==4.1.2"];

/// The program of an npm package, by its path below `node_modules`.
pub(crate) async fn npm(path: &'static str) -> PathBuf {
    modules("mcp-npm", &NPM).await.join(path)
}

/// Where Node finds Temporal's client of Workflow Streams.
pub(crate) async fn streams() -> PathBuf {
    modules("streams-npm", &STREAMS).await
}

/// A server of Azure's storage that keeps all in memory, as `script` changes it.
pub(crate) async fn azurite(script: Option<PathBuf>) -> tokio::process::Command {
    let modules = modules("azurite-npm", &AZURITE).await;
    let mut command = tokio::process::Command::new("node");
    if let Some(script) = script {
        command.arg("--require").arg(script);
    }
    command.arg(modules.join("azurite/dist/src/blob/main.js"));
    // It tells its makers how it is used, unless it is told not to.
    command.args(["--disableTelemetry", "--inMemoryPersistence", "--silent"]);
    // Clients are newer than it.
    command.args(["--loose", "--skipApiVersionCheck"]);
    command
}

/// The folder `node_modules` with these packages.
async fn modules(name: &'static str, packages: &'static [&str]) -> PathBuf {
    let folder = tokio::task::spawn_blocking(move || {
        once(name, packages, |folder| {
            let mut install = Command::new("npm");
            install.args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"]);
            run(install.arg(folder).args(packages));
        })
    });
    let folder = folder.await.expect("npm has fetched it");
    folder.join("node_modules")
}

/// The folder of the programs of the Python packages.
pub(crate) async fn python() -> PathBuf {
    python_tools("mcp-python", &PYPI).await
}

/// The folder of the programs of these packages, in an environment of their own.
pub(crate) async fn python_tools(name: &'static str, packages: &'static [&'static str]) -> PathBuf {
    let folder = tokio::task::spawn_blocking(move || {
        once(name, packages, |folder| {
            run(Command::new("python3").args(["-m", "venv"]).arg(folder));
            let mut install = Command::new(folder.join("bin/pip"));
            run(install
                .args(["install", "--quiet", "--disable-pip-version-check"])
                .args(packages));
        })
    });
    folder.await.expect("pip has fetched it").join("bin")
}

/// The folder `name`, filled once for these versions.
pub(super) fn once(name: &str, versions: &[&str], fill: impl FnOnce(&Path)) -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let (done, versions) = (folder.join("fetched"), versions.join("\n"));
    if fs::read_to_string(&done).is_ok_and(|fetched| fetched == versions) {
        return folder;
    }
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    fill(&folder);
    fs::write(done, versions).expect("it can be written");
    folder
}

fn run(command: &mut Command) {
    let output = command.output();
    let help = "the tests with programs of other people's need Node with npm, Python with venv, and their registries, the first time; without them: `-- --skip mcp_others:: --skip stream_others:: --skip payloads::buckets:: --skip deploy::`";
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}; {help}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}; {help}");
}
