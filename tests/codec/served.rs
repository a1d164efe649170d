//! The commands around encrypted values: the codec server that the Web UI asks, and saved histories.

use std::{path::PathBuf, process::Stdio};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flock::{Runtime, config::Config};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::{KEY, PLANTED, keys, namespace, runtime, start};
use crate::{
    flocks::sealed::{ArchivesInput, archives},
    support::{AtWork, OWN, Process, address, folder, unique},
};

const UI: &str = "http://localhost:8233";
/// As `dev` prints it.
const UI_BY_NUMBER: &str = "http://127.0.0.1:8233";

/// A folder with a `flock.toml` that names the keys.
fn with_keys() -> PathBuf {
    let folder = folder("sealed");
    std::fs::write(folder.join("flock.toml"), "[codec]\nkeys_file = 'keys'\n").unwrap();
    let key = format!("test-key-id={}\n", BASE64_STANDARD.encode(KEY));
    std::fs::write(folder.join("keys"), key).unwrap();
    folder
}

fn command(folder: &PathBuf, args: &[&str]) -> Command {
    let mut command = Process::command(args);
    command.current_dir(folder);
    command
}

/// A codec server at work.
struct Server {
    child: Child,
    at: String,
    client: Client,
}

impl Server {
    async fn start(folder: &PathBuf, args: &[&str], token: &str) -> Self {
        let args = [&["codec-server", "--listen", "127.0.0.1:0"], args].concat();
        let mut command = command(folder, &args);
        let mut child = command
            .env("CODEC_TOKEN", token)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It asks no server by TLS, and is made with TLS all the same.
        let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next_line().await.unwrap().expect("its address");
        let at = line.split("http://").nth(1).expect("an address");
        Self {
            child,
            at: format!("http://{at}"),
            client: Client::new(),
        }
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Response {
        let mut request = self.client.request(method, format!("{}{path}", self.at));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body.to_string()).send().await.unwrap()
    }

    /// Ends it; what it has logged.
    async fn ended(mut self) -> String {
        self.child.start_kill().unwrap();
        let output = self.child.wait_with_output().await.unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    async fn done(&self, path: &str, body: &Value) -> Value {
        let answer = self
            .ask(
                Method::POST,
                path,
                &[("origin", UI), ("x-namespace", "shop")],
                body,
            )
            .await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["access-control-allow-origin"], UI);
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }
}

fn plain() -> Value {
    json!({ "payloads": [{
        "metadata": { "encoding": BASE64_STANDARD.encode("json/plain") },
        "data": BASE64_STANDARD.encode(json!(PLANTED).to_string()),
    }] })
}

pub(super) async fn web_ui() {
    let folder = with_keys();
    let server = Server::start(&folder, &[], "").await;
    let sealed = server.done("/encode", &plain()).await;
    let encoding = &sealed["payloads"][0]["metadata"]["encoding"];
    assert_eq!(encoding, &json!(BASE64_STANDARD.encode("binary/encrypted")));
    for path in ["/decode", "/shop/decode", "/download", "/shop/download"] {
        assert_eq!(server.done(path, &sealed).await, plain(), "{path}");
    }

    let may = [("origin", UI), ("access-control-request-method", "POST")];
    let answer = server
        .ask(Method::OPTIONS, "/decode", &may, &json!({}))
        .await;
    assert!(answer.status().is_success());
    let headers = answer.headers();
    assert_eq!(headers["access-control-allow-methods"], "POST, OPTIONS");
    assert_eq!(
        headers["access-control-allow-headers"],
        "content-type, x-namespace, authorization, authorization-extras"
    );
    assert_eq!(headers["vary"], "Origin");

    let from = |origin| [("origin", origin)];
    for (method, path, origin, status) in [
        (Method::GET, "/decode", UI, 405),
        (Method::POST, "/", UI, 404),
        (Method::POST, "/a/b/decode", UI, 404),
        (Method::POST, "/decode", UI_BY_NUMBER, 200),
        (Method::POST, "/decode", "http://evil.example", 403),
    ] {
        let answer = server.ask(method, path, &from(origin), &sealed).await;
        assert_eq!(answer.status(), status, "{path}");
        let allowed = answer.headers().get("access-control-allow-origin");
        let named = (status != 403).then_some(origin);
        let allowed = allowed.map(|allowed| allowed.to_str().unwrap());
        assert_eq!(allowed, named, "also on errors: {path}");
    }
    let answer = server
        .ask(
            Method::POST,
            "/decode",
            &from(UI),
            &json!({ "payloads": 1 }),
        )
        .await;
    assert_eq!(answer.status(), 400);
    let mut other = sealed.clone();
    other["payloads"][0]["metadata"]["encryption-key-id"] = json!(BASE64_STANDARD.encode("gone"));
    let answer = server.ask(Method::POST, "/decode", &from(UI), &other).await;
    assert_eq!(answer.status(), 400);
    let told = answer.text().await.unwrap();
    assert!(told.contains("encrypted with key `gone`"), "{told}");
}

