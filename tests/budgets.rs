//! What asking models may cost: the same on both engines.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is a failure")]

use flock::{Answer, Extension, Flock, FlockHandle, Runtime};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::{
    flocks::budgeted::{
        DearInput, FrugalInput, ModestInput, Pinch, RefillInput, Save, Splurge, StampedeInput,
        ThriftyInput, WastesInput, modest, refill, stampede, wastes,
    },
    support::{
        Process, Said, address, asked, both, failure, say, temporal, test, trace_file, until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = [
        both("budgets::an_agent_ends_with_what_it_has", ends),
        both("budgets::what_it_delegates_counts", delegated),
        both("budgets::an_agent_waits_for_more", parks),
        both("budgets::a_flock_asks_once", once),
        both("budgets::a_flock_may_end_with_what_it_has", caught),
        both("budgets::an_extension_goes_on_with_the_run", goes_on),
        both("budgets::attempts_that_failed_count", wasted),
        both("budgets::money_that_nobody_can_count", uncounted),
    ]
    .into_iter()
    .flatten()
    .collect();
    trials.push(test("budgets::extended_from_the_command_line", commands));
    trials.push(test("budgets::a_model_has_its_price", priced));
    trials
}

fn plan(turns: usize) -> (String, Vec<Vec<String>>) {
    (
        trace_file("budgets").display().to_string(),
        vec![vec!["seek:a".to_owned()]; turns],
    )
}

async fn extended<F: Flock>(run: &FlockHandle<F>, by: Extension) {
    let request = asked(run).await;
    run.answer(&request.id, Answer::extend(by)).await.unwrap();
}

async fn requests<F: Flock>(run: &FlockHandle<F>) -> Value {
    let status: Value = run.status().await.unwrap();
    status["spent"]["requests"].clone()
}

async fn ends(runtime: Runtime) {
    let input = ThriftyInput::from(plan(3));
    let run = runtime.start::<Pinch>(input).await.unwrap();
    let failure = failure(run.result().await);
    assert_eq!(failure.type_name, "BudgetExceeded");
    assert_eq!(failure.agent.as_deref(), Some("thrifty"));
    assert_eq!(
        failure.message,
        "its budget of 24 tokens is used up: 2 requests, 20 + 4 tokens (2 without a known price); raise it, or let it wait for more by `on_exceeded = \"park\"`"
    );
    assert_eq!(failure.details.get("spent").unwrap()["requests"], 2);
    let so_far = failure.details.get("so_far").unwrap().as_array().unwrap();
    assert_eq!(so_far.len(), 4, "two turns, and what they were told");
    assert_eq!(so_far[3]["result"]["text"], "saw a");
    let input = ThriftyInput::from(plan(1));
    let run = runtime.start::<Pinch>(input).await.unwrap();
    assert_eq!(run.result().await.unwrap().said, ["seek: saw a"]);
}

async fn delegated(runtime: Runtime) {
    let deputy = json!({ "file": "", "plan": [] }).to_string();
    let turns = vec![vec![format!("deputy:{deputy}")]];
    let input = ThriftyInput::from((String::new(), turns));
    let run = runtime.start::<Pinch>(input).await.unwrap();
    let failure = failure(run.result().await);
    assert_eq!(failure.type_name, "BudgetExceeded", "{failure}");
    assert_eq!(failure.details.get("spent").unwrap()["requests"], 2);
}

async fn parks(runtime: Runtime) {
    let input = FrugalInput::from(plan(3));
    let run = runtime.start::<Save>(input).await.unwrap();
    let request = asked(&run).await;
    assert_eq!(request.name, "extend-frugal");
    assert_eq!(request.payload["agent"], "frugal");
    assert_eq!(request.payload["spent"]["requests"], 2);
    let so_far = json!(["seek: saw a", "seek: saw a"]);
    assert_eq!(request.payload["so_far"], so_far);
    let refused = run.answer(&request.id, Answer::approve()).await;
    assert!(refused.is_err(), "yes is not how much");
    // Enough for one question, after which it asks again.
    extended(&run, Extension::none().tokens(12)).await;
    let next = until_some("it asks again", async || {
        let open = run.approvals().await.unwrap();
        open.into_iter().find(|open| open.id != request.id)
    })
    .await;
    assert_eq!(next.payload["spent"]["requests"], 3);
    extended(&run, Extension::none().tokens(1_000)).await;
    assert_eq!(run.result().await.unwrap().said.len(), 3);

    let input = FrugalInput::from(plan(3));
    let run = runtime.start::<Save>(input).await.unwrap();
    extended(&run, Extension::none()).await;
    assert_eq!(failure(run.result().await).type_name, "BudgetExceeded");
}

async fn once(runtime: Runtime) {
    let input = StampedeInput::from((2, 3));
    let run = runtime.start::<stampede>(input).await.unwrap();
    let request = asked(&run).await;
    assert_eq!(request.name, "extend-stampede");
    assert_eq!(requests(&run).await, 2);
    assert_eq!(run.approvals().await.unwrap().len(), 1);
    extended(&run, Extension::none().turns(5)).await;
    assert_eq!(run.result().await.unwrap(), 5);
}

async fn caught(runtime: Runtime) {
    let run = runtime.start::<modest>(ModestInput {}).await.unwrap();
    assert_eq!(run.result().await.unwrap(), "BudgetExceeded");
}

async fn goes_on(runtime: Runtime) {
    let input = RefillInput::from(4);
    let run = runtime.start::<refill>(input).await.unwrap();
    let request = asked(&run).await;
    assert_eq!(request.payload["spent"]["requests"], 2);
    extended(&run, Extension::none().turns(2)).await;
    let next = until_some("it asks again, two runs on", async || {
        let open = run.approvals().await.ok()?;
        open.into_iter()
            .find(|open| open.payload["spent"]["requests"] == 4)
    })
    .await;
    let more = Answer::extend(Extension::none().turns(9));
    run.answer(&next.id, more).await.unwrap();
    run.result().await.unwrap();
}

async fn wasted(runtime: Runtime) {
    let run = runtime.start::<wastes>(WastesInput::from(3)).await.unwrap();
    run.result().await.unwrap();
    assert_eq!(requests(&run).await, 3);
    let run = runtime.start::<wastes>(WastesInput::from(9)).await.unwrap();
    failure(run.result().await);
    assert_eq!(requests(&run).await, 3, "and those of what failed for good");
}

async fn uncounted(runtime: Runtime) {
    let input = DearInput::from(plan(3));
    let run = runtime.start::<Splurge>(input).await.unwrap();
    let failure = failure(run.result().await);
    assert_eq!(failure.type_name, "UnknownPrice");
    assert!(failure.message.contains("limit `tokens`"), "{failure}");
}

async fn commands() {
    let (runtime, address) = (temporal().await, address().await);
    let input = FrugalInput::from(plan(2));
    let run = runtime.start::<Save>(input).await.unwrap();
    let request = asked(&run).await;
    let which = format!("{}/{}", run.id().workflow_id, request.id);
    let line = format!("extend {which} --cost 1.00 | --tokens N | --turns N | --stop");
    until_some("the request is listed", async || {
        let open = say(&["approvals", "--address", &address]).await;
        open.out.contains(&line).then_some(())
    })
    .await;
    let extend = async |how: &[&str]| {
        let args = [&["extend", &which, "--address", &address], how].concat();
        say(&args).await
    };
    assert_eq!(extend(&[]).await.code, Some(2), "by nothing");
    let money = extend(&["--cost", "a lot"]).await;
    assert_eq!(money.code, Some(2));
    assert!(money.err.contains("such as \"2.50\""), "{}", money.err);
    let done = extend(&["--tokens", "500"]).await;
    let told = format!("{which} is extended");
    assert!(done.out.contains(&told), "{}{}", done.out, done.err);
    assert_eq!(run.result().await.unwrap().said.len(), 2);
}

/// Before anything runs.
async fn priced() {
    let args = ["run", "splurge", "--input", "plan=[]", "--input", "file="];
    let command = Process::command(&args)
        .env("FLOCK_MODEL", "ollama/mine")
        .output()
        .await;
    let refused = Said::of(&command.unwrap());
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    let told = "agent `dear` has a budget of money (of its own), and no price is known of its model `ollama/mine`";
    assert!(refused.err.contains(told), "{}", refused.err);
}
