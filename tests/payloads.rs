//! Large values, kept outside of the server: what a run is given, gives and keeps; a store that lost something;
//! and Python's side of it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod buckets;
mod served;
mod stores;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use flock::{
    __private::futures_util::StreamExt,
    RunError, RunId, Runtime,
    config::{Config, Size},
    engine::StepPhase,
    replay::Replayer,
    runtime::EncryptionKeys,
};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::{
    codec::{namespace, runtime},
    flocks::{
        children::{DoublesByChildInput, doubles_by_child},
        foreign::{CallsAtInput, calls_at},
        large::{FloodsInput, SwellsInput, floods, swells},
        sealed::{ArchivesInput, archives},
        stored::{HaulsInput, Parcel, PassesOnInput, SurvivesInput, hauls, passes_on, survives},
        told::{Draft, DraftApprove, DraftEdit, DraftInput, DraftText},
    },
    support::{
        AtWork, OWN, PATIENCE, Process, address, agent_steps, are_done, encrypting, failure, stuck,
        test, test_stuck, test_within, trace_file, traces, unique,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let own = vec![
        test_within(
            2 * PATIENCE,
            "payloads::they_go_everywhere::temporal",
            everywhere,
        ),
        test("payloads::a_conversation_may_be_long::temporal", talked),
        test("payloads::the_store_reads_nothing::temporal", sealed),
        test("payloads::a_killed_worker_loses_none::temporal", killed),
        test_stuck("payloads::a_lost_value_wedges_nothing::temporal", lost),
        test_stuck("payloads::who_has_no_store_is_told::temporal", without),
        test(
            "payloads::an_agent_is_given_to_who_has_the_store::temporal",
            given_again,
        ),
        test("payloads::what_is_too_large_is_told::temporal", too_large),
        test("payloads::python_reads_and_writes::temporal", python),
        test("payloads::histories_are_whole::temporal", served::whole),
        test("payloads::the_web_ui_downloads::temporal", served::download),
        test(
            "payloads::what_nothing_names_is_swept::temporal",
            served::swept,
        ),
    ];
    // Those who play the clouds take minutes to begin on a busy machine: they are asked for by name.
    let buckets = buckets::trials().into_iter();
    let buckets = buckets.map(|trial| trial.with_ignored_flag(true));
    own.into_iter().chain(buckets).collect()
}

const MIB: usize = 1 << 20;
/// More than a server takes of one value, and no more than that: a debug build is slow to read and write it.
const TOO_LONG: usize = 5 * MIB / 2;

/// A text of so many bytes, which does not compress to nothing.
fn text(seed: u64, bytes: usize) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..bytes).map(|_| random.alphanumeric()).collect()
}

/// A folder for values, and the configuration that names it.
fn store() -> (PathBuf, Config) {
    let folder = trace_file("payloads").with_file_name("store");
    let config = naming(&folder);
    (folder, config)
}

fn naming(folder: &Path) -> Config {
    let mut config = Config::default();
    config.payloads.store = Some(format!("file://{}", folder.display()));
    config
}

/// The files in a store, and how many bytes they have.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}

async fn history_bytes(runtime: &Runtime, run: &RunId) -> u64 {
    let described = runtime.engine().describe(run).await.unwrap();
    described.history_bytes.unwrap()
}

async fn everywhere() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}stored")));
    let (folder, config) = store();
    let runtime = runtime(&place, None, config).await;
    let worker = AtWork::of(&runtime, &queue);

    let long = text(1, TOO_LONG);
    let hauled = runtime.start::<hauls>(HaulsInput::from(long.clone()));
    let hauled = hauled.task_queue(&queue).await.unwrap();
    let parcel = text(2, TOO_LONG);
    hauled.signal(Parcel { text: parcel }).await.unwrap();
    assert_eq!(hauled.result().await.unwrap(), 2 * TOO_LONG as u64);

    let passed = runtime.start::<passes_on>(PassesOnInput::from((long.clone(), 2)));
    let passed = passed.task_queue(&queue).await.unwrap();
    assert_eq!(passed.result().await.unwrap(), long);

    // More than one task takes, were it all in the history.
    let flooded = runtime.start::<floods>(FloodsInput::from(MIB as u64));
    let flooded = flooded.task_queue(&queue).await.unwrap();
    assert!(flooded.result().await.unwrap().len() > 3 * MIB);

    for id in [hauled.id(), flooded.id()] {
        let bytes = history_bytes(&runtime, id).await;
        assert!(bytes < 200_000, "{bytes} bytes of history");
        let history = runtime.history(id).await.unwrap();
        Replayer::new().unwrap().replay(&history).await.unwrap();
    }
    assert!(!files(&folder).is_empty());
    worker.stop().await;

    // Small values go where they went.
    let (untouched, config) = store();
    let runtime = self::runtime(&place, None, config).await;
    let worker = AtWork::of(&runtime, &queue);
    let input = DoublesByChildInput::from(2);
    let small = runtime.start::<doubles_by_child>(input);
    let small = small.task_queue(&queue).await.unwrap();
    assert_eq!(small.result().await.unwrap(), 4);
    assert_eq!(files(&untouched), Vec::<PathBuf>::new());
    worker.stop().await;
}

