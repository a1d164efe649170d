//! README is the way in: here its snippets and commands are done as it says, in a crate outside the
//! workspace.
//!
//! That crate has the features that README begins with, so it builds in a minute. What needs
//! Temporal is compiled from the same lines with what was built for these tests.

mod page;

use std::{
    collections::BTreeSet,
    path::Path,
    process::{Command, Output, Stdio},
};

use flock::dev_server::{DevServer, DevServerOptions};
use libtest_mimic::Trial;
use tokio::runtime::Handle;

use self::page::{Block, README, blocks};
use crate::support::{
    compiler::{Made, compiled},
    folder, test, until,
};

/// The script of README's first program, in place of a model with a key.
const SCRIPT: &str = "scripted/answers.json";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("readme::holds_in_a_crate_of_ones_own", async || {
            blocking(in_a_crate_of_ones_own).await;
        }),
        test("readme::holds_on_temporal", on_temporal),
        test("readme::every_feature_is_told", async || features()),
    ]
}

/// rustdoc can show features only on unstable compilers, so they are a table: here it is kept true.
fn features() {
    let manifest = include_str!("../Cargo.toml");
    let section = manifest.split("[features]\n").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    let lines = section.lines().filter(|line| !line.starts_with('#'));
    let there: BTreeSet<_> = lines
        .filter_map(|line| Some(line.split_once(" = ")?.0))
        .filter(|name| *name != "default")
        .collect();
    let page = include_str!("../src/lib.rs");
    let table = page.split("//! # Features").nth(1).unwrap();
    let rows = table
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `"));
    let told: BTreeSet<_> = rows.filter_map(|row| row.split('`').next()).collect();
    assert_eq!(told, there, "the table of features in src/lib.rs");
    for feature in there {
        let name = format!("`{feature}`");
        assert!(README.contains(&name), "README tells of feature {name}");
    }
}

/// Where a command of README is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    /// By cargo, in the crate.
    Crate,
    /// With a server and a worker.
    Temporal,
    /// Not here, for a reason.
    Elsewhere,
}

/// What is not run here, and why.
const ELSEWHERE: [(&str, &str); 5] = [
    (
        "git clone",
        "would fetch another state of what is tested here",
    ),
    (
        "cargo run -p quickstart",
        "tests/examples.rs runs it as it runs the examples",
    ),
    (
        "cargo test --workspace",
        "takes minutes, and is what runs this",
    ),
    (
        "cargo run --example research -- ",
        "tests/crash.rs and tests/dev.rs kill workers",
    ),
    ("pkill", "would end what is not ours"),
];

/// The command after which a build takes minutes.
const ALL_FEATURES: &str = "cargo add flock-agents --default-features";

const SNIPPETS: &str = "cargo check --examples";

/// How those begin that need a server.
const TEMPORAL: [&str; 4] = [
    "FLOCK_MODEL=scripted/answers.json cargo run -- dev",
    "cargo run -- run research --input topic=Temporal --engine temporal",
    "cargo run -- start",
    "cargo run -- result",
];

fn place(command: &str) -> Place {
    if ELSEWHERE
        .iter()
        .any(|(start, _)| command.starts_with(start))
    {
        Place::Elsewhere
    } else if TEMPORAL.iter().any(|start| command.starts_with(start)) {
        Place::Temporal
    } else {
        Place::Crate
    }
}

fn in_a_crate_of_ones_own() {
    for (start, reason) in ELSEWHERE {
        assert!(README.contains(start), "{start} ({reason}) is not there");
    }
    let around = folder("readme");
    let mut inside = around.clone();
    for block in blocks() {
        if block.kind == "console" {
            for command in block.commands() {
                if place(command.typed) != Place::Crate {
                    continue;
                }
                if let Some(folder) = command.typed.strip_prefix("cd ") {
                    inside.push(folder);
                    // The versions that are here already: nothing is fetched.
                    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
                    std::fs::copy(lock, inside.join("Cargo.lock")).unwrap();
                    continue;
                }
                if command.typed == ALL_FEATURES {
                    // Before they would have to be built: the snippets that no command has run.
                    printed(SNIPPETS, &shell(&inside, SNIPPETS), "");
                }
                let output = shell(&inside, command.typed);
                printed(command.typed, &output, &command.prints);
            }
        } else if block.kind == "text" {
            refused(&inside, &block.text);
        } else if let Some(file) = file(&block) {
            write(&inside.join(file), &block);
        }
    }
    let manifest = std::fs::read_to_string(inside.join("Cargo.toml")).unwrap();
    assert!(!manifest.contains("default-features = false"), "{manifest}");
}

/// What the compiler says of the program, when `findings` is renamed in one place.
fn refused(folder: &Path, wanted: &str) {
    let path = folder.join("src/main.rs");
    let program = std::fs::read_to_string(&path).unwrap();
    let renamed = program.replace("count_words(findings: ", "count_words(findingz: ");
    let renamed = renamed.replace("findings.split", "findingz.split");
    assert_ne!(renamed, program);
    std::fs::write(&path, renamed).unwrap();
    let output = shell(folder, "cargo check");
    let said = String::from_utf8_lossy(&output.stderr);
    for line in wanted.lines().map(str::trim) {
        assert!(said.contains(line), "{line}\n{said}");
    }
    std::fs::write(&path, program).unwrap();
}

