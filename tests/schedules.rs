//! What starts by itself: applied, looked at and steered on the real server.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use flock::{
    FlockDescriptor, RunError, Runtime, ScheduleOptions,
    declare::schedule::Overlap,
    engine::{
        RunId,
        temporal::{ChangeKind, ConnectOptions, SchedulePlan, Schedules},
    },
    registry::{FlockEntry, Registry},
};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::{
    flocks::scheduled::{Anniversary, new_year},
    support::{Process, address, builder, local, proxy, temporal, test, unique, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("schedules::applied_twice", applied_twice),
        test("schedules::a_change_is_applied", a_change_is_applied),
        test("schedules::only_its_own_are_removed", only_its_own),
        test("schedules::a_foreign_one_is_left_alone", foreign),
        test("schedules::a_triggered_run_completes", triggered),
        test("schedules::pause_and_resume", pause_and_resume),
        test("schedules::by_the_commands", by_the_commands),
        test("schedules::run_runs_it_once", run_runs_it_once),
        test("schedules::no_server", no_server),
        test("schedules::a_slow_server", a_slow_server),
    ]
}

const HOUR: Duration = Duration::from_secs(3_600);

/// The schedules of a program that has these flocks.
async fn program(name: &str, flocks: &[&'static FlockEntry]) -> Schedules {
    program_at(address().await, name, flocks).await
}

async fn program_at(address: String, name: &str, flocks: &[&'static FlockEntry]) -> Schedules {
    let options = ConnectOptions::default().address(address);
    let agents = [];
    let registry = Registry::new(agents, flocks.iter().copied()).expect("names that differ");
    let runtime = builder().registry(registry).connect(options).await;
    let runtime = runtime.expect("a connection");
    runtime.schedules(name).expect("a server")
}

fn new_year_entry() -> &'static FlockEntry {
    Box::leak(Box::new(FlockEntry::of::<new_year>()))
}

fn anniversary_entry() -> &'static FlockEntry {
    Box::leak(Box::new(FlockEntry::of::<Anniversary>()))
}

/// The same flock in another build.
fn rescheduled(schedule: ScheduleOptions) -> &'static FlockEntry {
    let mut entry = FlockEntry::of::<new_year>();
    let mut descriptor: FlockDescriptor = *entry.descriptor;
    descriptor.options.schedule = Some(schedule);
    entry.descriptor = Box::leak(Box::new(descriptor));
    Box::leak(Box::new(entry))
}

async fn apply(schedules: &Schedules) -> SchedulePlan {
    let plan = schedules.plan().await.expect("a plan");
    schedules.apply(&plan).await.expect("it is applied");
    plan
}

async fn applied_twice() {
    let name = unique("twice");
    let schedules = program(&name, &[new_year_entry(), anniversary_entry()]).await;
    let plan = apply(&schedules).await;
    let changes: Vec<_> = plan.changes.iter().map(|change| json!(change)).collect();
    let wanted = [
        json!({
            "id": format!("{name}:anniversary"), "flock": "anniversary", "change": "create",
            "schedule": "every 365d + 10d, overlap skip",
        }),
        json!({
            "id": format!("{name}:new_year"), "flock": "new_year", "change": "create",
            "schedule": "30 9 1 JAN * Europe/Vienna, jitter 5m, overlap buffer_one",
        }),
    ];
    assert_eq!(changes, wanted);
    let again = schedules.plan().await.expect("a plan");
    assert_eq!(again.changes, []);
    assert_eq!(again.unchanged.len(), 2);

    let described = schedules.list().await.expect("a list");
    let [anniversary, new_year] = described.as_slice() else {
        panic!("two: {described:?}");
    };
    assert_eq!(anniversary.times, "every 365d + 10d");
    assert_eq!(anniversary.overlap, "skip");
    assert_eq!(new_year.times, "30 9 1 1 *");
    assert_eq!(new_year.time_zone, "Europe/Vienna");
    assert_eq!(new_year.program.as_deref(), Some(name.as_str()));
    assert!(!new_year.paused);
    let next = new_year.next.first().expect("a next start");
    let since = next.duration_since(SystemTime::UNIX_EPOCH).expect("a time");
    // 09:30 in Vienna, in winter, and up to five minutes later.
    let of_day = since.as_secs() % 86_400;
    assert!((30_600..=30_900).contains(&of_day), "{of_day}");
}