async fn talked() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}long")));
    let (folder, config) = store();
    let runtime = runtime(&place, None, config).await;
    let worker = AtWork::of(&runtime, &queue);
    let long = text(3, TOO_LONG);
    let draft = runtime.start::<Draft>(DraftInput::from("short".to_owned()));
    let draft = draft.task_queue(&queue).await.unwrap();
    assert_eq!(
        draft.update(DraftEdit::from(long.as_str())).await.unwrap(),
        1
    );
    assert_eq!(draft.query(DraftText {}).await.unwrap(), long);
    draft.signal(DraftApprove::from("Ann")).await.unwrap();
    assert_eq!(draft.result().await.unwrap(), format!("{long} (1)"));
    assert!(history_bytes(&runtime, draft.id()).await < 50_000);
    assert!(!files(&folder).is_empty());
    worker.stop().await;
}

const PLANTED: &str = "quicksilver";

async fn sealed() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}sealed")));
    let (folder, config) = store();
    let keys = EncryptionKeys::new("a", [5; 32]);
    let runtime = runtime(&place, Some(keys.clone()), config.clone()).await;
    let worker = AtWork::of(&runtime, &queue);
    let secret = PLANTED.repeat(MIB / 4);
    let run = runtime.start::<archives>(ArchivesInput::from(secret.clone()));
    let run = run.task_queue(&queue).await.unwrap();
    assert_eq!(run.result().await.unwrap(), secret);
    let kept = files(&folder);
    for file in &kept {
        let bytes = fs::read(file).unwrap();
        let holds = |part: &[u8]| bytes.windows(part.len()).any(|here| here == part);
        assert!(holds(b"binary/encrypted") && !holds(PLANTED.as_bytes()));
    }
    worker.stop().await;
    // What is sent again, as by a worker that takes the run over and repeats it, is no further object.
    let again = self::runtime(&place, Some(keys), config).await;
    let worker = AtWork::of(&again, &queue);
    let run = again.start::<archives>(ArchivesInput::from(secret.clone()));
    let run = run.task_queue(&queue).await.unwrap();
    assert_eq!(run.result().await.unwrap(), secret);
    assert_eq!(files(&folder).len(), kept.len());
    worker.stop().await;
}

/// A folder with a `flock.toml` that names the store.
fn program(store: &Path, beside: &str) -> PathBuf {
    let folder = trace_file("stored").parent().unwrap().to_owned();
    let text = format!(
        "[payloads]\nstore = \"file://{}\"\n{beside}",
        store.display()
    );
    fs::write(folder.join("flock.toml"), text).unwrap();
    folder
}

async fn killed() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}killed")));
    let (folder, config) = store();
    let runtime = runtime(&place, None, config).await;
    let (trace, at) = (trace_file("survives"), program(&folder, ""));
    let address = address().await;
    let worker = || {
        let flags = ["worker", "--address", &address, "--namespace", &place];
        let mut command = Process::command(&[&flags[..], &["--task-queue", &queue]].concat());
        Process::spawn(command.current_dir(&at).stderr(Stdio::null()))
    };
    let long = text(4, TOO_LONG);
    let file = trace.to_str().unwrap().to_owned();
    let run = runtime.start::<survives>(SurvivesInput::from((long.clone(), file)));
    let run = run.task_queue(&queue).await.unwrap();
    let mut first = worker();
    are_done(&runtime, run.id(), 2).await;
    first.kill().await;
    let _second = worker();
    run.signal(Parcel {
        text: "!".to_owned(),
    })
    .await
    .unwrap();
    assert_eq!(run.result().await.unwrap(), long + "!");
    assert_eq!(traces(&trace), ["copied"], "what is done is not done again");
}

