//! What a program that embeds flock can follow, find and start: the same on both engines.

use flock::{
    __private::futures_util::{StreamExt, stream::BoxStream},
    Answer, IdConflict, IdReuse, RunError, Runtime,
    engine::{RunId, RunStatus, StepEvent},
};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::{
    flocks::{
        followed::{Followed, FollowedNote, juggles, wanders, wavers},
        told::{Draft, Enough, Review},
        waiting::{dreams, naps, overdue},
    },
    support::{both, refusal, temporal, test, unique, until_some},
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [
        both("embedding::a_run_is_followed", follows),
        both("embedding::a_run_is_followed_to_the_next", goes_on),
        both("embedding::a_request_is_told_once", once),
        both("embedding::requests_end_in_many_ways", requests),
        both("embedding::how_a_run_ended_is_told", ends),
        both("embedding::nobody_can_be_followed", nobody),
        both("embedding::runs_are_listed", lists),
        both("embedding::flocks_are_started_by_name", by_name),
        both("embedding::what_cannot_start_says_why", refused),
        both("embedding::a_start_may_be_sent_twice", twice),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.push(test(
        "embedding::who_looks_at_history_alone_asks_no_worker::temporal",
        async || looks_at_history(temporal().await).await,
    ));
    trials
}

/// Events as they look in JSON.
struct Events {
    stream: BoxStream<'static, StepEvent>,
    seen: Vec<Value>,
}

impl Events {
    async fn of(runtime: &Runtime, id: &str) -> Self {
        let run = runtime.find(id).await.unwrap();
        Self {
            stream: run.steps().await.unwrap(),
            seen: Vec::new(),
        }
    }

    /// Follows until something has happened; gives it.
    async fn until(&mut self, event: &str, field: &str, value: impl Into<Value>) -> Value {
        let value = value.into();
        let is_it = |json: &Value| json["event"] == event && json[field] == value;
        // What a worker says at once may come in another order.
        if let Some(seen) = self.seen.iter().find(|json| is_it(json)) {
            return seen.clone();
        }
        loop {
            let next = self.stream.next().await;
            let next = next.unwrap_or_else(|| panic!("no {event} in {:?}", self.seen));
            let json = serde_json::to_value(next).unwrap();
            self.seen.push(json.clone());
            if is_it(&json) {
                return json;
            }
        }
    }

    /// What was seen, each in a few words.
    fn told(&self) -> Vec<String> {
        let words = |event: &Value| {
            let fields = ["phase", "state", "id", "name", "flock", "status"];
            let said = fields.iter().filter_map(|field| event[*field].as_str());
            let name = event["event"].as_str().unwrap();
            [name].into_iter().chain(said).collect::<Vec<_>>().join(" ")
        };
        self.seen.iter().map(words).collect()
    }
}

async fn follows(runtime: Runtime) {
    let run = runtime.start::<Followed>("a text".to_owned());
    let run = run.id(unique("followed")).await.unwrap();
    let mut events = Events::of(&runtime, run.workflow_id()).await;
    let asked = events.until("approval_asked", "id", "publish-1").await;
    assert_eq!(asked["payload"], json!("A TEXT"));
    assert_eq!(asked["by"], json!(["ann"]));
    // What is refused has not happened.
    let stranger = Answer::approve().by("eve");
    refusal(run.answer("publish-1", stranger).await);
    refusal(run.update(FollowedNote::from("")).await);
    let yes = Answer::approve().comment("fine").by("ann");
    run.answer("publish-1", yes).await.unwrap();
    let answered = events.until("approval_answered", "id", "publish-1").await;
    assert_eq!(answered["by"], "ann");
    assert_eq!(answered["answer"]["comment"], "fine");
    events.until("state", "state", "waiting").await;
    assert_eq!(run.update(FollowedNote::from("good")).await.unwrap(), 1);
    run.signal(Enough {}).await.unwrap();
    let end = events.until("ended", "status", "completed").await;
    assert_eq!(end["result"], json!("A TEXT: good"));
    assert!(events.stream.next().await.is_none(), "nothing follows");
    let wanted = [
        "agent started",
        "agent completed",
        "child_started improves",
        "child_ended improves completed",
        "state asking",
        "approval_asked publish-1 publish",
        "approval_answered publish-1",
        "state waiting",
        "update note",
        "signal enough",
        "state done",
        "ended completed",
    ];
    // A worker has two seconds to say what an ended run showed last.
    let told = events.told();
    let said = |event: &&str| *event != "state done" || told.iter().any(|one| one == *event);
    let wanted: Vec<_> = wanted.into_iter().filter(said).collect();
    assert_eq!(told, wanted);
    let child = &events.seen[2]["workflow_id"];
    let child = runtime.find(child.as_str().unwrap()).await.unwrap();
    assert_eq!(child.result().await.unwrap(), json!("A TEXT"));
}

async fn goes_on(runtime: Runtime) {
    let run = runtime.start::<wanders>(true).await.unwrap();
    let mut events = Events {
        stream: run.steps().await.unwrap(),
        seen: Vec::new(),
    };
    let end = events.until("ended", "status", "completed").await;
    assert_eq!(end["result"], json!("A TEXT"));
    let wanted = [
        "child_started stumbles",
        "child_ended stumbles failed",
        "continued_as_new",
        "agent started",
        "agent completed",
        "ended completed",
    ];
    assert_eq!(events.told(), wanted);
    let last = runtime.find(run.workflow_id()).await.unwrap();
    assert_eq!(events.seen[2]["run_id"], last.run_id());
}

async fn once(runtime: Runtime) {
    let run = runtime.start::<juggles>(()).await.unwrap();
    let mut events = Events::of(&runtime, run.workflow_id()).await;
    for step in 0..3 {
        events.until("state", "state", format!("step {step}")).await;
        run.signal(Enough {}).await.unwrap();
    }
    run.answer("go-1", Answer::approve()).await.unwrap();
    events.until("ended", "status", "completed").await;
    let told = |of: &str| {
        let told = events.told().into_iter();
        told.filter(|event| event.contains(of)).collect::<Vec<_>>()
    };
    let wanted = ["approval_asked go-1 go", "approval_answered go-1"];
    assert_eq!(told("go-1"), wanted);
    let wanted = ["state step 0", "state step 1", "state step 2"];
    assert_eq!(told("state"), wanted);
}

async fn looks_at_history(runtime: Runtime) {
    let run = runtime.start::<wavers>(()).await.unwrap();
    let steps = runtime.engine().steps_in_history(run.id()).await.unwrap();
    run.signal(Enough {}).await.unwrap();
    let mut all = Events::of(&runtime, run.workflow_id()).await;
    all.until("approval_timed_out", "id", "later-1").await;
    let review = Review {
        by: "ann".into(),
        stars: 1,
    };
    run.signal(review).await.unwrap();
    all.until("ended", "status", "completed").await;
    let mut history = Events {
        stream: steps,
        seen: Vec::new(),
    };
    history.until("ended", "status", "completed").await;
    let wanted = ["signal enough", "signal review", "ended completed"];
    assert_eq!(history.told(), wanted);
}

async fn requests(runtime: Runtime) {
    let run = runtime.start::<wavers>(()).await.unwrap();
    let mut events = Events::of(&runtime, run.workflow_id()).await;
    events.until("approval_asked", "id", "go-1").await;
    run.signal(Enough {}).await.unwrap();
    events.until("approval_withdrawn", "id", "go-1").await;
    let late = events.until("approval_timed_out", "id", "later-1").await;
    assert_eq!(late["answer"], json!({ "approved": false }));
    let review = Review {
        by: "ann".into(),
        stars: 1,
    };
    run.signal(review).await.unwrap();
    events.until("ended", "status", "completed").await;
}

async fn ends(runtime: Runtime) {
    let end = async |id: &str, status: &str| {
        let mut events = Events::of(&runtime, id).await;
        events.until("ended", "status", status).await
    };
    let run = runtime.start::<dreams>(()).await.unwrap();
    run.terminate("enough").await.unwrap();
    let told = end(run.workflow_id(), "terminated").await;
    assert_eq!(told["error"], "the run was terminated: enough");
    let run = runtime.start::<dreams>(()).await.unwrap();
    run.cancel("enough").await.unwrap();
    let told = end(run.workflow_id(), "cancelled").await;
    let error = run.result().await.unwrap_err();
    assert_eq!(told["error"], error.to_string());
    let run = runtime.start::<overdue>(()).await.unwrap();
    let told = end(run.workflow_id(), "timed_out").await;
    let error = run.result().await.unwrap_err();
    assert!(matches!(error, RunError::TimedOut), "{error:?}");
    assert_eq!(told["error"], error.to_string());
}

async fn nobody(runtime: Runtime) {
    let id = unique("nobody");
    let found = runtime.find(&id).await;
    let error = found.expect_err("there is none");
    assert!(matches!(error, RunError::NotFound(_)), "{error:?}");
    // As a client is told it, who has no command line.
    assert_eq!(error.to_string(), format!("there is no run `{id}`"));
    let run = runtime.handle::<dreams>(RunId::latest(&id));
    let steps = run.steps().await;
    let error = steps.err().expect("nothing to follow");
    assert!(matches!(error, RunError::NotFound(_)), "{error:?}");
}

async fn lists(runtime: Runtime) {
    let (first, second) = (unique("listed"), unique("listed"));
    let done = runtime.start::<naps>(1_u64).id(&first).await.unwrap();
    done.result().await.unwrap();
    let run = runtime.start::<dreams>(()).id(&second).await.unwrap();
    let ids = async |status| {
        let runs = runtime.list().flock("naps").flock("dreams").status(status);
        let runs = runs.limit(1_000).await.unwrap();
        let ids = runs.into_iter().map(|run| run.id.workflow_id);
        ids.filter(|id| [&first, &second].contains(&id))
            .collect::<Vec<_>>()
    };
    until_some("both are listed, each as it stands", async || {
        let (done, running) = (
            ids(RunStatus::Completed).await,
            ids(RunStatus::Running).await,
        );
        (done == [first.as_str()] && running == [second.as_str()]).then_some(())
    })
    .await;
    let both = runtime.list().flock("naps").flock("dreams").limit(1_000);
    let both = both.await.unwrap().into_iter();
    let ids = both.map(|run| run.id.workflow_id);
    let ids: Vec<_> = ids.filter(|id| [&first, &second].contains(&id)).collect();
    assert_eq!(ids, [second, first], "the newest first");
    let none = runtime.list().flock("no_such_flock").await.unwrap();
    assert!(none.is_empty(), "{none:?}");
    let one = runtime.list().limit(1).await.unwrap();
    assert_eq!(one.len(), 1);
    run.terminate("seen").await.unwrap();
    let refused = runtime.list().query("nonsense ===").await;
    assert!(matches!(refused, Err(RunError::Invalid(_))), "{refused:?}");
}

async fn by_name(runtime: Runtime) {
    let run = runtime.start_named("draft", json!({ "text": "good" }));
    let run = run.id(unique("named")).await.unwrap();
    until_some("its flock has begun", async || {
        let text = run.query("text", ()).await.unwrap();
        (text == json!("good")).then_some(())
    })
    .await;
    let better = run.update("edit", json!({ "text": "better" }));
    assert!(better.await.unwrap().is_number());
    run.signal("approve", json!({ "by": "Ann" })).await.unwrap();
    let result = run.result().await.unwrap();
    let typed = runtime.handle::<Draft>(run.id().clone());
    assert_eq!(json!(typed.result().await.unwrap()), result);
}

async fn refused(runtime: Runtime) {
    let said = async |flock: &str, input: Value| {
        let started = runtime.start_named(flock, input).await;
        started.expect_err("it is refused")
    };
    let error = said("draff", json!({ "text": "good" })).await;
    assert!(matches!(error, RunError::UnknownFlock { .. }), "{error:?}");
    let text = error.to_string();
    let wanted = "there is no flock `draff`; did you mean `draft`? (flocks: ";
    assert!(text.starts_with(wanted), "{text}");
    let error = said("draft", json!({ "txt": "good" })).await;
    assert!(matches!(error, RunError::Invalid(_)), "{error:?}");
    let text = error.to_string();
    let wanted = "the input of flock `draft` does not fit: missing field `text`";
    assert!(text.starts_with(wanted), "{text}");
    let error = said("naps", json!({ "millis": "long" })).await;
    let wanted = "the input of flock `naps` does not fit: field `millis`: invalid type";
    assert!(error.to_string().starts_with(wanted), "{error}");
    let run = runtime.start_named("draft", json!({ "text": "good" }));
    let run = run.await.unwrap();
    let unknown = run.update("edti", json!({})).await;
    assert!(matches!(unknown, Err(RunError::Refused(_))), "{unknown:?}");
    run.terminate("seen").await.unwrap();
}

/// A client that did not hear the answer asks again.
async fn twice(runtime: Runtime) {
    let id = unique("twice");
    let start = || {
        let start = runtime.start::<dreams>(()).id(&id);
        start
            .id_conflict(IdConflict::UseExisting)
            .id_reuse(IdReuse::RejectDuplicate)
    };
    let first = start().await.unwrap();
    let second = start().await.unwrap();
    assert_eq!(first.id(), second.id());
    let strict = runtime.start::<dreams>(()).id(&id).await;
    assert!(matches!(strict, Err(RunError::AlreadyRunning(_))));
    first.terminate("enough").await.unwrap();
    first.result().await.unwrap_err();
    let late = start().await;
    assert!(matches!(late, Err(RunError::AlreadyUsed(_))), "{late:?}");
}
