//! `TestRuntime`, as users test their flocks with it.

#![allow(clippy::unwrap_used, reason = "a test that panics says enough")]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, SystemTime},
};

use flock::{
    Error, RunError, Runtime,
    testing::{StepResult, TestRuntime, TestRuntimeBuilder},
};
use libtest_mimic::{Failed, Trial};
use serde_json::json;

use crate::{
    flocks::{
        asked::{Dispatch, Dispatcher},
        doubled::{
            Expedition, Flight, Landed, Pilot, SurveyInput, WhatDayInput, scout, scribe, survey,
            voyage, what_day,
        },
        flowing::billing,
        growth::every_hour,
        told::{Draft, DraftApprove, DraftEdit, DraftImprove, DraftInput, DraftText, improver},
        waiting::{hourly, monitor},
    },
    support::PATIENCE,
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        plain("doubles::answer_for_agents", answer),
        plain("doubles::fail_first", fail_first),
        plain("doubles::thirty_days", thirty_days),
        plain("doubles::messages_at_their_time", messages),
        plain("doubles::a_deadline_passes", deadline),
        plain("doubles::state_is_asked_and_changed", state),
        plain("doubles::side_by_side", side_by_side),
        plain("doubles::what_never_comes", what_never_comes),
        plain("doubles::nothing_leaks", nothing_leaks),
        plain("doubles::no_vendor_is_asked", no_vendor),
        plain("doubles::choose_who_is_next", choice),
        plain("doubles::steps_are_asserted", asserted),
        plain("doubles::steps_of_all_runs", all_runs),
        plain("doubles::start_when_told", starting_at),
        plain("doubles::not_within_tokio", not_within_tokio),
        plain("doubles::state_is_needed_by_agents_only", agents_state),
    ]
}

/// Not within a tokio runtime, as a user's `#[test]`, and on a thread of its own: on a real clock
/// some would not come back for days.
fn plain(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        let (done, end) = mpsc::channel();
        let thread = thread::spawn(move || {
            test();
            let _ = done.send(());
        });
        match end.recv_timeout(PATIENCE) {
            Err(RecvTimeoutError::Timeout) => Err(Failed::from("still waiting")),
            _ => thread.join().map_err(|_| Failed::from("it panicked")),
        }
    })
}

/// With what the agents of the other tests extract.
fn builder() -> TestRuntimeBuilder {
    crate::support::builder().into()
}

fn answer() {
    let test = builder()
        .agent::<scout>(|input| async move { Ok(format!("ice in {}", input.region)) })
        .build()
        .unwrap();
    let run = test.start::<Expedition>("the north".to_owned()).unwrap();
    let report = run.result().unwrap();
    assert_eq!(
        (report.report.as_str(), report.pages),
        ("ICE IN THE NORTH", 1)
    );
    run.assert_steps(["scout", "scribe"]);
    let steps = run.steps();
    assert_eq!(steps[1].input, json!({ "findings": "ice in the north" }));
    assert_eq!(steps[1].result, StepResult::Completed);
    assert_eq!(run.inputs::<scout>()[0].region, "the north");
}

fn fail_first() {
    let test = builder()
        .agent::<scout>(|_| async { Ok("sand".to_owned()) })
        .fail_first::<scout>(3, Error::transient("a storm"))
        .fail_first::<scribe>(9, Error::denied("no ink"))
        .build()
        .unwrap();
    let began = test.now();
    let run = test.start::<Expedition>("the south".to_owned()).unwrap();
    let Err(RunError::Failed(failure)) = run.result() else {
        panic!("the scribe fails for good");
    };
    assert_eq!(failure.message, "no ink");
    assert_eq!(failure.agent.as_deref(), Some("scribe"));
    let steps = run.steps();
    assert_eq!(steps[0].attempts, 4);
    assert_eq!(steps[1].attempts, 1, "what is denied is not tried again");
    assert_eq!(steps[1].result, StepResult::Failed("no ink".into()));
    let waited = test.now().duration_since(began).unwrap();
    assert_eq!(waited.as_secs(), 1 + 2 + 4, "on the virtual clock");
}

