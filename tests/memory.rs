//! Memo, search attributes, and ids: the same on both engines.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::AtomicBool},
};

use flock::{
    ErrorKind, Flock, FlockDescriptor, RunError, Runtime,
    dev_server::DevServer,
    engine::{IdConflict, IdReuse, RunId, RunStatus, StartOptions, temporal::ConnectOptions},
    payload::Payload,
    registry::FlockEntry,
};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::{
    flocks::flowing::{Chain, CompareInput, Desk, compare},
    flocks::memory::{
        Carry, ClearsInput, EndingInput, ForgetfulInput, OnceInput, OrderInput, clears, ending,
        forgetful, once, order,
    },
    support::{Process, address, both, builder, proxy, say, temporal, test, unique, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<_> = [
        both("memory::kept_and_described", kept),
        both("memory::faults_are_errors", faults),
        both("memory::wrong_starts_are_refused", wrong_starts),
        both("memory::what_was_taken_off_stays_off", taken_off),
        both("memory::an_id_in_use", in_use),
        both("memory::an_id_used_before", used_before),
        both("memory::definitions_are_told_apart", definitions),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.extend([
        test("memory::list_finds_by_attributes", found),
        test("memory::a_slow_server_loses_none", slow_server),
        test("memory::a_namespace_that_is_there_is_asked_again", misled),
        test("memory::what_strangers_gave_stays_off_too", strangers),
        test("memory::the_command_line_says_the_same", by_command),
    ]);
    trials
}

/// Until the server tells of it, which it does in its own time.
async fn described(
    runtime: &Runtime,
    id: &flock::engine::RunId,
    key: &str,
    wanted: impl Fn(&Value) -> bool,
) -> Value {
    until_some("the attribute", async || {
        let run = runtime.engine().describe(id).await.unwrap();
        let run = serde_json::to_value(&run).unwrap();
        wanted(&run["search_attributes"][key]).then_some(run)
    })
    .await
}

async fn kept(runtime: Runtime) {
    let handle = runtime
        .start::<order>(OrderInput::from(2.5))
        .memo("by", "Ann")
        .session("s-1")
        .search_attribute("order_paid", false)
        .await
        .unwrap();
    // The last that is set.
    let due = described(&runtime, handle.id(), "order_due", Value::is_string).await;
    let hash = &due["memo"]["flock"]["hash"];
    assert!(hash.is_string(), "{due}");
    assert_eq!(
        due["memo"],
        json!({ "by": "Ann", "stage": "open", "flock": { "version": 3, "hash": hash } })
    );
    let mut attributes = due["search_attributes"].clone();
    // Servers write the fraction of a second as they like.
    let time = attributes["order_due"].take();
    let time = time.as_str().unwrap();
    assert!(time.starts_with("2027-01-15T08:00:00"), "{time}");
    assert_eq!(
        attributes,
        json!({
            "flock_name": "order", "session_id": "s-1", "order_state": "open",
            "order_tags": ["new", "large"], "order_items": 3, "order_total": 2.5, "order_due": null,
        })
    );
    handle.signal(Carry {}).await.unwrap();
    assert_eq!(handle.result().await.unwrap(), "Ann sent");
    let sent = described(&runtime, handle.id(), "order_state", |state| {
        state == "sent"
    })
    .await;
    assert_eq!(sent["memo"]["stage"], "sent");
}

async fn faults(runtime: Runtime) {
    let handle = runtime.start::<forgetful>(ForgetfulInput {}).await.unwrap();
    let said = handle.result().await.unwrap();
    let wanted = [
        "flock `forgetful` declares no search attribute `nowhere`: add `search_attributes(nowhere: Keyword)`",
        "search attribute `order_state` is declared as Keyword, which 1 is not",
        "search attribute `order_state` is 3002 bytes, and a server takes 2048",
        "the memo key `flock` is flock's own",
        "the memo `large`",
        "fine",
        "the memo `word`",
        "Invalid search attribute `order_due` is declared as Datetime, which \"2026-02-30T12:00:00Z\" is not: write a time as",
        "declared as Datetime, which \"2026-02-28T12:00:00+ab:cd\" is not",
        "declared as Datetime, which \"2026-02-28T12:00:00.00.Z\" is not",
        "fine",
        "fine",
        "fine",
        "Invalid the memo `other half`: 1500002 bytes of JSON are more than a memo takes beside the",
        "fine",
    ];
    for (said, wanted) in said.iter().zip(wanted) {
        assert!(said.contains(wanted), "{said}");
    }
    assert_eq!(said.len(), wanted.len());
}

async fn taken_off(runtime: Runtime) {
    let start = runtime.start::<clears>(ClearsInput::from(true));
    let handle = start.memo("by", "Ann").await.unwrap();
    assert_eq!(handle.result().await.unwrap(), None);
}

async fn wrong_starts(runtime: Runtime) {
    let start = || runtime.start::<order>(OrderInput::from(1.0));
    let kind = |error: RunError| error.failure().map(|failure| failure.kind.clone());
    let error = start().search_attribute("colour", "red").await.unwrap_err();
    assert_eq!(kind(error), Some(ErrorKind::NotFound));
    let error = start().search_attribute("order_items", "many").await;
    assert_eq!(kind(error.unwrap_err()), Some(ErrorKind::Invalid));
    let error = start().memo("flock", 1).await.unwrap_err();
    assert_eq!(kind(error), Some(ErrorKind::Invalid));
    let both = start()
        .id_reuse(IdReuse::RejectDuplicate)
        .id_conflict(IdConflict::TerminateExisting)
        .await
        .unwrap_err();
    assert_eq!(kind(both), Some(ErrorKind::Invalid));
}

async fn in_use(runtime: Runtime) {
    let id = unique("in-use");
    let start = || runtime.start::<ending>(EndingInput::from(true)).id(&id);
    let first = start().await.unwrap();
    let refused = start().await.unwrap_err();
    assert!(matches!(refused, RunError::AlreadyRunning(_)), "{refused}");
    // Going on, it is in use, whatever is said of ids that were used.
    let refused = start()
        .id_reuse(IdReuse::RejectDuplicate)
        .await
        .unwrap_err();
    assert!(matches!(refused, RunError::AlreadyRunning(_)), "{refused}");
    let same = start().id_conflict(IdConflict::UseExisting).await.unwrap();
    assert_eq!(same.id(), first.id());
    let other = start()
        .id_conflict(IdConflict::TerminateExisting)
        .await
        .unwrap();
    assert_ne!(other.run_id(), first.run_id());
    let ended = first.result().await.unwrap_err();
    assert!(matches!(ended, RunError::Terminated { .. }), "{ended}");
    assert_eq!(other.describe().await.unwrap().status, RunStatus::Running);
    other.signal(Carry {}).await.unwrap();
    assert!(other.result().await.unwrap());
}

async fn used_before(runtime: Runtime) {
    let id = unique("used");
    let run = async |well: bool, policy: IdReuse| {
        let start = runtime.start::<ending>(EndingInput::from(well));
        let handle = start.id(&id).id_reuse(policy).await?;
        handle.signal(Carry {}).await?;
        handle.result().await
    };
    let fails = run(false, IdReuse::RejectDuplicate).await.unwrap_err();
    assert!(matches!(fails, RunError::Failed(_)), "{fails}");
    let refused = run(true, IdReuse::RejectDuplicate).await.unwrap_err();
    assert!(matches!(refused, RunError::AlreadyUsed(_)), "{refused}");
    assert!(run(true, IdReuse::AllowDuplicateFailedOnly).await.unwrap());
    let refused = run(true, IdReuse::AllowDuplicateFailedOnly)
        .await
        .unwrap_err();
    assert!(matches!(refused, RunError::AlreadyUsed(_)), "{refused}");
    assert!(run(true, IdReuse::AllowDuplicate).await.unwrap());

    // The flock's own word, where the start says none.
    let id = unique("once");
    let start = || runtime.start::<once>(OnceInput {}).id(&id);
    start().await.unwrap().result().await.unwrap();
    let refused = start().await.unwrap_err();
    assert!(matches!(refused, RunError::AlreadyUsed(_)), "{refused}");
    let again = start().id_reuse(IdReuse::AllowDuplicate).await.unwrap();
    again.result().await.unwrap();
}

async fn found() {
    let runtime = temporal().await;
    let total = 4321.5;
    let handle = runtime
        .start::<order>(OrderInput::from(total))
        .search_attribute("order_state", "started")
        .await
        .unwrap();
    let queries = [
        "order_total > 4321 AND order_total < 4322 AND order_state = 'open'",
        "order_tags = 'large' AND order_due > '2027-01-01T00:00:00Z' AND order_total = 4321.5",
        "flock_name = 'order' AND order_items = 3 AND order_total = 4321.5",
    ];
    for query in queries {
        until_some(query, async || {
            let runs = runtime.list().query(query).limit(5).await.unwrap();
            (runs.len() == 1 && runs[0].id == *handle.id()).then_some(())
        })
        .await;
    }
    handle.terminate("found").await.unwrap();
}

/// A run that another program started has nothing of flock's own in its memo, and none at all once its
/// one key is taken off. Sent none, a server would give the next run that of the start.
async fn strangers() {
    let runtime = temporal().await;
    let (id, address) = (unique("strangers"), address().await);
    let flock = runtime.registry().flock("clears").unwrap().descriptor;
    let output = tokio::process::Command::new(DevServer::find_cli().unwrap())
        .args([
            "workflow",
            "start",
            "--type",
            "clears",
            "--workflow-id",
            &id,
        ])
        .args(["--task-queue", flock.task_queue(), "--address", &address])
        .args(["--input", r#"{"again": true}"#, "--memo", r#"by="Ann""#])
        .output()
        .await
        .unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{err}");
    let handle = runtime.handle::<clears>(RunId::latest(&id));
    assert_eq!(handle.result().await.unwrap(), None);
}

/// A server that does not say in time which search attributes it has is given them all the same.
async fn slow_server() {
    let slow = Arc::new(AtomicBool::new(true));
    let port = proxy::slow(address().await, "ListSearchAttributes", slow).await;
    let options = ConnectOptions::default().address(format!("127.0.0.1:{port}"));
    let runtime = builder().connect(options).await.unwrap();
    for _ in 0..2 {
        let start = runtime.start::<order>(OrderInput::from(1.0));
        let handle = start.session("slow").await.unwrap();
        let run = described(&runtime, handle.id(), "session_id", |id| id == "slow").await;
        assert_eq!(run["search_attributes"]["flock_name"], "order");
        handle.terminate("seen").await.unwrap();
    }
}

/// What a server says whose database was too slow, of a namespace that it has.
async fn misled() {
    let refusal = ("5", "Namespace default is not found.");
    let port = proxy::refusing_once(address().await, "StartWorkflowExecution", refusal).await;
    let options = ConnectOptions::default().address(format!("127.0.0.1:{port}"));
    let runtime = builder().connect(options).await.unwrap();
    let run = runtime.start::<order>(OrderInput::from(1.0)).await.unwrap();
    run.terminate("seen").await.unwrap();
    // Of one that is not there it is told at once.
    let nowhere = ConnectOptions::default()
        .address(address().await)
        .namespace("nowhere");
    let runtime = builder().connect(nowhere).await.unwrap();
    let start = runtime.start::<order>(OrderInput::from(1.0));
    let error = start.await.unwrap_err();
    assert!(
        matches!(&error, RunError::Invalid(message) if message.contains("nowhere is not found")),
        "{error:?}"
    );
}

async fn by_command() {
    temporal().await;
    let address = address().await;
    let id = unique("by-command");
    let start = async |more: &[&str]| {
        let fixed = [
            "start",
            "order",
            "-i",
            "total=7",
            "--id",
            &id,
            "--address",
            &address,
        ];
        let output = Process::command(&[&fixed[..], more].concat())
            .output()
            .await;
        let output = output.expect("the program runs");
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), err)
    };
    let tagged = [
        "--search",
        "order_items=12",
        "--memo",
        "by=Bo",
        "--id-reuse",
        "reject_duplicate",
    ];
    let (code, err) = start(&tagged).await;
    assert_eq!(code, Some(0), "{err}");
    let (code, err) = start(&[]).await;
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("is going on already"), "{err}");
    let (code, err) = start(&["--id-conflict", "use_existing"]).await;
    assert_eq!(code, Some(0), "{err}");
    let (code, err) = start(&["--search", "colour=red"]).await;
    assert_eq!(code, Some(2), "{err}");
    assert!(
        err.contains("declares no search attribute `colour`"),
        "{err}"
    );
    let (code, err) = start(&["--search", "order_items=many"]).await;
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("`many` is no Int"), "{err}");
    let (code, err) = start(&["--id-conflict", "perhaps"]).await;
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("terminate_existing"), "{err}");
    let runtime = temporal().await;
    let run = flock::engine::RunId::latest(&id);
    let described = runtime.engine().describe(&run).await.unwrap();
    assert_eq!(described.memo["by"], "Bo");
    runtime.engine().terminate(&run, "seen").await.unwrap();
}

