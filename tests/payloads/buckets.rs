//! The same in a bucket, by S3's protocol: beside Temporal's own driver for Python. The server is `moto`, on this
//! machine. Credentials and the server's address are variables, so the programs are processes of their own.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
};

use libtest_mimic::Trial;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use super::{MIB, digest, text};
use crate::{
    codec::namespace,
    support::{OWN, Process, address, aws, moto, test, trace_file, unique, until_some},
};

pub(super) fn trials() -> Vec<Trial> {
    vec![
        test(
            "payloads::buckets::python_reads_and_writes::temporal",
            python,
        ),
        test("payloads::buckets::what_is_wrong_is_told::temporal", wrong),
    ]
}

/// A server of S3 with the bucket `shop`.
struct Server {
    _child: Child,
    at: String,
    client: Client,
}

impl Server {
    async fn start() -> Self {
        // Free a moment ago; nobody else on this machine asks for that one.
        let port = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = port.local_addr().unwrap().port();
        let mut command = moto().await;
        let child = command
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
        let server = Self {
            _child: child,
            at: format!("http://127.0.0.1:{port}"),
            client: Client::new(),
        };
        until_some("a server of S3", async || {
            let made = server.client.put(format!("{}/shop", server.at));
            made.send()
                .await
                .ok()
                .filter(|made| made.status().is_success())
        })
        .await;
        server
    }

    /// Where it is, and who asks.
    fn told(&self, command: &mut Command) {
        command
            .env("AWS_ENDPOINT_URL", &self.at)
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_ACCESS_KEY_ID", "one")
            .env("AWS_SECRET_ACCESS_KEY", "two")
            .env("AWS_DEFAULT_REGION", "us-east-1");
    }

    /// The keys in its bucket, as it lists them.
    async fn keys(&self) -> Vec<String> {
        let listed = self.client.get(format!("{}/shop?list-type=2", self.at));
        let listed = listed.send().await.unwrap().text().await.unwrap();
        let keys = listed.split("<Key>").skip(1);
        keys.map(|key| key.split('<').next().unwrap().to_owned())
            .collect()
    }

    /// A command of the program in `folder`.
    fn command(&self, folder: &Path, args: &[&str]) -> Command {
        let mut command = Process::command(args);
        self.told(command.current_dir(folder));
        command
    }

    async fn says(&self, folder: &Path, args: &[&str]) -> Result<String, String> {
        let output = self.command(folder, args).output().await.unwrap();
        match output.status.success() {
            true => Ok(String::from_utf8(output.stdout).unwrap()),
            false => Err(String::from_utf8(output.stderr).unwrap()),
        }
    }

    /// What Python's client prints, with the SDK's own driver.
    async fn python_says(&self, place: &str, args: &[&str]) -> String {
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/payloads/client.py");
        let mut command = aws(&script).await;
        self.told(&mut command);
        let output = command
            .arg(address().await)
            .args([place, "s3:shop"])
            .args(args)
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

/// A folder with a `flock.toml` that names the store.
fn program(store: &str) -> PathBuf {
    let folder = trace_file("bucket").parent().unwrap().to_owned();
    let text = format!("[payloads]\nstore = \"{store}\"\n");
    std::fs::write(folder.join("flock.toml"), text).unwrap();
    folder
}

async fn python() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}bucket")));
    let server = Server::start().await;
    let folder = program("s3://shop/large/values");
    let address = address().await;
    let on = ["--address", &address, "--namespace", &place];
    let worker = ["worker", "--task-queue", &queue];
    let mut worker = server.command(&folder, &[&worker[..], &on].concat());
    let _worker = Process::spawn(worker.stderr(Stdio::null()));

    // Ours is read by their driver.
    let long = text(20, 5 * MIB);
    let input = json!({ "text": long }).to_string();
    std::fs::write(folder.join("input.json"), input).unwrap();
    let id = unique("to-python");
    let start = [
        "start",
        "archives",
        "--id",
        &id,
        "--task-queue",
        &queue,
        "--input-json",
        "input.json",
    ];
    server
        .says(&folder, &[&start[..], &on].concat())
        .await
        .unwrap();
    let said = server.python_says(&place, &["result", &id]).await;
    assert_eq!(said, digest(&long));
    let keys = server.keys().await;
    let prefix = format!("large/values/v0/ns/{place}/d/sha256/");
    assert!(
        keys.len() > 1 && keys.iter().all(|key| key.starts_with(&prefix)),
        "{keys:?}"
    );

    // Theirs by ours, in the whole of the bucket.
    let id = unique("from-python");
    let start = ["start", "archives", &id, &queue, "gull"];
    let said = server.python_says(&place, &start).await;
    assert_eq!(said, digest(&"gull ".repeat(MIB)));
    let result = ["result", &id, "--json"];
    let result = server.says(&folder, &[&result[..], &on].concat()).await;
    let result: Value = serde_json::from_str(&result.unwrap()).unwrap();
    assert!(result.to_string().contains(&"gull ".repeat(MIB)));
    let theirs = format!("v0/ns/{place}/wt/archives/wi/{id}/");
    let keys = server.keys().await;
    assert!(keys.iter().any(|key| key.starts_with(&theirs)), "{keys:?}");

    let (id, own) = (unique("python-asks"), unique("python"));
    server
        .python_says(&place, &["serve", &own, &id, &queue, "tern"])
        .await;
    let result = ["result", &id, "--json"];
    let result = server.says(&folder, &[&result[..], &on].concat()).await;
    assert!(result.unwrap().contains(&"tern ".repeat(MIB)));

    // All of it is young.
    let sweep = ["payloads", "sweep", "--json", "--yes"];
    let swept = server.says(&folder, &[&sweep[..], &on].concat()).await;
    let swept: Value = serde_json::from_str(&swept.unwrap()).unwrap();
    assert_eq!(swept["found"], json!(0), "{swept}");
    assert_eq!(swept["store"], json!("s3://shop/large/values"));
}

async fn wrong() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}wrong")));
    let server = Server::start().await;
    let address = address().await;
    let on = ["--address", &address, "--namespace", &place];
    let start = async |store: &str, id: &str| {
        let folder = program(store);
        let input = json!({ "text": text(21, MIB) }).to_string();
        std::fs::write(folder.join("input.json"), input).unwrap();
        let start = [
            "start",
            "archives",
            "--id",
            id,
            "--task-queue",
            &queue,
            "--input-json",
            "input.json",
        ];
        server.says(&folder, &[&start[..], &on].concat()).await
    };
    // Nothing is there that could be started.
    let refused = start("s3://nobodys", "none").await.unwrap_err();
    assert!(
        refused.contains("cannot be kept at s3://nobodys"),
        "{refused}"
    );
    // Another bucket than the one that the history names.
    let id = unique("elsewhere");
    start("s3://shop", &id).await.unwrap();
    let folder = program("s3://other");
    let worker = ["worker", "--task-queue", &queue];
    let mut worker = server.command(&folder, &[&worker[..], &on].concat());
    let _worker = Process::spawn(worker.stderr(Stdio::null()));
    let status = [&["status", &id, "--json"], &on[..]].concat();
    let told = until_some("its worker says why not", async || {
        let said = server.says(&folder, &status).await.ok()?;
        said.contains("bucket shop").then_some(said)
    })
    .await;
    assert!(told.contains("s3://other"), "{told}");
}
