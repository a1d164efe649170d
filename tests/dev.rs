//! The `dev` command: a server that is neither lost nor left behind.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use flock::dev_server::DevServer;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::process::Child;

use crate::support::{Process, Said, folder, kill, say, test, until, until_some};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test(
            "dev::a_start_that_is_ended_leaves_no_server",
            a_start_that_is_ended_leaves_no_server,
        ),
        test(
            "dev::the_server_lives_on_and_is_found",
            the_server_lives_on_and_is_found,
        ),
        test(
            "dev::a_closed_terminal_leaves_no_server",
            a_closed_terminal_leaves_no_server,
        ),
        test(
            "dev::a_taken_port_is_told_with_its_flag",
            a_taken_port_is_told_with_its_flag,
        ),
    ]
}

const PORTS: [&str; 4] = ["--port", "0", "--ui-port", "0"];

/// A `dev` of a user, with the runs in `db`; what it says goes to a file beside.
struct Dev {
    process: Child,
    said: PathBuf,
}

impl Dev {
    fn start(db: &Path, name: &str, cli: Option<&Path>) -> Self {
        let said = db.with_file_name(name);
        let file = fs::File::create(&said).expect("a file");
        let db = db.to_string_lossy();
        let args = [&["dev", "--db", &db][..], &PORTS].concat();
        let mut command = Process::command_that_hears(&args);
        if let Some(cli) = cli {
            command.env("TEMPORAL_CLI", cli);
        }
        let process = command.stderr(file).spawn().expect("the program runs");
        Self { process, said }
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.said).unwrap_or_default()
    }

    async fn serves(&self) {
        until("a worker", || self.said().contains("serving flocks")).await;
    }

    async fn send(&self, signal: &str) {
        let pid = self.process.id().expect("a running process");
        assert!(kill(signal, pid).await, "{signal} is sent");
    }

    async fn exit(&mut self) -> Option<i32> {
        self.process.wait().await.expect("it ends").code()
    }
}

fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it can be run");
}

async fn a_start_that_is_ended_leaves_no_server() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let folder = folder("early");
        let pid = folder.join("pid");
        let cli = folder.join("temporal");
        // A server that never gets ready.
        script(
            &cli,
            &format!(
                "echo $$ > {0}.new; mv {0}.new {0}; exec sleep 600",
                pid.display()
            ),
        );
        let mut dev = Dev::start(&folder.join("dev.db"), "said", Some(&cli));
        until("the server's process", || pid.is_file()).await;
        dev.send(signal).await;
        assert_eq!(dev.exit().await, Some(code), "{}", dev.said());
        let text = fs::read_to_string(&pid).expect("its id");
        let id = text.trim().parse().expect("a number");
        let gone = async || (!kill("-0", id).await).then_some(());
        until_some("the end of the server", gone).await;
    }
}

async fn the_server_lives_on_and_is_found() {
    let folder = folder("lives");
    let db = folder.join("dev.db");
    // The server of every day, which complains at first.
    let cli = folder.join("temporal");
    let real = DevServer::cli(|_| {}).await.expect("the Temporal CLI");
    script(
        &cli,
        &format!(
            "echo 'level=ERROR msg=boom' >&2\nexec {} \"$@\"",
            real.display()
        ),
    );
    let record = || -> Option<Value> {
        let text = fs::read_to_string(folder.join("dev.db.server")).ok()?;
        serde_json::from_str(&text).ok()
    };
    let address = || {
        record().expect("a record")["address"]
            .as_str()
            .expect("an address")
            .to_owned()
    };
    let lives = async || tokio::net::TcpStream::connect(address()).await.is_ok();

    let mut first = Dev::start(&db, "first", Some(&cli));
    first.serves().await;
    assert!(first.said().contains("msg=boom"), "{}", first.said());

    // Another one on the same file finds it, and leaves it alone.
    let mut second = Dev::start(&db, "second", Some(&cli));
    second.serves().await;
    assert!(
        second.said().contains("belongs to another `dev`"),
        "{}",
        second.said()
    );
    assert!(second.said().contains(&address()), "{}", second.said());
    second.send("-INT").await;
    assert_eq!(second.exit().await, Some(0), "{}", second.said());
    assert!(lives().await, "the first one's server");

    // The first one is killed; its server goes on, and a run of it too.
    first.send("-KILL").await;
    first.process.wait().await.expect("it ends");
    let server = address();
    let start = [
        "start",
        "chain",
        "--input",
        "topic=rust",
        "--id",
        "orphan",
        "--address",
        &server,
    ];
    let said = say(&start).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let mut third = Dev::start(&db, "third", Some(&cli));
    third.serves().await;
    assert!(
        third.said().contains("has outlived its `dev`"),
        "{}",
        third.said()
    );
    let said = say(&["result", "orphan", "--address", &server, "--json"]).await;
    assert_eq!(said.json()["result"]["length"], json!(11), "{}", said.err);

    // It was the last one's to end.
    third.send("-TERM").await;
    assert_eq!(third.exit().await, Some(0), "{}", third.said());
    assert!(!lives().await, "the server has outlived its last `dev`");
}

async fn a_closed_terminal_leaves_no_server() {
    let folder = folder("closed");
    let db = folder.join("dev.db");
    let mut dev = Dev::start(&db, "said", None);
    dev.serves().await;
    let record = fs::read_to_string(folder.join("dev.db.server")).expect("a record");
    let record: Value = serde_json::from_str(&record).expect("a record");
    dev.send("-HUP").await;
    assert_eq!(dev.exit().await, Some(129), "{}", dev.said());
    let address = record["address"].as_str().expect("an address");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

async fn a_taken_port_is_told_with_its_flag() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = listener
        .local_addr()
        .expect("its number")
        .port()
        .to_string();
    for (ports, part) in [
        (
            ["--port", "0", "--ui-port", &taken],
            "where the Web UI is to be: choose another port with `--ui-port`",
        ),
        (
            ["--ui-port", "0", "--port", &taken],
            "choose another port with `--port`",
        ),
    ] {
        let args = [&["dev", "--memory"][..], &ports].concat();
        let output = Process::command(&args)
            .output()
            .await
            .expect("the program runs");
        let said = Said::of(&output);
        assert_eq!(said.code, Some(2), "{}", said.err);
        assert!(
            said.err.contains(&taken) && said.err.contains(part),
            "{}",
            said.err
        );
    }
}
