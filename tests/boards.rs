//! Blackboards: the same on both engines, over many runs, and through the death of workers.

use flock::{Answer as Decides, ErrorKind, Runtime, engine::RunStatus};
use libtest_mimic::Trial;

use crate::{
    flocks::boards::{
        Ask, Close, batches, circles, counter, digests, folds, in_vain, killed_board, others,
        pairs, three_at_a_time, unknowable,
    },
    support::{
        MANY_WORKERS, OWN, address, asked, both, builder, completed, failure,
        killed_at_every_boundary, temporal, test, test_within, trace_file, traces, unique,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [
        both("boards::one_fact_leads_to_the_next", leads),
        both("boards::what_belongs_together_is_joined", joined),
        both("boards::batches_are_full_or_all_there_is", batched),
        both("boards::a_batch_may_fill_itself", folded),
        both("boards::circles_come_to_an_end", circling),
        both("boards::what_cannot_come_is_told", vain),
        both("boards::an_error_ends_it_or_is_a_fact", unknown),
        both("boards::so_many_at_a_time", bounded),
        both("boards::children_and_people", asking),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.push(test("boards::facts_outlive_a_run", renewed));
    trials.push(test_within(
        MANY_WORKERS,
        "boards::killed_at_every_boundary",
        killed,
    ));
    trials
}

async fn leads(runtime: Runtime) {
    let run = runtime
        .start::<digests>(("fog".to_owned(), 3))
        .await
        .unwrap();
    assert_eq!(run.result().await.unwrap(), "FOG 1, FOG 2, FOG 3");
    let steps = completed(&runtime, &run).await;
    let agents: Vec<_> = steps.iter().map(|step| step.agent.as_str()).collect();
    assert_eq!(
        agents,
        ["asker", "answerer", "answerer", "answerer", "binder"]
    );
}

async fn joined(runtime: Runtime) {
    for keyed in [true, false] {
        let run = runtime.start::<pairs>(keyed).await.unwrap();
        let mut pairs = run.result().await.unwrap();
        pairs.sort();
        assert_eq!(pairs, ["q1 = a1", "q3 = a3"]);
    }
}

async fn batched(runtime: Runtime) {
    let run = runtime.start::<batches>(5).await.unwrap();
    assert_eq!(run.result().await.unwrap(), ["1, 2", "3, 4", "5"]);
    let run = runtime.start::<batches>(0).await.unwrap();
    assert!(run.result().await.unwrap().is_empty());
}

async fn folded(runtime: Runtime) {
    let words: Vec<_> = ["a", "b", "c", "d", "e"].map(str::to_owned).into();
    let run = runtime.start::<folds>(words).await.unwrap();
    let mut whole: Vec<_> = run.result().await.unwrap().chars().collect();
    whole.sort_unstable();
    assert_eq!(whole, ['a', 'b', 'c', 'd', 'e']);
}

async fn circling(runtime: Runtime) {
    let run = runtime.start::<circles>((4, 100)).await.unwrap();
    assert_eq!(run.result().await.unwrap(), 4);
    let run = runtime.start::<circles>((1000, 7)).await.unwrap();
    let failure = failure(run.result().await);
    assert_eq!(failure.type_name, "TooManyRuns");
    assert_eq!(failure.kind, ErrorKind::Permanent);
    assert_eq!(
        failure.message,
        "the agents of the blackboard ran 7 times and are not at an end: `answerer` ran 4 times, `asker` ran 3 times; have a `when` end what they give each other, or raise `at_most`"
    );
    assert_eq!(failure.details.get("ran").unwrap()["asker"], 3);
}

async fn vain(runtime: Runtime) {
    let told = async |what: &str| {
        let run = runtime.start::<in_vain>(what).await.unwrap();
        let failure = failure(run.result().await);
        (
            failure.type_name,
            failure.message,
            completed(&runtime, &run).await.len(),
        )
    };
    // Before anything is paid for.
    let (kind, message, steps) = told("nobody gives it").await;
    assert_eq!((&*kind, steps), ("NeverGiven", 0));
    assert_eq!(
        message,
        "nothing on the blackboard gives `Rumour`: subscribe the agent that does, or take what `until` waits for from those that are there"
    );
    let (kind, message, steps) = told("nobody can give it").await;
    assert_eq!((&*kind, steps), ("NeverGiven", 0));
    assert_eq!(
        message,
        "no `MatcherOutput` can come on the blackboard: `answerer` waits for `Question`; `matcher` waits for `Question` and `Answer`"
    );
    let (kind, message, steps) = told("no two belong together").await;
    // Question 1 is answered, and its answer belongs to it.
    assert_eq!((&*kind, steps), ("NothingLeft", 3));
    assert_eq!(
        message,
        "no `MatcherOutput` has come, and no agent of the blackboard can run any more: `answerer` ran once, its `at_most`; `matcher` has facts of each type, and none that belong together"
    );
}

async fn unknown(runtime: Runtime) {
    let run = runtime.start::<unknowable>(true).await.unwrap();
    assert_eq!(
        run.result().await.unwrap(),
        ["WHO", "2: it cannot be known"]
    );
    let run = runtime.start::<unknowable>(false).await.unwrap();
    let failure = failure(run.result().await);
    let agent = failure.agent.as_deref();
    assert_eq!(
        (&*failure.type_name, agent),
        ("Unknowable", Some("answerer"))
    );
}

async fn bounded(runtime: Runtime) {
    for of_all in [true, false] {
        let file = trace_file("three");
        let path = file.display().to_string();
        let run = runtime
            .start::<three_at_a_time>((path, of_all))
            .await
            .unwrap();
        assert_eq!(run.result().await.unwrap(), 8);
        let (mut now, mut most) = (0, 0);
        for line in traces(&file) {
            now += if line.starts_with("begins") { 1 } else { -1 };
            most = most.max(now);
        }
        assert_eq!((now, most), (0, 3));
    }
}

async fn asking(runtime: Runtime) {
    let run = runtime.start::<others>("fog").await.unwrap();
    let request = asked(&run).await;
    assert_eq!(request.payload, "FOG 1, FOG 2");
    run.answer("believe-2", Decides::reject().comment("no"))
        .await
        .unwrap();
    run.answer("believe-1", Decides::approve()).await.unwrap();
    let mut said = run.result().await.unwrap();
    said.sort();
    assert_eq!(said, ["FOG 1, FOG 2", "no"]);
}

/// Signals are answered over many runs, each fact once.
async fn renewed() {
    let local = builder().run_steps(50).build().unwrap();
    for runtime in [local, temporal().await] {
        let run = runtime.start::<counter>((0, false, None)).await.unwrap();
        for number in 1..=101 {
            run.signal(Ask { number }).await.unwrap();
        }
        run.signal(Close {}).await.unwrap();
        let told = run.result().await.unwrap();
        let first = run.describe().await.unwrap();
        assert_eq!(first.status, RunStatus::ContinuedAsNew);
        assert_eq!(told / 1000, (1..=101).sum::<u64>());
        assert!(told % 1000 > 0, "all in one history");
    }
}

async fn killed() {
    let (runtime, address) = (temporal().await, address().await);
    let queue = unique(&format!("{OWN}board"));
    let file = trace_file("board");
    let run = runtime.start::<killed_board>(file.display().to_string());
    let run = run.task_queue(&queue).await.unwrap();
    let phase = |line: &str| u32::from(line.contains("16"));
    killed_at_every_boundary((&runtime, &address), &run, &queue, &file, phase).await;
    assert_eq!(run.result().await.unwrap(), 16);
}