/// That a server does not say which search attributes it has is no reason to take them off.
async fn a_slow_server() {
    let name = unique("slow");
    apply(&program(&name, &[new_year_entry()]).await).await;
    let slow = Arc::new(AtomicBool::new(true));
    let port = proxy::slow(address().await, "ListSearchAttributes", Arc::clone(&slow)).await;
    let there = format!("127.0.0.1:{port}");
    let schedules = program_at(there, &name, &[new_year_entry()]).await;
    let plan = schedules.plan().await;
    assert!(plan.is_err(), "{plan:?}");
    slow.store(false, Ordering::SeqCst);
    let plan = schedules.plan().await.expect("a plan");
    assert_eq!(plan.changes, []);
    assert_eq!(plan.unchanged.len(), 1);
}

async fn a_change_is_applied() {
    let name = unique("change");
    let before = program(&name, &[new_year_entry()]).await;
    apply(&before).await;
    let id = before.id("new_year");
    before.pause(&id, "for now").await.expect("it is paused");

    let mut schedule = new_year_entry().descriptor.options.schedule.expect("one");
    schedule.overlap = Overlap::Skip;
    schedule.jitter = Duration::ZERO;
    schedule.catch_up = 2 * HOUR;
    let after = program(&name, &[rescheduled(schedule)]).await;
    let plan = apply(&after).await;
    let [change] = plan.changes.as_slice() else {
        panic!("one change: {plan:?}");
    };
    let ChangeKind::Update { differences } = &change.kind else {
        panic!("an update: {change:?}");
    };
    let differences: Vec<_> = differences.iter().map(ToString::to_string).collect();
    assert_eq!(
        differences,
        [
            "catch-up: 1h -> 2h",
            "jitter: 5m -> none",
            "overlap: buffer_one -> skip"
        ]
    );
    assert_eq!(after.plan().await.expect("a plan").changes, []);

    // An interval in place of the calendar, which is gone.
    let after = program(&name, &[rescheduled(ScheduleOptions::every(900 * HOUR))]).await;
    apply(&after).await;
    let described = after.describe(&id).await.expect("it is there");
    assert_eq!(described.times, "every 900h");
    assert_eq!(described.time_zone, "UTC");
    assert_eq!(after.plan().await.expect("a plan").changes, []);
    // What the operator did is not undone by an update.
    assert!(described.paused);
    assert_eq!(described.note, "for now");
}

async fn only_its_own() {
    let name = unique("own");
    // Another program, whose ids begin as ours do.
    let neighbour = program(&format!("{name}:other"), &[new_year_entry()]).await;
    apply(&neighbour).await;
    let before = program(&name, &[new_year_entry(), anniversary_entry()]).await;
    apply(&before).await;
    let after = program(&name, &[anniversary_entry()]).await;
    let gone = after.id("new_year");
    let plan = until_some("both are listed", async || {
        let plan = after.plan().await.expect("a plan");
        (!plan.changes.is_empty()).then_some(plan)
    })
    .await;
    let changes: Vec<_> = plan.changes.iter().map(|change| json!(change)).collect();
    assert_eq!(
        changes,
        [json!({ "id": gone, "flock": "new_year", "change": "remove" })]
    );
    after.apply(&plan).await.expect("it is removed");
    let found = after.describe(&gone).await;
    assert!(
        matches!(&found, Err(RunError::NoSchedule(id)) if *id == gone),
        "{found:?}"
    );
    assert_eq!(after.plan().await.expect("a plan").changes, []);
    let kept = neighbour.id("new_year");
    neighbour.describe(&kept).await.expect("it is still there");
    assert_eq!(after.list().await.expect("a list").len(), 1);
}

async fn foreign() {
    let name = unique("foreign");
    // The id is ours, the owner is not: its name ends in what we call the flock.
    let other = program(&format!("{name}:new"), &[anniversary_entry()]).await;
    apply(&other).await;
    let mut entry = *new_year_entry();
    let mut descriptor: FlockDescriptor = *entry.descriptor;
    descriptor.name = "new:anniversary";
    entry.descriptor = Box::leak(Box::new(descriptor));
    let ours = program(&name, &[Box::leak(Box::new(entry))]).await;
    let refused = ours.plan().await.expect_err("it is someone else's");
    assert!(
        refused.to_string().contains("is not of program"),
        "{refused}"
    );
    assert_eq!(other.plan().await.expect("a plan").changes, []);
}

