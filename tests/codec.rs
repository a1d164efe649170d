//! Values that the server cannot read: keys, their rotation, one that is missing; and Python's side of it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod damaged;
mod served;

use std::{path::PathBuf, process::Stdio};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flock::{
    __private::futures_util::StreamExt,
    Error, Flock, FlockHandle, RunError, RunId, Runtime,
    config::{Compression, Config, Size},
    dev_server::DevServer,
    engine::{StepPhase, temporal::ConnectOptions},
    replay::Replayer,
    runtime::EncryptionKeys,
};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    flocks::{
        foreign::{CallsAtInput, calls_at},
        sealed::{ArchivesInput, Confession, ConfidesInput, archives, confides},
        told::{Draft, DraftApprove, DraftEdit, DraftInput, DraftText, DraftWord},
    },
    support::{
        AtWork, OWN, address, agent_steps, builder, encrypting, remotely, stuck, test, test_stuck,
        unique, until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("codec::the_server_reads_nothing::temporal", unread),
        test("codec::keys_are_rotated::temporal", rotated),
        test_stuck("codec::a_missing_key_wedges_nothing::temporal", missing),
        test(
            "codec::an_agent_is_given_to_who_can_read::temporal",
            given_again,
        ),
        test(
            "codec::what_is_damaged_wedges_nothing::temporal",
            damaged::wedges_nothing,
        ),
        test(
            "codec::what_is_damaged_ends_the_call::temporal",
            damaged::ends_the_call,
        ),
        test("codec::values_are_compressed::temporal", compressed),
        test("codec::python_reads_and_writes::temporal", python),
        test("codec::the_web_ui_is_served", served::web_ui),
        test("codec::a_token_is_asked_for", served::token),
        test(
            "codec::saved_histories_are_decoded::temporal",
            served::saved,
        ),
    ]
}

const KEY: [u8; 32] = *b"test-key-test-key-test-key-test!";
const PLANTED: &str = "quicksilver";

/// A namespace of its own: what is written there the suite's other runtimes cannot read.
pub(crate) async fn namespace() -> String {
    let (cli, name) = (DevServer::find_cli().unwrap(), unique("sealed"));
    let made = Command::new(cli)
        .args([
            "operator",
            "namespace",
            "create",
            "--retention",
            "24h",
            "--address",
        ])
        .args([&address().await, "--namespace", &name])
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    name
}

fn keys() -> EncryptionKeys {
    EncryptionKeys::new("test-key-id", KEY)
}

/// A runtime there; without keys where there are none.
pub(crate) async fn runtime(
    namespace: &str,
    keys: Option<EncryptionKeys>,
    config: Config,
) -> Runtime {
    let mut options = ConnectOptions::default()
        .address(address().await)
        .namespace(namespace);
    options.encryption = keys;
    // The server hears of a namespace in its own time.
    until_some("the namespace is known", async || {
        let connected = builder()
            .config(config.clone())
            .connect(options.clone())
            .await;
        let runtime = connected.unwrap();
        runtime.engine().health().await.ok().map(|_| runtime)
    })
    .await
}

/// All that the server can read of a run: its history, with what is base64 in it decoded.
async fn seen_by_the_server(plain: &Runtime, run: &RunId) -> String {
    let history = plain.history(run).await.unwrap();
    let history: Value = serde_json::from_str(&history.to_json()).unwrap();
    let mut seen = String::new();
    look(&history, &mut seen);
    seen
}

fn look(value: &Value, seen: &mut String) {
    match value {
        Value::String(text) => {
            *seen += text;
            seen.push('\n');
            if let Ok(bytes) = BASE64_STANDARD.decode(text) {
                *seen += &String::from_utf8_lossy(&bytes);
                seen.push('\n');
            }
        }
        Value::Array(items) => items.iter().for_each(|item| look(item, seen)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            *seen += key;
            look(value, seen);
        }),
        _ => {}
    }
}

async fn start<F: Flock>(
    runtime: &Runtime,
    queue: &str,
    input: impl Into<F::Input>,
) -> FlockHandle<F> {
    runtime
        .start::<F>(input)
        .task_queue(queue)
        .memo("note", PLANTED)
        .await
        .unwrap()
}