/// The memo of a run says by which definition it began; words and places are no part of it.
async fn definitions(runtime: Runtime) {
    let defined = |change: fn(&mut FlockDescriptor)| {
        let mut entry = FlockEntry::of::<Chain>();
        let mut descriptor: FlockDescriptor = *entry.descriptor;
        change(&mut descriptor);
        entry.descriptor = Box::leak(Box::new(descriptor));
        entry
    };
    let told = async |entry: FlockEntry| {
        let entry: &'static FlockEntry = Box::leak(Box::new(entry));
        let input = Payload::encode(&json!({ "topic": "x" })).unwrap();
        let run = runtime.start_entry(entry, input, StartOptions::default());
        let run = runtime
            .engine()
            .describe(&run.await.unwrap())
            .await
            .unwrap();
        run.memo["flock"]["hash"].as_str().unwrap().to_owned()
    };
    let hash = told(FlockEntry::of::<Chain>()).await;
    assert_eq!(told(defined(|_| ())).await, hash);
    assert_eq!(
        told(defined(|flock| flock.description = "Other words.")).await,
        hash
    );

    let mut others = BTreeSet::from([hash.clone()]);
    others.insert(told(defined(|flock| flock.options.version = Some(7))).await);
    others.insert(
        told(defined(|flock| {
            flock.agent_defaults.retry.max_attempts = Some(9)
        }))
        .await,
    );
    // Another agent on its way, and another field in what it takes.
    others.insert(
        told(defined(|flock| {
            flock.graph = <Desk as Flock>::DESCRIPTOR.graph
        }))
        .await,
    );
    let mut wider = defined(|_| ());
    wider.input_schema = FlockEntry::of::<compare>().input_schema;
    others.insert(told(wider).await);
    assert_eq!(others.len(), 5, "{others:?}");

    // A coded flock has one, too, and the command line tells it of the code that is linked in.
    let run = runtime.start::<compare>(CompareInput {
        left: "a".into(),
        right: "b".into(),
    });
    let memo = run.await.unwrap().describe().await.unwrap().memo;
    let described = say(&["describe", "compare", "--json"]).await.json();
    assert_eq!(memo["flock"], json!({ "hash": described["hash"] }));
    assert!(json!(memo).to_string().len() < 100);
}