async fn triggered() {
    let schedules = program(&unique("trigger"), &[new_year_entry()]).await;
    apply(&schedules).await;
    let id = schedules.id("new_year");
    schedules.trigger(&id).await.expect("it starts");
    let run = until_some("the run", async || {
        let described = schedules.describe(&id).await.expect("it is there");
        described.recent.into_iter().next()
    })
    .await;
    assert!(run.workflow_id.starts_with(&id), "{}", run.workflow_id);
    let runtime: Runtime = temporal().await;
    let handle = runtime.handle::<new_year>(RunId::new(run.workflow_id, run.run_id));
    assert_eq!(
        handle.result().await.expect("a result"),
        "happy new year, everybody"
    );
    let described = schedules.describe(&id).await.expect("it is there");
    assert_eq!(described.starts, 1);
}

async fn pause_and_resume() {
    let schedules = program(&unique("pause"), &[new_year_entry()]).await;
    apply(&schedules).await;
    let id = schedules.id("new_year");
    for (paused, note) in [(true, "the move"), (false, "moved")] {
        let told = match paused {
            true => schedules.pause(&id, note).await,
            false => schedules.resume(&id, note).await,
        };
        told.expect("it can be told");
        let described = schedules.describe(&id).await.expect("it is there");
        assert_eq!((described.paused, described.note.as_str()), (paused, note));
    }
    // That it was paused is no drift.
    assert_eq!(schedules.plan().await.expect("a plan").changes, []);
    schedules.pause(&id, "").await.expect("no note will do");
    assert!(schedules.describe(&id).await.expect("it is there").paused);
}

/// The exit code, what went to stdout, and to stderr.
async fn say(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Process::command(args).output().await;
    let output = output.expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

async fn by_the_commands() {
    let (address, name) = (address().await, unique("commands"));
    let at = ["--address", &address, "--program", &name];
    let schedules = async |args: &[&str]| say(&[&["schedules"], args, &at].concat()).await;
    let json_of = async |args: &[&str]| -> Value {
        let (code, out, err) = schedules(&[args, &["--json"]].concat()).await;
        assert_eq!(code, Some(0), "{err}");
        serde_json::from_str(&out).expect("JSON")
    };

    // Nobody agrees: the plan is shown, and nothing is done.
    let (code, out, err) = schedules(&["apply"]).await;
    assert_eq!(code, Some(2), "{err}");
    assert!(
        out.contains(&format!("create  {name}:new_year  30 9 1 JAN *")),
        "{out}"
    );
    assert!(err.contains("--yes"), "{err}");
    assert_eq!(json_of(&["list"]).await, json!([]));

    let (code, out, err) = schedules(&["apply", "--yes"]).await;
    assert_eq!(code, Some(0), "{err}");
    assert!(out.ends_with("2 changes are made.\n"), "{out}");
    let (code, out, _) = schedules(&["apply"]).await;
    assert_eq!(code, Some(0));
    assert_eq!(out, "Nothing to do: all 2 schedules are as declared.\n");
    let unchanged = json_of(&["apply"]).await;
    assert_eq!(
        (&unchanged["changes"], &unchanged["applied"]),
        (&json!([]), &json!(false))
    );

    let (_, out, _) = schedules(&["list"]).await;
    assert!(out.contains("30 9 1 1 * Europe/Vienna"), "{out}");
    // By the flock's name, and by the id.
    json_of(&["pause", "new_year", "--note", "the move"]).await;
    let id = format!("{name}:new_year");
    let paused = json_of(&["list"]).await;
    assert_eq!(paused[1]["id"], json!(id));
    assert_eq!(
        (&paused[1]["paused"], &paused[1]["note"]),
        (&json!(true), &json!("the move"))
    );
    json_of(&["resume", &id]).await;
    assert_eq!(json_of(&["list"]).await[1]["paused"], json!(false));
    json_of(&["trigger", "new_year"]).await;
    until_some("a start", async || {
        (json_of(&["list"]).await[1]["starts"] == json!(1)).then_some(())
    })
    .await;
    json_of(&["delete", &id]).await;
    let (code, _, err) = schedules(&["trigger", &id]).await;
    assert_eq!(code, Some(4), "{err}");
    assert!(err.contains(&format!("no schedule `{id}`")), "{err}");
}

async fn run_runs_it_once() {
    let (code, out, err) = say(&["run", "new_year"]).await;
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(out, "happy new year, everybody\n");
}

async fn no_server() {
    let refused = local().schedules("any").expect_err("no server");
    assert!(refused.to_string().contains("Temporal server"), "{refused}");
    let (code, _, err) = say(&["schedules", "list", "--address", "127.0.0.1:9"]).await;
    assert_eq!(code, Some(3), "{err}");
    assert!(err.contains("127.0.0.1:9") && err.contains("dev"), "{err}");
}