async fn unread() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}sealed")));
    let sealed = runtime(&place, Some(keys()), Config::default()).await;
    let plain = runtime(&place, None, Config::default()).await;
    let worker = AtWork::of(&sealed, &queue);

    let secret = format!("the {PLANTED} is ours");
    let run = start::<confides>(
        &sealed,
        &queue,
        ConfidesInput::from((secret.clone(), false)),
    )
    .await;
    let failing =
        start::<confides>(&sealed, &queue, ConfidesInput::from((secret.clone(), true))).await;
    for run in [&run, &failing] {
        run.signal(Confession {
            text: PLANTED.to_owned(),
        })
        .await
        .unwrap();
    }
    let said = format!("{secret}, {secret}; {PLANTED}; agent `blurts` failed: it is {secret}");
    assert_eq!(run.result().await.unwrap(), said);
    let failed = failing.result().await.unwrap_err();
    let failure = failed.failure().unwrap();
    assert_eq!(failure.message, format!("it is {secret}"));
    assert_eq!(failure.details.get("secret"), Some(&json!(secret)));

    let draft = start::<Draft>(&sealed, &queue, DraftInput::from(secret.clone())).await;
    assert_eq!(draft.query(DraftText {}).await.unwrap(), secret);
    let refused = draft.query(DraftWord { number: 99 }).await.unwrap_err();
    // Temporal's SDK hands on no more of it than the server may read.
    assert!(matches!(&refused, RunError::Refused(_)), "{refused:?}");
    assert!(refused.to_string().contains("is encrypted"), "{refused}");
    let refused = draft.update(DraftEdit::from("?")).await.unwrap_err();
    assert!(
        matches!(&refused, RunError::Refused(failure) if failure.type_name == "Puzzled"),
        "{refused}"
    );
    assert_eq!(draft.update(DraftEdit::from(PLANTED)).await.unwrap(), 1);
    draft.signal(DraftApprove::from("Ann")).await.unwrap();
    assert_eq!(draft.result().await.unwrap(), format!("{PLANTED} (1)"));

    for id in [run.id(), failing.id(), draft.id()] {
        let seen = seen_by_the_server(&plain, id).await;
        assert!(
            seen.contains("binary/encrypted") && seen.contains("test-key-id"),
            "{seen}"
        );
        assert!(!seen.contains(PLANTED), "{seen}");
        let told = sealed.engine().describe(id).await.unwrap();
        assert_eq!(told.memo.get("note"), Some(&json!(PLANTED)));
        let told = plain.engine().describe(id).await.unwrap();
        assert_eq!(told.memo.get("note"), None);
        // As it was before it was encrypted, and as the code repeats it.
        let history = sealed.history(id).await.unwrap();
        assert!(
            history
                .steps()
                .iter()
                .all(|step| !step.to_string().contains("Encoded failure"))
        );
        Replayer::new().unwrap().replay(&history).await.unwrap();
    }
    // A failure of the server's own words is all that those without the key see.
    let seen = plain.engine().result(failing.id()).await.unwrap_err();
    let RunError::Undecodable { key, message } = &seen else {
        panic!("{seen:?}");
    };
    assert_eq!(key.as_deref(), Some("test-key-id"));
    assert!(message.contains("`keys_env` or `keys_file`"), "{message}");
    worker.stop().await;
}

async fn rotated() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}rotated")));
    let before = runtime(&place, Some(keys()), Config::default()).await;
    let worker = AtWork::of(&before, &queue);
    let input = ConfidesInput::from((PLANTED.to_owned(), false));
    let run = start::<confides>(&before, &queue, input).await;
    let mut steps = agent_steps(&before, run.id()).await;
    while !matches!(
        steps.next().await.unwrap().phase,
        StepPhase::Completed { .. }
    ) {}
    worker.stop().await;

    let both = EncryptionKeys::new("newer", [9; 32]).read_with("test-key-id", KEY);
    let after = runtime(&place, Some(both), Config::default()).await;
    let worker = AtWork::of(&after, &queue);
    let resumed = after.handle::<confides>(run.id().clone());
    let text = "told anew".to_owned();
    resumed.signal(Confession { text }).await.unwrap();
    let said = resumed.result().await.unwrap();
    assert!(
        said.starts_with(PLANTED) && said.contains("told anew"),
        "{said}"
    );
    worker.stop().await;
    let seen = seen_by_the_server(&before, run.id()).await;
    assert!(seen.contains("newer"), "{seen}");
    let error = run.result().await.unwrap_err();
    assert!(
        matches!(&error, RunError::Undecodable { key: Some(key), .. } if key == "newer"),
        "{error}"
    );
}

async fn missing() {
    let place = namespace().await;
    let sealed = runtime(&place, Some(keys()), Config::default()).await;
    let wrong = EncryptionKeys::new("test-key-id", [3; 32]);
    let lacking = EncryptionKeys::new("other", [3; 32]);
    for (keys, told) in [
        (None, "this program has no keys"),
        (
            Some(lacking),
            "not among the keys that the program was given (`other`)",
        ),
        (Some(wrong), "does not open with key `test-key-id`"),
    ] {
        let queue = unique(&format!("{OWN}missing"));
        let other = runtime(&place, keys, Config::default()).await;
        let worker = AtWork::of(&other, &queue);
        let run = start::<archives>(&sealed, &queue, ArchivesInput::from(PLANTED.to_owned())).await;
        stuck(&sealed, run.id(), told).await;
        worker.stop().await;
        let worker = AtWork::of(&sealed, &queue);
        assert_eq!(run.result().await.unwrap(), PLANTED);
        worker.stop().await;
    }
}