/// Where a block goes that is a file of the crate; not those that only `with all features` compile, nor
/// what rustc says.
fn file(block: &Block) -> Option<String> {
    if let Some(file) = block.file {
        return (!needs_temporal(block)).then(|| file.to_owned());
    }
    assert!(
        block.kind.starts_with("rust") || block.kind == "text" || README.contains("\n[profile"),
        "line {}: a comment before it says which file it is",
        block.line
    );
    let name = format!("examples/line_{}.rs", block.line);
    block.kind.starts_with("rust").then_some(name)
}

fn needs_temporal(block: &Block) -> bool {
    block.text.contains("ConnectOptions")
}

fn write(path: &Path, block: &Block) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut text = block.text.clone();
    let is_program = text.contains("fn main()") || text.contains("flock::main!");
    if block.kind.starts_with("rust") && !is_program && !text.contains("#[test]") {
        text.push_str("\nfn main() {}\n");
    }
    std::fs::write(path, text).unwrap();
}

/// Runs a command as it is typed, but for where flock is found.
fn shell(folder: &Path, typed: &str) -> Output {
    let ours = concat!("--path '", env!("CARGO_MANIFEST_DIR"), "'");
    let line = typed.replace(&format!("--git {}", env!("CARGO_PKG_REPOSITORY")), ours);
    let mut command = Command::new("sh");
    command
        .args(["-c", &line])
        .current_dir(folder)
        .stdin(Stdio::null())
        .env(
            "CARGO_TARGET_DIR",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/readme"),
        )
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    for stranger in ["FLOCK_MODEL", "FLOCK_CONFIG", "TEMPORAL_ADDRESS"] {
        command.env_remove(stranger);
    }
    command.output().unwrap()
}

fn printed(typed: &str, output: &Output, wanted: &str) {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "$ {typed}\n{out}{err}");
    assert!(
        wanted
            .lines()
            .all(|line| out.lines().any(|said| said == line)),
        "$ {typed}\n{out}{err}\nin place of:\n{wanted}"
    );
}

async fn on_temporal() {
    let server = DevServer::start(DevServerOptions::default()).await;
    let server = server.expect("a Temporal dev server");
    let address = server.address().to_owned();
    blocking(move || {
        let folder = folder("readme");
        let blocks = blocks();
        for block in &blocks {
            if let Some(name) = block.file {
                write(&folder.join(name), block);
            }
        }
        // Named after the crate, as cargo would.
        let source = folder.join("desk.rs");
        std::fs::copy(folder.join("src/main.rs"), &source).unwrap();
        let desk = compiled(&source, Made::Program).unwrap();
        let run = |program: &Path, args: &str| {
            let mut command = Command::new(program);
            command
                .args(args.split_whitespace())
                .current_dir(&folder)
                .stdin(Stdio::null())
                .env("TEMPORAL_ADDRESS", &address)
                .env_remove("FLOCK_MODEL")
                .env_remove("FLOCK_CONFIG");
            command
        };
        // In place of `dev`, whose server would be another.
        let mut worker = run(&desk, "worker");
        worker.env("FLOCK_MODEL", SCRIPT).stderr(Stdio::null());
        let _worker = Killed(worker.spawn().unwrap());
        // `run` waits ten seconds for it.
        let works = || run(&desk, "health --workers").output().unwrap();
        Handle::current().block_on(until("its worker answers", || works().status.success()));
        let commands = blocks.iter().filter(|block| block.kind == "console");
        let commands = commands.flat_map(Block::commands);
        let mut done = 0;
        for command in commands.filter(|command| place(command.typed) == Place::Temporal) {
            let Some(args) = command.typed.strip_prefix("cargo run -- ") else {
                continue;
            };
            let output = run(&desk, args).output().unwrap();
            printed(command.typed, &output, &command.prints);
            done += 1;
        }
        assert_eq!(done, 3, "commands for Temporal");
        // A section for an agent of another program would be refused.
        std::fs::remove_file(folder.join("flock.toml")).unwrap();
        let embedded = blocks.iter().find(|block| needs_temporal(block));
        let embedded = embedded.and_then(|block| block.file).unwrap();
        let embedded = compiled(&folder.join(embedded), Made::Program).unwrap();
        let output = run(&embedded, "").output().unwrap();
        printed("the embedding program", &output, "3 words\n");
    })
    .await;
    server.stop().await.expect("it stops");
}

async fn blocking(work: impl FnOnce() + Send + 'static) {
    if let Err(failed) = tokio::task::spawn_blocking(work).await {
        std::panic::resume_unwind(failed.into_panic());
    }
}

struct Killed(std::process::Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