pub(super) async fn token() {
    let folder = with_keys();
    let args = [
        "--token-env",
        "CODEC_TOKEN",
        "--allow-origin",
        "https://ui.example",
    ];
    let server = Server::start(&folder, &args, "s3cret").await;
    for (headers, status) in [
        (vec![], 401),
        (vec![("authorization", "Bearer other")], 401),
        (vec![("authorization", "Bearer s3cret")], 200),
        (
            vec![("authorization", "Bearer s3cret"), ("origin", UI)],
            403,
        ),
        (
            vec![
                ("authorization", "Bearer s3cret"),
                ("origin", "https://ui.example"),
            ],
            200,
        ),
    ] {
        let answer = server
            .ask(Method::POST, "/encode", &headers, &plain())
            .await;
        assert_eq!(answer.status(), status, "{headers:?}");
    }
    // A preflight carries no token.
    let from = [("origin", "https://ui.example")];
    let answer = server
        .ask(Method::OPTIONS, "/encode", &from, &json!({}))
        .await;
    assert!(answer.status().is_success());
    // The Web UI says only that it could not connect: the rest stands here, once.
    let told = server.ended().await;
    for refused in [
        "refused with 401: it takes the header `Authorization: Bearer`",
        "refused with 403: pages of http://localhost:8233 may not ask: if it is your Web UI, start with `--allow-origin http://localhost:8233`",
    ] {
        assert_eq!(told.matches(refused).count(), 1, "{told}");
    }
    let open = command(&folder, &["codec-server", "--listen", "0.0.0.0:0"]);
    let refused = { open }.output().await.unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && said.contains("`--token-env`"),
        "{said}"
    );
}

async fn said(folder: &PathBuf, args: &[&str]) -> String {
    let output = command(folder, args).output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}");
    text
}

pub(super) async fn saved() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}saved")));
    let sealed: Runtime = runtime(&place, Some(keys()), Config::default()).await;
    let worker = AtWork::of(&sealed, &queue);
    let run = start::<archives>(&sealed, &queue, ArchivesInput::from(PLANTED.to_owned())).await;
    run.result().await.unwrap();
    worker.stop().await;

    let folder = with_keys();
    let address = address().await;
    let here = ["--address", &address, "--namespace", &place];
    let id = run.workflow_id();
    // Its folder is made.
    let file = "histories/run.json";
    said(
        &folder,
        &[&["record", id, "--out", file][..], &here].concat(),
    )
    .await;
    let kept = std::fs::read_to_string(folder.join(file)).unwrap();
    assert!(
        kept.contains(&BASE64_STANDARD.encode("binary/encrypted")),
        "{kept}"
    );
    assert!(!kept.contains(PLANTED));
    let read = said(&folder, &["decode", file, "--values"]).await;
    assert!(read.contains(PLANTED), "{read}");
    // Encrypted and decrypted, it is replayed.
    said(&folder, &["decode", file, "--out", "plain.json"]).await;
    said(&folder, &["replay", file, "plain.json"]).await;
    // Also by the test that users write.
    assert_eq!(golden(&folder).await, Ok(()));
    let shown = said(&folder, &[&["result", id][..], &here].concat()).await;
    assert!(shown.contains(PLANTED), "{shown}");

    std::fs::write(
        folder.join("keys"),
        format!("other={}\n", BASE64_STANDARD.encode([1; 32])),
    )
    .unwrap();
    for args in [
        vec!["decode", file],
        vec!["replay", "plain.json", file],
        [&["result", id][..], &here].concat(),
    ] {
        let refused = command(&folder, &args).output().await.unwrap();
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success(), "{args:?}");
        assert!(
            said.contains("encrypted with key `test-key-id`, which is not among"),
            "{said}"
        );
        assert!(!said.contains("panicked"), "{said}");
    }
    let failed = golden(&folder).await.unwrap_err();
    assert!(
        failed.contains("encrypted with key `test-key-id`, which is not among"),
        "{failed}"
    );
    // Keys that are not there are of no concern to what is plain.
    std::fs::remove_file(folder.join("keys")).unwrap();
    let failed = golden(&folder).await.unwrap_err();
    assert!(failed.contains("keys"), "{failed}");
    assert!(!failed.contains("does not repeat"), "{failed}");
    std::fs::rename(folder.join("plain.json"), folder.join(file)).unwrap();
    assert_eq!(golden(&folder).await, Ok(()));
}

/// The test of histories that users write, in `folder`.
async fn golden(folder: &PathBuf) -> Result<(), String> {
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new(program);
    let test = command.args(["--golden", "histories"]).current_dir(folder);
    let output = test.env_remove("FLOCK_CONFIG").output().await.unwrap();
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}