async fn given_again() {
    let place = namespace().await;
    let home = unique(&format!("{OWN}home"));
    let there = unique(&format!("{OWN}there"));
    let sealed = runtime(&place, Some(keys()), Config::default()).await;
    let plain = runtime(&place, None, Config::default()).await;
    let own = AtWork::of(&sealed, &home);
    let other = AtWork::of(&plain, &there);
    let input = CallsAtInput::from(("Ann".to_owned(), there.clone()));
    let run = start::<calls_at>(&sealed, &home, input).await;
    let mut steps = agent_steps(&sealed, run.id()).await;
    loop {
        let step = steps.next().await.expect("it fails");
        if let StepPhase::Failed { error } = &step.phase {
            assert!(
                error.contains("encrypted with key `test-key-id`"),
                "{error}"
            );
            break;
        }
    }
    other.stop().await;
    let able = AtWork::of(&sealed, &there);
    // Its agent may be tried once.
    assert_eq!(run.result().await.unwrap(), "hello Ann");
    able.stop().await;
    own.stop().await;
}

async fn compressed() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}squeezed")));
    let plain = runtime(&place, None, Config::default()).await;
    let text = "The gull came back. ".repeat(500);
    let mut hows = vec![(Compression::Zlib, "binary/zlib")];
    if cfg!(feature = "zstd") {
        hows.push((Compression::Zstd, "binary/flock-zstd"));
    }
    for (how, name) in hows {
        let mut config = Config::default();
        config.codec.compress = Some(how);
        config.codec.compress_above = Some(Size::bytes(1000));
        let squeezing = runtime(&place, None, config).await;
        let worker = AtWork::of(&squeezing, &queue);
        let run = start::<archives>(&squeezing, &queue, ArchivesInput::from(text.clone())).await;
        assert_eq!(run.result().await.unwrap(), text);
        // Whoever compresses nothing reads it, too.
        let read = plain.handle::<archives>(run.id().clone());
        assert_eq!(read.result().await.unwrap(), text);
        let record = ["record", run.workflow_id(), "--namespace", &place];
        let kept = remotely(&record).await.out;
        assert!(kept.contains(&BASE64_STANDARD.encode(name)), "{name}");
        let described = plain.engine().describe(run.id()).await.unwrap();
        assert!(
            described.history_bytes.unwrap() < 10_000,
            "{name}: {described:?}"
        );
        worker.stop().await;
    }
}

/// What Python's client prints.
pub(crate) async fn python_says(place: &str, args: &[&str]) -> String {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/codec/client.py");
    let mut command = encrypting(&script).await;
    let output = command
        .arg(address().await)
        .arg(place)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

async fn python() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}python")));
    let sealed = runtime(&place, Some(keys()), Config::default()).await;
    let plain = runtime(&place, None, Config::default()).await;
    let worker = AtWork::of(&sealed, &queue);

    // Theirs is read by flock's worker, and ours by their client.
    let id = unique("from-python");
    let input = json!({ "text": PLANTED }).to_string();
    let said = python_says(&place, &["start", "archives", &id, &queue, &input]).await;
    assert_eq!(said, json!(PLANTED).to_string());
    let seen = seen_by_the_server(&plain, &RunId::latest(id.as_str())).await;
    assert!(!seen.contains(PLANTED), "{seen}");

    let run = start::<confides>(
        &sealed,
        &queue,
        ConfidesInput::from((PLANTED.to_owned(), true)),
    )
    .await;
    let told = json!({ "text": "so be it" }).to_string();
    python_says(&place, &["signal", run.workflow_id(), "confession", &told]).await;
    let failed = run.result().await.unwrap_err();
    assert_eq!(
        failed.failure().unwrap().message,
        format!("it is {PLANTED}")
    );
    let failed = python_says(&place, &["failure", run.workflow_id()]).await;
    assert!(failed.contains(&format!("it is {PLANTED}")), "{failed}");

    let draft = start::<Draft>(&sealed, &queue, DraftInput::from(PLANTED.to_owned())).await;
    let text = python_says(&place, &["query", draft.workflow_id(), "text"]).await;
    assert_eq!(text, json!(PLANTED).to_string());
    draft.terminate("seen").await.unwrap();

    // A workflow of Python's has an agent of flock work, and flock's client reads its result.
    let (id, theirs) = (unique("python-asks"), unique("python"));
    let input = json!({ "text": PLANTED, "queue": queue }).to_string();
    python_says(&place, &["serve", &theirs, &id, &input]).await;
    let result = sealed
        .engine()
        .result(&RunId::latest(id.as_str()))
        .await
        .unwrap();
    let result: Value = result
        .decode()
        .map_err(|error: Error| error.to_string())
        .unwrap();
    assert_eq!(result, json!({ "answer": { "text": PLANTED } }));
    worker.stop().await;
}
