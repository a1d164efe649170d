//! Requests to people: the same on both engines, and through the death of a worker.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use std::time::{Duration, SystemTime};

use flock::{
    Answer, ApprovalRequest, ErrorKind, Flock, FlockHandle, RunError, Runtime, payload::Payload,
};
use libtest_mimic::Trial;
use serde_json::json;

use crate::{
    flocks::{
        approving::{
            Article, AsksLaterInput, BadlyAskedInput, Grade, HurriedInput, PanelInput,
            SecondThoughtsInput, asks_later, badly_asked, hurried, panel, second_thoughts,
        },
        told::Enough,
    },
    support::{OWN, Process, address, both, failure, refusal, temporal, test, unique, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [
        both("approvals::several_are_open_at_once", several),
        both("approvals::status_shows_the_payload", payload),
        both("approvals::wrong_answers_leave_no_trace", refused),
        both("approvals::a_deadline_ends_in_a_timeout", deadline),
        both("approvals::a_deadline_may_answer", fallback),
        both("approvals::cancelled_while_open", cancelled),
        both("approvals::taken_back", taken_back),
        both("approvals::badly_asked", wrong_options),
        both("approvals::over_all_runs", over_all_runs),
        both("approvals::follow_the_flock", follow),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.push(test(
        "approvals::outlive_their_worker",
        outlive_their_worker,
    ));
    trials
}

fn article() -> Article {
    Article {
        title: "Lighthouses".into(),
        words: 900,
    }
}

async fn ask(runtime: &Runtime) -> FlockHandle<panel> {
    let start = runtime.start::<panel>(PanelInput::from(article()));
    let handle = start.id(unique("panel")).await.unwrap();
    open(&handle, 3).await;
    handle
}

/// What is open, once so much is.
async fn open<F: Flock>(handle: &FlockHandle<F>, count: usize) -> Vec<ApprovalRequest> {
    until_some("requests are open", async || {
        // A worker of the test's own may take a while to begin.
        let open = handle.approvals().await.ok()?;
        (open.len() == count).then_some(open)
    })
    .await
}

async fn several(runtime: Runtime) {
    let handle = ask(&runtime).await;
    let grade = Answer::value(&Grade::Bad { why: "dull".into() });
    handle.answer("grade-1", grade.by("bob")).await.unwrap();
    let yes = Answer::approve().option("later").by("eve");
    handle
        .answer("publish-1", yes.role("editors"))
        .await
        .unwrap();
    assert_eq!(open(&handle, 1).await[0].id, "publish-2");
    let no = Answer::reject().comment("no, no");
    handle.answer("publish-2", no).await.unwrap();
    let said = handle.result().await.unwrap();
    let wanted = [
        "true later eve -",
        "false - - no, no",
        r#"Bad { why: "dull" }"#,
    ];
    assert_eq!(said, wanted);
}

/// To the run that has gone on with its work.
async fn follow(runtime: Runtime) {
    let start = runtime.start::<asks_later>(AsksLaterInput::from(0));
    let handle = start.id(unique("asks_later")).await.unwrap();
    assert_eq!(open(&handle, 1).await[0].payload, json!(1));
    let status = handle.status().await.unwrap();
    assert_eq!(status["approvals"][0]["id"], json!("go-1"));
    let yes = Answer::approve().comment("go");
    handle.answer("go-1", yes).await.unwrap();
    assert_eq!(handle.result().await.unwrap(), "go");
}

async fn payload(runtime: Runtime) {
    let handle = ask(&runtime).await;
    let open = handle.approvals().await.unwrap();
    let ids: Vec<_> = open.iter().map(|request| request.id.as_str()).collect();
    assert_eq!(ids, ["publish-1", "publish-2", "grade-1"]);
    let first = &open[0];
    assert_eq!(first.payload, json!({"title": "Lighthouses", "words": 900}));
    assert_eq!(first.description, "May this go out?");
    assert_eq!(first.options, ["now", "later"]);
    assert_eq!(first.by, ["ann", "role:editors"]);
    let limit = first.deadline.unwrap().duration_since(first.opened);
    assert_eq!(limit.unwrap().as_secs(), 2 * 86_400);
    let age = SystemTime::now().duration_since(first.opened);
    assert!(age.unwrap_or_default() < Duration::from_secs(90));
    assert_eq!(open[1].payload, json!("Lighthouses"));
    assert_eq!((open[1].deadline, &open[1].answer_schema), (None, &None));
    assert!(open[2].answer_schema.is_some(), "what a grade looks like");

    let yes = Answer::approve().option("now").by("ann").comment("good");
    handle.answer("publish-1", yes).await.unwrap();
    let status = handle.status().await.unwrap();
    let mut decided = status["decided"].clone();
    assert!(decided[0]["at"].take().is_f64());
    let wanted = json!([{
        "id": "publish-1",
        "name": "publish",
        "outcome": "answered",
        "by": "ann",
        "answer": {"approved": true, "option": "now", "by": "ann", "comment": "good"},
        "at": null,
    }]);
    assert_eq!(decided, wanted);
    assert_eq!(status["approvals"].as_array().map(Vec::len), Some(2));
    handle.terminate("done").await.unwrap();
}

async fn refused(runtime: Runtime) {
    let handle = ask(&runtime).await;
    let before = handle.describe().await.unwrap().history_events;
    let good = || Answer::approve().option("now").by("ann");
    let cases = [
        (
            "publish-9",
            good(),
            ErrorKind::NotFound,
            "UnknownRequest",
            "there is no request `publish-9`; open: `publish-1`, `publish-2`, `grade-1`",
        ),
        (
            "publish-1",
            good().by("eve"),
            ErrorKind::Denied,
            "MayNotAnswer",
            "request `publish-1` is to be answered by `ann` or `role:editors`, not by `eve`",
        ),
        (
            "publish-1",
            Answer::approve().option("now"),
            ErrorKind::Denied,
            "MayNotAnswer",
            "request `publish-1` is to be answered by `ann` or `role:editors`, and the answer does not say who it is from",
        ),
        (
            "publish-1",
            Answer::approve().option("never").by("ann"),
            ErrorKind::Invalid,
            "NotOffered",
            "request `publish-1` offers `now`, `later`, not `never`",
        ),
        (
            "publish-1",
            Answer::approve().by("ann"),
            ErrorKind::Invalid,
            "NotOffered",
            "request `publish-1` is approved by choosing an option: `now`, `later`",
        ),
        (
            "publish-2",
            Answer::approve().option("now"),
            ErrorKind::Invalid,
            "NotOffered",
            "request `publish-2` offers no options, so `now` is none",
        ),
        (
            "publish-2",
            Answer::value(&json!({"approved": "yes"})),
            ErrorKind::Invalid,
            "WrongAnswer",
            "the answer to request `publish-2` is of another type: field `approved`: invalid type: string \"yes\", expected a boolean",
        ),
        (
            "grade-1",
            Answer::approve().by("bob"),
            ErrorKind::Invalid,
            "WrongAnswer",
            "the answer to request `grade-1` is of another type: ",
        ),
    ];
    for (id, answer, kind, name, said) in cases {
        let failure = refusal(handle.answer(id, answer).await);
        assert_eq!((&failure.kind, failure.type_name.as_str()), (&kind, name));
        let message = failure.message.strip_prefix("update `answer`: ");
        assert!(
            message.is_some_and(|message| message.starts_with(said)),
            "{}",
            failure.message
        );
    }
    let engine = runtime.engine();
    let shapeless = Payload::encode(&json!({"id": "publish-1"})).unwrap();
    let failure = refusal(engine.update(handle.id(), "answer", shapeless).await);
    assert!(failure.message.contains("`answer`"), "{}", failure.message);

    handle.answer("publish-1", good()).await.unwrap();
    let again = refusal(handle.answer("publish-1", good()).await);
    assert_eq!(again.type_name, "AlreadyAnswered");
    assert_eq!(
        again.message,
        "update `answer`: request `publish-1` has been answered by `ann`"
    );
    let after = handle.describe().await.unwrap().history_events;
    // What was refused wrote nothing: there is one workflow task, the answer, and a timer less. Tasks that
    // the worker was late for add a few, where ten that were written would add thirty.
    let written = after.zip(before).map(|(after, before)| after - before);
    assert!(
        written.is_none_or(|events| (6..20).contains(&events)),
        "{written:?}"
    );
    assert_eq!(open(&handle, 2).await[0].id, "publish-2");
    handle.terminate("done").await.unwrap();
}

async fn deadline(runtime: Runtime) {
    let input = HurriedInput::from(("30ms".to_owned(), false));
    let handle = runtime.start::<hurried>(input).await.unwrap();
    let failure = failure(handle.result().await);
    assert_eq!(failure.kind, ErrorKind::Timeout);
    assert_eq!(
        failure.message,
        "nobody answered request `hurry-1` within 30ms"
    );
}

async fn fallback(runtime: Runtime) {
    let input = HurriedInput::from(("30ms".to_owned(), true));
    let handle = runtime.start::<hurried>(input).await.unwrap();
    let decided = until_some("the deadline passes", async || {
        let status = handle.status().await.unwrap();
        status.get("decided").cloned()
    })
    .await;
    assert_eq!(decided[0]["outcome"], json!("timed_out"));
    let answer = json!({"approved": false, "comment": "nobody came"});
    assert_eq!(decided[0]["answer"], answer);
    let late = refusal(handle.answer("hurry-1", Answer::approve()).await);
    assert_eq!(
        (late.kind, late.message.as_str()),
        (
            ErrorKind::Timeout,
            "update `answer`: the deadline of request `hurry-1` has passed"
        )
    );
    handle.signal(Enough {}).await.unwrap();
    let said = handle.result().await.unwrap();
    assert_eq!(said, r#"false: Some("nobody came")"#);
}

async fn cancelled(runtime: Runtime) {
    let handle = ask(&runtime).await;
    handle.cancel("changed my mind").await.unwrap();
    let ended = handle.result().await;
    assert!(matches!(ended, Err(RunError::Cancelled)), "{ended:?}");
    let late = handle.answer("publish-2", Answer::approve()).await;
    assert!(matches!(late, Err(RunError::Ended(_))), "{late:?}");
}

async fn taken_back(runtime: Runtime) {
    let start = runtime.start::<second_thoughts>(SecondThoughtsInput {});
    let handle = start.await.unwrap();
    assert_eq!(open(&handle, 1).await[0].payload, json!("a"));
    handle.signal(Enough {}).await.unwrap();
    until_some("the next request", async || {
        let open = handle.approvals().await.unwrap();
        (open.len() == 1 && open[0].id == "plan-2").then_some(())
    })
    .await;
    let gone = refusal(handle.answer("plan-1", Answer::approve()).await);
    assert_eq!(
        gone.message,
        "update `answer`: request `plan-1` is not open"
    );
    let yes = Answer::approve().comment("b it is");
    handle.answer("plan-2", yes).await.unwrap();
    assert_eq!(handle.result().await.unwrap(), "b it is");
}

async fn wrong_options(runtime: Runtime) {
    for (name, limit, said) in [
        ("a/b", "1d", "`a/b` cannot name a request"),
        ("a", "soon", "approval `a`: `soon` is not a duration"),
    ] {
        let input = BadlyAskedInput::from((name.to_owned(), limit.to_owned()));
        let handle = runtime.start::<badly_asked>(input).await.unwrap();
        let failure = failure(handle.result().await);
        assert_eq!(failure.kind, ErrorKind::Invalid);
        assert!(failure.message.contains(said), "{}", failure.message);
    }
}

async fn over_all_runs(runtime: Runtime) {
    let (one, two) = (ask(&runtime).await, ask(&runtime).await);
    let ids = [one.workflow_id(), two.workflow_id()];
    let found = until_some("both runs are listed", async || {
        let mut found = runtime.approvals().await.unwrap().open;
        found.retain(|open| ids.contains(&open.run.workflow_id.as_str()));
        (found.len() == 6).then_some(found)
    })
    .await;
    assert!(found.iter().all(|open| open.flock == "panel"));
    let publish = |handle: &FlockHandle<panel>| {
        let is_it = |open: &&flock::runtime::OpenApproval| {
            open.run == *handle.id() && open.request.id == "publish-1"
        };
        found.iter().find(is_it).cloned().unwrap()
    };
    assert_eq!(publish(&one).request.payload["words"], json!(900));
    let answer = Answer::approve().option("now").by("ann");
    let open = publish(&two);
    runtime
        .answer(&open.run, &open.request.id, answer)
        .await
        .unwrap();
    assert_eq!(two.approvals().await.unwrap().len(), 2);
    assert_eq!(one.approvals().await.unwrap().len(), 3);
    one.terminate("done").await.unwrap();
    two.terminate("done").await.unwrap();
}

/// The worker dies while requests are open, one of them answered; another goes on from there.
async fn outlive_their_worker() {
    let runtime = temporal().await;
    let address = address().await;
    let queue = unique(&format!("{OWN}approvals"));
    let mut first = Process::worker(&address, &queue);
    let start = runtime.start::<panel>(PanelInput::from(article()));
    let handle = start.task_queue(&queue).await.unwrap();
    let before = open(&handle, 3).await;
    let answer = Answer::reject().by("ann");
    handle.answer("publish-1", answer).await.unwrap();
    first.kill().await;
    let _second = Process::worker(&address, &queue);
    assert_eq!(open(&handle, 2).await, before[1..]);
    let again = Answer::reject().by("ann");
    let again = refusal(handle.answer("publish-1", again).await);
    assert_eq!(again.type_name, "AlreadyAnswered");
    handle.answer("publish-2", Answer::approve()).await.unwrap();
    let grade = Answer::value(&Grade::Good).by("bob");
    handle.answer("grade-1", grade).await.unwrap();
    let said = handle.result().await.unwrap();
    assert_eq!(said, ["false - ann -", "true - - -", "Good"]);
}
