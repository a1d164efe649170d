//! The commands around large values: saved histories, the codec server's `/download`, the sweep.

use std::{
    fs,
    path::Path,
    process::Stdio,
    time::{Duration, SystemTime},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flock::RunId;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use super::{
    AtWork, MIB, TOO_LONG, files, history_bytes, namespace, program, runtime, store, text,
};
use crate::{
    flocks::sealed::{ArchivesInput, archives},
    support::{OWN, Process, address, unique, until_some},
};

/// A command of the program in `folder`, and what it printed.
async fn says(folder: &Path, args: &[&str]) -> Result<String, String> {
    let mut command: Command = Process::command(args);
    let output = command.current_dir(folder).output().await.unwrap();
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout).unwrap()),
        false => Err(String::from_utf8(output.stderr).unwrap()),
    }
}

pub(super) async fn whole() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}whole")));
    let (folder, config) = store();
    let key = BASE64_STANDARD.encode([7; 32]);
    let at = program(&folder, "[codec]\nkeys_file = 'keys'\n");
    fs::write(at.join("keys"), format!("a={key}\n")).unwrap();
    let keys = flock::runtime::EncryptionKeys::new("a", [7; 32]);
    let runtime = runtime(&place, Some(keys), config).await;
    let worker = AtWork::of(&runtime, &queue);
    let long = text(8, TOO_LONG);
    let run = runtime.start::<archives>(ArchivesInput::from(long.clone()));
    let run = run.task_queue(&queue).await.unwrap();
    assert_eq!(run.result().await.unwrap(), long);
    worker.stop().await;

    let address = address().await;
    let on = ["--address", &address, "--namespace", &place];
    let id = run.workflow_id();
    says(&at, &[&["replay", "--workflow-id", id], &on[..]].concat())
        .await
        .unwrap();
    says(
        &at,
        &[&["record", id, "--out", "run.json"], &on[..]].concat(),
    )
    .await
    .unwrap();
    // The file goes without the store, and is as secret as that.
    fs::remove_dir_all(&folder).unwrap();
    let kept = fs::read_to_string(at.join("run.json")).unwrap();
    assert!(kept.len() > 2 * TOO_LONG && !kept.contains(&BASE64_STANDARD.encode(&long[..300])));
    says(&at, &["replay", "run.json"]).await.unwrap();
    let read = says(&at, &["decode", "run.json", "--values"])
        .await
        .unwrap();
    assert!(read.contains(&long));
    // Without the file it is told what is missing.
    let gone = says(&at, &[&["record", id], &on[..]].concat()).await;
    let gone = gone.unwrap_err();
    assert!(gone.contains("there is no such object"), "{gone}");
}

pub(super) async fn download() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}download")));
    let (folder, config) = store();
    let runtime = runtime(&place, None, config).await;
    let at = program(&folder, "");
    let long = text(9, MIB);
    let run = runtime.start::<archives>(ArchivesInput::from(long.clone()));
    let run = run.task_queue(&queue).await.unwrap();
    let cli = flock::dev_server::DevServer::find_cli().unwrap();
    let shown = Command::new(cli)
        .args(["workflow", "show", "--output", "json", "--address"])
        .args([&address().await, "--namespace", &place])
        .args(["--workflow-id", run.workflow_id()])
        .output()
        .await
        .unwrap();
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    let input = &shown["events"][0]["workflowExecutionStartedEventAttributes"]["input"];
    let reference = input["payloads"][0].clone();
    let said = |key: &str| {
        let said = reference["metadata"][key].as_str().unwrap();
        String::from_utf8(BASE64_STANDARD.decode(said).unwrap()).unwrap()
    };
    // As Temporal's SDKs and its Web UI know it.
    assert_eq!(said("encoding"), "json/protobuf");
    assert_eq!(
        said("messageType"),
        "temporal.api.sdk.v1.ExternalStorageReference"
    );
    let size = reference["externalPayloads"][0]["sizeBytes"].as_str();
    assert!(size.unwrap().parse::<usize>().unwrap() > MIB, "{reference}");

    let mut command = Process::command(&["codec-server", "--listen", "127.0.0.1:0"]);
    let server = command.current_dir(&at).stdout(Stdio::piped());
    let mut server = server.spawn().unwrap();
    let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().expect("its address");
    let server_at = line.split("http://").nth(1).expect("an address").to_owned();
    let body = json!({ "payloads": [reference] });
    let ask = async |path: &str| {
        let client = Client::new();
        let request = client.post(format!("http://{server_at}{path}"));
        let answer = request.body(body.to_string()).send().await.unwrap();
        let status = answer.status();
        (status.as_u16(), answer.text().await.unwrap())
    };
    let (status, had) = ask(&format!("/{place}/download")).await;
    assert_eq!(status, 200, "{had}");
    let had: Value = serde_json::from_str(&had).unwrap();
    let had = had["payloads"][0]["data"].as_str().unwrap();
    let had = BASE64_STANDARD.decode(had).unwrap();
    assert_eq!(had, json!({ "text": long }).to_string().into_bytes());
    // Nothing is fetched that nobody asks for.
    let (status, had) = ask("/decode").await;
    let had: Value = serde_json::from_str(&had).unwrap();
    assert_eq!((status, &had), (200, &body));
    run.terminate("seen").await.unwrap();
}

