//! Patterns of a context: the same on both engines.

use flock::{__private::futures_util::StreamExt, Runtime, engine::StepPhase};
use libtest_mimic::Trial;
use serde_json::json;

use crate::{
    flocks::patterned::{debates, elects, orchestrates, reduces, refines, routes},
    support::{agent_steps, both, failure, trace_file, traces},
};

pub(crate) fn trials() -> Vec<Trial> {
    [
        both("patterns::refined_until_it_will_do", refined),
        both("patterns::the_answer_of_most", voted),
        both("patterns::many_are_reduced_in_parts", reduced),
        both("patterns::sides_hear_each_other", debated),
        both("patterns::planned_until_nothing_is_left", orchestrated),
        both("patterns::routed_by_kind", routed),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

async fn refined(runtime: Runtime) {
    let told = async |rounds: u32, wanted: u32| {
        let run = runtime.start::<refines>((rounds, wanted)).await.unwrap();
        run.result().await
    };
    // Accepted at once; the best of all rounds, which was not the last; one that will do ends it.
    assert_eq!(told(3, 1).await.unwrap(), "draft 0 by 1 of 1, true");
    assert_eq!(told(4, 9).await.unwrap(), "draft 1 by 4 of 4, false");
    assert_eq!(told(4, 4).await.unwrap(), "draft 1 by 4 of 2, true");
    let failure = failure(told(9, 9).await);
    assert_eq!(
        (&*failure.type_name, failure.agent.as_deref()),
        ("Tired", Some("scores"))
    );
    assert_eq!(
        failure.details.get("best"),
        Some(&json!({ "text": "draft 1" }))
    );
}

async fn voted(runtime: Runtime) {
    let told = async |answers: &[&str], majority: bool| {
        let run = runtime.start::<elects>((words(answers), majority));
        let run = run.await.unwrap();
        let result = run.result().await;
        (run, result)
    };
    let most = told(&["no", "yes", "YES"], true).await.1.unwrap();
    assert_eq!(most.to_lowercase(), "yes: 2 of 3");
    // The earlier of those with as many; who fails has no vote.
    assert_eq!(
        told(&["no", "yes", "fails"], false).await.1.unwrap(),
        "no: 1 of 3"
    );
    // Nobody waits for who cannot change it any more.
    let (run, result) = told(&["yes", "waits", "yes", "waits", "yes"], false).await;
    assert_eq!(result.unwrap(), "yes: 3 of 5");
    let steps = agent_steps(&runtime, run.id()).await;
    let dropped = steps.filter(|step| {
        let is_dropped = matches!(step.phase, StepPhase::Dropped);
        std::future::ready(is_dropped)
    });
    assert_eq!(dropped.count().await, 2);
    let failed = failure(told(&["no", "yes", "fails"], true).await.1);
    assert_eq!(
        (&*failed.type_name, failed.agent.as_deref()),
        ("NoMajority", Some("votes"))
    );
    assert_eq!(
        failed.message,
        "no answer has a majority: 1 of 3 voters for the first"
    );
    let failed = failure(told(&["fails", "fails"], false).await.1);
    assert_eq!(failed.type_name, "Undecided");
}

async fn reduced(runtime: Runtime) {
    let told = async |pages: &[&str], at_once: usize| {
        let run = runtime
            .start::<reduces>((words(pages), at_once))
            .await
            .unwrap();
        run.result().await
    };
    assert_eq!(told(&["a", "b"], 3).await.unwrap(), "(A B)");
    let five = ["a", "b", "c", "d", "e"];
    assert_eq!(told(&five, 2).await.unwrap(), "(((A B) (C D)) ((E)))");
    assert_eq!(told(&[], 2).await.unwrap(), "()");
    let failure = failure(told(&["a", "b!"], 3).await);
    assert_eq!(failure.type_name, "Unmergeable");
    let mapped = json!([{ "text": "A" }, { "text": "B!" }]);
    assert_eq!(failure.details.get("mapped"), Some(&mapped));
}

async fn debated(runtime: Runtime) {
    let told = async |rounds: u32, mute: bool| {
        let run = runtime.start::<debates>((rounds, mute)).await.unwrap();
        run.result().await
    };
    assert_eq!(
        told(2, false).await.unwrap(),
        "1 pro after 0, 1 con after 0, 2 pro after 2, 2 con after 2"
    );
    // Both give in, in the third round of nine.
    let all = told(9, false).await.unwrap();
    assert!(all.ends_with("3 pro after 4, 3 con after 4"), "{all}");
    let failure = failure(told(1, true).await);
    assert_eq!(
        (&*failure.type_name, failure.agent.as_deref()),
        ("Mute", Some("judges"))
    );
    let said = failure.details.get("said").unwrap();
    assert_eq!(
        said[1],
        json!(["con", { "argument": "con after 0", "gives_in": false }])
    );
}

async fn orchestrated(runtime: Runtime) {
    for children in [false, true] {
        let told = async |first: u32, rounds: u32| {
            let file = trace_file("orchestrated");
            let path = file.display().to_string();
            let run = runtime.start::<orchestrates>((path, first, rounds, children));
            (run.await.unwrap().result().await, traces(&file))
        };
        let (done, lines) = told(4, 1).await;
        let failed = failure(done);
        assert_eq!(
            (&*failed.type_name, failed.agent.as_deref()),
            ("TooManyRounds", Some("plans"))
        );
        assert_eq!(
            failed.message,
            "it planned 3 tasks more after 1 rounds: raise `rounds`, or tell it in its instructions when it is done"
        );
        let (mut now, mut most) = (0, 0);
        for line in lines {
            now += if line == "begins" { 1 } else { -1 };
            most = most.max(now);
        }
        assert_eq!((now, most), (0, 2));
        assert_eq!(told(1, 1).await.0.unwrap(), [10]);
        // One of the second round's fails, and what was done is told.
        let failed = failure(told(3, 9).await.0);
        assert_eq!(failed.type_name, "Undoable");
        let done = failed
            .details
            .get("done")
            .unwrap()
            .as_array()
            .unwrap()
            .len();
        assert_eq!(done, 4);
    }
}

async fn routed(runtime: Runtime) {
    for (text, gives) in [("word", "WORD"), ("two words", "(two words)")] {
        let run = runtime.start::<routes>(text).await.unwrap();
        assert_eq!(run.result().await.unwrap(), gives);
    }
}
