//! Conversations that a flock's body holds: the same on both engines, and through the death of workers.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use flock::{ChatMemory, Runtime};
use libtest_mimic::Trial;

use crate::{
    flocks::chatting::{
        ConsultsInput, TalksForMonthsInput, consults, hands_over, talks, talks_for_months,
        talks_twice,
    },
    support::{
        MANY_WORKERS, OWN, address, both, killed_at_every_boundary, temporal, test_within,
        trace_file, unique,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [
        both("chats::what_was_said_is_remembered", remembered),
        both("chats::what_failed_was_not_said", forgotten),
        both("chats::tools_are_called_in_between", consulted),
        both("chats::runs_that_go_on_remember", months),
        both("chats::handed_to_a_specialist", handed_over),
        both("chats::two_know_nothing_of_each_other", two),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.push(test_within(
        MANY_WORKERS,
        "chats::killed_at_every_boundary",
        killed,
    ));
    trials
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(ToString::to_string).collect()
}

async fn remembered(runtime: Runtime) {
    let run = runtime.start::<talks>(lines(&["a", "b", "c"])).await;
    let answers = run.unwrap().result().await.unwrap();
    let expected: [&[&str]; 3] = [&["a"], &["a", "[5]", "b"], &["a", "[5]", "b", "[15]", "c"]];
    assert_eq!(answers, expected);
}

async fn forgotten(runtime: Runtime) {
    let said = lines(&["refuse:no", "a", "refuse:never", "b"]);
    let run = runtime.start::<talks>(said).await;
    let answers = run.unwrap().result().await.unwrap();
    let expected: [&[&str]; 4] = [&["no"], &["a"], &["never"], &["a", "[5]", "b"]];
    assert_eq!(answers, expected);
}

async fn consulted(runtime: Runtime) {
    let said = lines(&["look:x", "b", "look:y"]);
    let file = trace_file("consulted").display().to_string();
    let run = runtime.start::<consults>((file, said)).await;
    let answers = run.unwrap().result().await.unwrap();
    let last = ["look:x", "saw x", "[18]", "b", "[29]", "look:y", "saw y"];
    assert_eq!(answers[0], ["look:x", "saw x"]);
    assert_eq!(answers[2], last);
}

/// More than one answer of a run holds, and nothing of it known to whoever goes on.
async fn months(runtime: Runtime) {
    let long = "x".repeat(200_000);
    let said = vec![long.clone(), long.clone(), "b".to_owned(), "c".to_owned()];
    let input = TalksForMonthsInput::from((ChatMemory::default(), said));
    let run = runtime.start::<talks_for_months>(input).await.unwrap();
    let heard = run.result().await.unwrap();
    let answers = |n: usize| heard[n];
    assert_eq!(
        [answers(0), answers(2), answers(4), answers(6)],
        [200_000, 200_000, 1, 1]
    );
}

async fn handed_over(runtime: Runtime) {
    let file = trace_file("handed").display().to_string();
    let run = runtime.start::<hands_over>(file).await.unwrap();
    let answers = run.result().await.unwrap();
    assert_eq!(answers[0], ["look:x", "saw x"]);
    // What the tool said stays with who has called it; what another agent was given is no input of its template.
    let [first, answer, own] = &*answers[1] else {
        panic!("{answers:?}")
    };
    assert!(
        first.starts_with('{') && first.contains("look:x"),
        "{first}"
    );
    assert_eq!((&**answer, &**own), ("[18]", "About gulls: b"));
    let [first, _, then, _, rest @ ..] = &*answers[2] else {
        panic!("{answers:?}")
    };
    assert_eq!((&**first, &**then), ("look:x", "b"));
    assert_eq!(rest, ["look:y", "saw y"]);
}

async fn two(runtime: Runtime) {
    let run = runtime.start::<talks_twice>(()).await.unwrap();
    let answers = run.result().await.unwrap();
    let expected: [&[&str]; 2] = [&["a", "[5]", "c"], &["b", "[5]", "d"]];
    assert_eq!(answers, expected);
}

/// No turn that was answered is asked again, and who comes after a worker that died knows what was said.
async fn killed() {
    let (runtime, address) = (temporal().await, address().await);
    let queue = unique(&format!("{OWN}chats"));
    let file = trace_file("chats");
    let input = ConsultsInput::from((
        file.display().to_string(),
        lines(&["look:x", "b", "look:y", "c"]),
    ));
    let run = runtime.start::<consults>(input).task_queue(&queue).await;
    let run = run.unwrap();
    let phase = |line: &str| match line.split_once(' ') {
        Some(("turn", turn)) => 2 * turn.parse::<u32>().unwrap(),
        Some((_, "x")) => 3,
        _ => 9,
    };
    killed_at_every_boundary((&runtime, &address), &run, &queue, &file, phase).await;
    let last = &run.result().await.unwrap()[3];
    let expected = [
        "look:x", "saw x", "[18]", "b", "[29]", "look:y", "saw y", "[53]", "c",
    ];
    assert_eq!(*last, expected);
}