/// What a run's worker says of it.
async fn lost() {
    let place = namespace().await;
    let (folder, config) = store();
    let starter = runtime(&place, None, config.clone()).await;
    let long = text(5, MIB);
    for damaged in [false, true] {
        let queue = unique(&format!("{OWN}lost"));
        let run = starter.start::<archives>(ArchivesInput::from(format!("{damaged}{long}")));
        let run = run.task_queue(&queue).await.unwrap();
        let file = newest(&folder);
        let whole = fs::read(&file).unwrap();
        let said = match damaged {
            false => {
                fs::remove_file(&file).unwrap();
                "there is no such object"
            }
            true => {
                let mut other = whole.clone();
                *other.last_mut().unwrap() ^= 1;
                fs::write(&file, other).unwrap();
                "is not what was put there"
            }
        };
        // One that has not had it in its hands.
        let reader = runtime(&place, None, config.clone()).await;
        let worker = AtWork::of(&reader, &queue);
        let told = stuck(&reader, run.id(), said).await;
        let key = file.strip_prefix(&folder).unwrap().display().to_string();
        assert!(told.contains(&key), "{told}");
        assert!(
            told.contains(&format!("file://{}", folder.display())),
            "{told}"
        );
        fs::write(&file, whole).unwrap();
        assert_eq!(run.result().await.unwrap(), format!("{damaged}{long}"));
        worker.stop().await;
        // A client hears the same, typed.
        for file in files(&folder) {
            fs::remove_file(file).unwrap();
        }
        let client = runtime(&place, None, config.clone()).await;
        let error = client.engine().result(run.id()).await.unwrap_err();
        assert!(
            matches!(&error, RunError::Undecodable { key: None, message }
                if message.contains("there is no such object") && message.contains("v0/ns/")),
            "{error:?}"
        );
    }
}

/// The file that was written last.
fn newest(folder: &Path) -> PathBuf {
    let written = |file: &PathBuf| fs::metadata(file).unwrap().modified().unwrap();
    files(folder).into_iter().max_by_key(written).unwrap()
}

async fn without() {
    let place = namespace().await;
    let (_, config) = store();
    let storing = runtime(&place, None, config).await;
    let long = text(6, MIB);
    let (_, elsewhere) = store();
    let mut finished = None;
    for (config, said) in [
        (Config::default(), "this program knows no store"),
        (elsewhere, "there is no such object"),
    ] {
        let queue = unique(&format!("{OWN}none"));
        let run = storing.start::<archives>(ArchivesInput::from(long.clone()));
        let run = run.task_queue(&queue).await.unwrap();
        let other = runtime(&place, None, config).await;
        let worker = AtWork::of(&other, &queue);
        let told = stuck(&other, run.id(), said).await;
        assert!(told.contains("d/sha256/"), "{told}");
        worker.stop().await;
        let worker = AtWork::of(&storing, &queue);
        assert_eq!(run.result().await.unwrap(), long);
        worker.stop().await;
        finished = Some(run);
    }
    let run = finished.unwrap();
    let none = runtime(&place, None, Config::default()).await;
    let error = none.engine().result(run.id()).await.unwrap_err();
    let RunError::Undecodable { message, .. } = &error else {
        panic!("{error:?}");
    };
    assert!(message.contains("`store` of [payloads]"), "{message}");
}

async fn given_again() {
    let place = namespace().await;
    let home = unique(&format!("{OWN}home"));
    let there = unique(&format!("{OWN}there"));
    let (_, config) = store();
    let storing = runtime(&place, None, config).await;
    let other = runtime(&place, None, Config::default()).await;
    let own = AtWork::of(&storing, &home);
    let without = AtWork::of(&other, &there);
    let name = text(12, MIB);
    let input = CallsAtInput::from((name.clone(), there.clone()));
    let run = storing.start::<calls_at>(input).task_queue(&home);
    let run = run.await.unwrap();
    let mut steps = agent_steps(&storing, run.id()).await;
    loop {
        let step = steps.next().await.expect("it fails");
        if let StepPhase::Failed { error } = &step.phase {
            assert!(error.contains("knows no store"), "{error}");
            break;
        }
    }
    without.stop().await;
    let able = AtWork::of(&storing, &there);
    // Its agent may be tried once.
    assert_eq!(run.result().await.unwrap(), format!("hello {name}"));
    able.stop().await;
    own.stop().await;
}