/// Has all that is kept look as old.
fn aged(folder: &Path, days: u64) {
    for file in files(folder) {
        let file = fs::File::options().append(true).open(file).unwrap();
        let then = SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60);
        file.set_modified(then).unwrap();
    }
}

pub(super) async fn swept() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}swept")));
    let (folder, config) = store();
    let at = program(&folder, "");
    let runtime = runtime(&place, None, config).await;
    let worker = AtWork::of(&runtime, &queue);
    let mut runs = Vec::new();
    for seed in [10, 11] {
        let long = text(seed, MIB);
        let run = runtime.start::<archives>(ArchivesInput::from(long.clone()));
        let run = run.task_queue(&queue).await.unwrap();
        assert_eq!(run.result().await.unwrap(), long);
        runs.push((run, long));
    }
    worker.stop().await;
    let all = files(&folder).len();
    let address = address().await;
    let on = ["--address", &address, "--namespace", &place];
    let sweep = async |flags: &[&str]| {
        says(
            &at,
            &[&["payloads", "sweep", "--json"], flags, &on[..]].concat(),
        )
        .await
    };
    let document = |said: String| -> Value { serde_json::from_str(&said).unwrap() };

    // What is young is not looked at.
    let said = document(sweep(&["--yes"]).await.unwrap());
    assert_eq!((&said["found"], &said["removed"]), (&json!(0), &json!(0)));
    let refused = sweep(&["--older-than", "1h"]).await.unwrap_err();
    assert!(refused.contains("take `1d` or more"), "{refused}");

    // What is old stays for as long as a run refers to it.
    aged(&folder, 40);
    until_some("both runs are listed", async || {
        let runs = runtime.list().limit(10).await.unwrap();
        (runs.len() == 2).then_some(())
    })
    .await;
    let said = document(sweep(&["--older-than", "30d", "--yes"]).await.unwrap());
    assert_eq!(said["found"], json!(0), "{said}");
    assert_eq!(said["referred_to"], json!(all), "{said}");

    let (gone, kept) = (&runs[0], &runs[1]);
    let cli = flock::dev_server::DevServer::find_cli().unwrap();
    let deleted = Command::new(cli)
        .args([
            "workflow",
            "delete",
            "--address",
            &address,
            "--namespace",
            &place,
        ])
        .args(["--yes", "--workflow-id", gone.0.workflow_id()])
        .output()
        .await
        .unwrap();
    assert!(deleted.status.success(), "{deleted:?}");
    until_some("one run is listed", async || {
        let runs = runtime.list().limit(10).await.unwrap();
        (runs.len() == 1).then_some(())
    })
    .await;
    // Nobody can be asked here.
    let refused = sweep(&["--older-than", "30d"]).await.unwrap_err();
    assert!(refused.contains("--yes"), "{refused}");
    assert_eq!(files(&folder).len(), all, "nothing is removed unasked");
    let said = document(sweep(&["--older-than", "30d", "--yes"]).await.unwrap());
    let left = files(&folder).len();
    assert_eq!(said["removed"], json!(all - left), "{said}");
    assert!(left > 0 && left < all, "{said}");
    let client = super::runtime(&place, None, super::naming(&folder)).await;
    let id = RunId::latest(kept.0.workflow_id());
    let result = client.handle::<archives>(id).result().await.unwrap();
    assert_eq!(result, kept.1);
    assert!(history_bytes(&client, kept.0.id()).await < 50_000);

    let none = says(Path::new("/"), &[&["payloads", "sweep"], &on[..]].concat()).await;
    assert!(none.unwrap_err().contains("`store` of [payloads]"));
}