fn thirty_days() {
    let real = std::time::Instant::now();
    let test = builder()
        .agent::<hourly>(|input| async move { Ok(input.n * 2) })
        .build()
        .unwrap();
    let run = test.start::<monitor>(()).unwrap();
    test.advance("10d");
    assert_eq!(run.steps().len(), 241, "one an hour, and the first at once");
    assert_eq!(run.result().unwrap(), (0..720).map(|n| n * 2).sum::<u64>());
    assert!(
        real.elapsed() < Duration::from_secs(60),
        "it waited for real"
    );
}

fn messages() {
    let test = builder()
        .agent::<scout>(|input| async move { Ok(input.region) })
        .build()
        .unwrap();
    let run = test.start::<voyage>("the east".to_owned()).unwrap();
    test.advance("2d");
    run.assert_steps([]);
    let place = "a reef".to_owned();
    run.signal(Landed { place }).unwrap();
    run.assert_steps(["scout"]);
    assert_eq!(run.result().unwrap(), "the east near a reef on day 2");
}

fn deadline() {
    let test = TestRuntimeBuilder::from(crate::support::builder());
    let test = test.build().unwrap();
    let run = test.start::<voyage>("the east".to_owned()).unwrap();
    test.advance("5d");
    let place = "too late".to_owned();
    assert!(matches!(
        run.signal(Landed { place }),
        Err(RunError::Ended(_))
    ));
    let failure = run.result().unwrap_err().to_string();
    assert_eq!(failure, "signal `landed` did not come within 3d");
}

fn state() {
    let test = builder()
        .agent::<improver>(|input| async move { Ok(format!("{}!", input.text)) })
        .build()
        .unwrap();
    let run = test.start::<Draft>(DraftInput::from("a b")).unwrap();
    assert_eq!(run.query(DraftText {}).unwrap(), "a b");
    assert_eq!(run.update(DraftEdit::from("c")).unwrap(), 1);
    assert!(matches!(
        run.update(DraftEdit::from("")),
        Err(RunError::Refused(_))
    ));
    assert_eq!(run.update(DraftImprove {}).unwrap(), "c!");
    run.signal(DraftApprove::from("Ann")).unwrap();
    assert_eq!(run.result().unwrap(), "c! (2)");
    run.assert_steps(["improver"]);
}

fn side_by_side() {
    let test = builder()
        .agent::<scout>(|input| async move {
            // The later the call, the sooner it is done.
            let number: u64 = input.region[1..].parse().map_err(Error::invalid)?;
            tokio::time::sleep(Duration::from_secs(10 - number)).await;
            Ok(input.region)
        })
        .build()
        .unwrap();
    let began = test.now();
    let run = test.start::<survey>(SurveyInput {}).unwrap();
    let wanted: Vec<String> = (0..6).map(|n| format!("r{n}")).collect();
    assert_eq!(run.result().unwrap(), wanted);
    let regions = run.inputs::<scout>().into_iter().map(|input| input.region);
    assert_eq!(
        regions.collect::<Vec<_>>(),
        wanted,
        "in the order of the calls"
    );
    assert_eq!(test.now().duration_since(began).unwrap().as_secs(), 10);
}

fn what_never_comes() {
    let test = builder().build().unwrap();
    let run = test.start::<Draft>(DraftInput::from("a")).unwrap();
    let error = run.result().unwrap_err().to_string();
    assert!(
        error.contains("never comes") && error.contains("signal"),
        "{error}"
    );
}

fn nothing_leaks() {
    let with = |answer: &'static str| {
        let test = builder().agent::<scout>(move |_| async move { Ok(answer.to_owned()) });
        test.build().unwrap()
    };
    let (one, two) = (with("one"), with("two"));
    let begin = |test: &TestRuntime| test.start::<Expedition>("x".to_owned()).unwrap();
    let (of_one, of_two) = (begin(&one), begin(&two));
    let third = begin(&builder().build().unwrap());
    assert_eq!(of_two.result().unwrap().report, "TWO");
    assert_eq!(of_one.result().unwrap().report, "ONE");
    assert_eq!(begin(&one).result().unwrap().report, "ONE");
    assert_eq!(
        one.start::<Expedition>("y".to_owned())
            .unwrap()
            .steps()
            .len(),
        2
    );
    let refused = third.result().unwrap_err().to_string();
    assert!(refused.contains("nobody can go to x"), "{refused}");
    // Neither does an ordinary runtime of the same process know of it.
    let tokio = tokio::runtime::Runtime::new().unwrap();
    let refused = tokio.block_on(async {
        let run = crate::support::local().start::<Expedition>("z".to_owned());
        run.await.unwrap().result().await.unwrap_err().to_string()
    });
    assert!(refused.contains("nobody can go to z"), "{refused}");
}