async fn too_large() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}over")));
    let (folder, mut config) = store();
    let none = runtime(&place, None, Config::default()).await;
    let long = ArchivesInput::from("x".repeat(TOO_LONG));
    let error = none.start::<archives>(long).await.unwrap_err();
    assert!(
        error.to_string().contains("`store` of [payloads]"),
        "{error}"
    );
    config.payloads.above = Some(Size::bytes(100_000));
    let storing = runtime(&place, None, config).await;
    let long = ArchivesInput::from("x".repeat(51 * MIB));
    let error = storing.start::<archives>(long).await.unwrap_err();
    assert!(error.to_string().contains("50 MiB"), "{error}");
    let worker = AtWork::of(&storing, &queue);
    let swelled = storing.start::<swells>(SwellsInput::from(51 * MIB as u64));
    let swelled = swelled.task_queue(&queue).await.unwrap();
    let failed = failure(swelled.result().await);
    assert_eq!(failed.type_name, "TooLarge");
    assert_eq!(files(&folder), Vec::<PathBuf>::new());
    let run = storing.start::<archives>(ArchivesInput::from("x".repeat(150_000)));
    let run = run.task_queue(&queue).await.unwrap();
    assert_eq!(run.result().await.unwrap().len(), 150_000);
    assert!(!files(&folder).is_empty(), "`above` is gone by");
    worker.stop().await;
}

/// What Python's client prints, whose `ExternalStorage` is at `store`.
async fn python_says(place: &str, store: &str, args: &[&str]) -> String {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/payloads/client.py");
    let mut command = encrypting(&script).await;
    let output = command
        .arg(address().await)
        .args([place, store])
        .args(args)
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// How Python tells of a text: how long it is, and a sum over all of it.
fn digest(text: &str) -> String {
    let sum = text.bytes().fold(0_u64, |sum, byte| {
        (sum * 31 + u64::from(byte)) % 1_000_000_007
    });
    format!("{} {sum}", text.len())
}

async fn python() {
    let (place, queue) = (namespace().await, unique(&format!("{OWN}python")));
    let key = *b"test-key-test-key-test-key-test!";
    for keys in [None, Some(EncryptionKeys::new("test-key-id", key))] {
        let (folder, config) = store();
        let how = if keys.is_some() { "sealed" } else { "plain" };
        let at = format!("{how}:{}", folder.display());
        let runtime = runtime(&place, keys, config).await;
        let worker = AtWork::of(&runtime, &queue);

        // Ours is read by their client.
        let long = text(7, TOO_LONG);
        let run = runtime.start::<archives>(ArchivesInput::from(long.clone()));
        let run = run.task_queue(&queue).await.unwrap();
        assert_eq!(run.result().await.unwrap(), long);
        let said = python_says(&place, &at, &["result", run.workflow_id()]).await;
        assert_eq!(said, digest(&long));

        // Theirs is read by ours, and ours by theirs again.
        let id = unique("from-python");
        let said = python_says(&place, &at, &["start", "archives", &id, &queue, "gull"]).await;
        let sent = "gull ".repeat(TOO_LONG / 5);
        assert_eq!(said, digest(&sent));
        let taken = runtime.handle::<archives>(RunId::latest(id.as_str()));
        assert_eq!(taken.result().await.unwrap(), sent);

        // A workflow of Python's has an agent of flock work, which is given and gives a large value.
        let (id, theirs) = (unique("python-asks"), unique("python"));
        python_says(&place, &at, &["serve", &theirs, &id, &queue, "tern"]).await;
        let run = RunId::latest(id.as_str());
        let result = runtime.engine().result(&run).await.unwrap();
        let result: Value = result.decode().unwrap();
        assert_eq!(result, json!({ "text": "tern ".repeat(TOO_LONG / 5) }));
        assert!(files(&folder).len() > 3);
        worker.stop().await;
    }
}