fn no_vendor() {
    let test = builder().build().unwrap();
    let run = test.start::<Flight>("the moon".to_owned()).unwrap();
    let error = run.result().unwrap_err().to_string();
    assert!(error.contains("no vendor's model"), "{error}");
    let test = builder().agent::<Pilot>(|input| async move { Ok(format!("to {}", input.to)) });
    let run = test.build().unwrap();
    let run = run.start::<Flight>("the moon".to_owned()).unwrap();
    assert_eq!(run.result().unwrap().log, "to the moon");
}

fn choice() {
    let test = builder()
        .agent::<Dispatcher>(|_| async { Ok("money".to_owned()) })
        .hand_off::<Dispatcher, billing>()
        .build()
        .unwrap();
    let run = test.start::<Dispatch>("any".to_owned()).unwrap();
    run.result().unwrap();
    run.assert_steps(["dispatcher", "billing"]);
}

fn asserted() {
    let test = builder()
        .agent::<scout>(|_| async { Ok(String::new()) })
        .build()
        .unwrap();
    let run = test.start::<Expedition>("x".to_owned()).unwrap();
    run.result().unwrap();
    for wrong in [
        &["scout"][..],
        &["scribe", "scout"],
        &["scout", "scribe", "scout"],
    ] {
        let wrong = wrong.iter().copied();
        let asserted = catch_unwind(AssertUnwindSafe(|| run.assert_steps(wrong)));
        let said = asserted.unwrap_err().downcast::<String>().unwrap();
        assert!(said.contains(r#"called: ["scout", "scribe"]"#), "{said}");
    }
}

/// A flock that goes on as a new run is one to its test.
fn all_runs() {
    let runtime = crate::support::builder().run_steps(2);
    let test = TestRuntimeBuilder::from(runtime).build().unwrap();
    let run = test.start::<every_hour>((3, 1_000, 0)).unwrap();
    assert_eq!(run.result().unwrap(), 6);
    run.assert_steps(["hourly"; 3]);
    let hours: Vec<_> = run
        .inputs::<hourly>()
        .into_iter()
        .map(|input| input.n)
        .collect();
    assert_eq!(hours, [3, 2, 1]);
}

fn starting_at() {
    let day = SystemTime::UNIX_EPOCH + Duration::from_secs(86_400 * 1_000);
    let test = builder().starting_at(day).build().unwrap();
    assert_eq!(test.now(), day);
    test.advance("36h");
    let run = test.start::<what_day>(WhatDayInput {}).unwrap();
    assert_eq!(run.result().unwrap(), 1_001);
}

fn not_within_tokio() {
    let tokio = tokio::runtime::Runtime::new().unwrap();
    let built = catch_unwind(AssertUnwindSafe(|| {
        tokio.block_on(async { builder().build().map(drop) })
    }));
    let said = built.unwrap_err().downcast::<&str>().unwrap();
    assert!(said.contains("plain `#[test] fn`"), "{said}");
}

fn agents_state() {
    // `greet` extracts a greeting, which this builder is not given.
    let missing = TestRuntime::builder().build().unwrap_err().to_string();
    assert!(missing.contains("greet"), "{missing}");
    let test = TestRuntime::builder().agent::<crate::flocks::flowing::greet>(|_| async {
        Err::<crate::flocks::flowing::GreetOutput, _>(Error::permanent("not asked"))
    });
    test.build().expect("nothing else extracts state");
    assert!(Runtime::builder().build().is_err());
}
