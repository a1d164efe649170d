//! Every option, and what becomes of it.
#![deny(warnings, missing_docs)]

use std::time::Duration;

use flock::{
    Agent, Flock, Pool as Class,
    agent::{
        AgentKind,
        hand_off::{HandOffRule, WayBack},
    },
    prelude::*,
};

const PROMPT: &str = "Sort it.";

#[agent(
    name = "sorter",
    instructions = PROMPT,
    model = "openai/gpt-4o",
    temperature = 0.5,
    max_tokens = 100,
    input = "text",
    output = "class",
    retry(initial = "1s", max = "1m", backoff = 1.5, non_retryable = ["ValueError"]),
    max_attempts = unlimited,
    timeout = "30s",
    schedule_to_start = "5m",
    schedule_to_close = "1h",
    heartbeat = "10s",
    lost_workers = 3,
    task_queue = "gpu",
    priority = 1,
    hand_off(model, among = [billing, crate::options::support]),
)]
struct Triage;

/// Hurries.
#[agent(pool = "high", priority = 1)]
async fn hurries(text: String) -> Result<String> {
    Ok(text)
}

/// Looks.
#[tool(effect = "read", pool = "background")]
async fn looks(text: String) -> Result<String> {
    Ok(text)
}

/// Comes at night.
#[flock(pool = "scheduled")]
async fn nightly(ctx: FlockContext, text: String) -> Result<String> {
    ctx.run::<hurries>(text).await
}

/// Bills.
#[agent(local, output = "reply")]
async fn billing(text: String) -> Result<String> {
    Ok(text)
}

/// Which way.
fn route(output: &SupportOutput) -> Next {
    match output.reply.is_empty() {
        true => Next::back(),
        false => Next::end(),
    }
}

/// Supports.
#[agent(
    local = false,
    output = "reply",
    retries = 0,
    hand_off(route, among = [billing_again]),
    loop_to = Triage,
    max_rounds = 3,
)]
async fn support(text: String) -> Result<String> {
    Ok(text)
}

#[agent(name = "billing-again", output = "answer")]
async fn billing_again(reply: String) -> Result<String> {
    Ok(reply)
}

#[derive(Clone)]
struct Pool(u8);

/// Extractors.
#[agent]
async fn extracting(
    ctx: AgentContext,
    State(pool): State<Pool>,
    number: State<u64>,
    text: String,
) -> Result<String> {
    Ok(format!("{} {} {} {text}", ctx.attempt(), pool.0, *number))
}

/// Helps.
///
/// Not part of the description.
#[flock(
    start = Triage,
    name = "help-desk",
    input = "text: String",
    task_queue = "desk",
    timeout(execution = "30m", agent = "1m"),
    run_timeout = "20m",
    task_timeout = "10s",
    retries = 1,
    agents(heartbeat = "5s", schedule_to_close = "10m", priority = 2, lost_workers = 0),
)]
struct HelpDesk;

/// With outputs picked by name.
#[flock(start = billing, output(reply: String, text: String))]
struct Picked;

#[flock(
    timeout = "1m",
    name = "both",
    output = "first: String, second: String"
)]
async fn two(ctx: FlockContext, text: String) -> Result<(String, String)> {
    let first = ctx.run::<billing>(text.as_str()).await?.reply;
    Ok((first, text))
}

pub(crate) fn main() {
    let triage = Triage::DESCRIPTOR;
    assert_eq!(triage.name, "sorter");
    let AgentKind::Model(model) = triage.kind else {
        panic!()
    };
    assert_eq!(model.instructions, "Sort it.");
    assert_eq!(model.model, Some(&["openai/gpt-4o"][..]));
    assert_eq!(
        (model.temperature, model.max_tokens),
        (Some(0.5), Some(100))
    );
    let options = triage.options;
    assert_eq!(options.timeout, Some(Duration::from_secs(30)));
    assert_eq!(options.schedule_to_start, Some(Duration::from_secs(300)));
    assert_eq!(options.schedule_to_close, Some(Duration::from_secs(3_600)));
    assert_eq!(options.heartbeat, Some(Duration::from_secs(10)));
    assert_eq!(options.lost_workers, Some(3));
    assert_eq!(
        (options.task_queue, options.priority),
        (Some("gpu"), Some(1))
    );
    assert_eq!(options.retry.max_attempts, Some(0));
    assert_eq!(options.retry.initial, Some(Duration::from_secs(1)));
    assert_eq!(options.retry.max, Some(Duration::from_secs(60)));
    assert_eq!(options.retry.backoff, Some(1.5));
    assert_eq!(options.retry.non_retryable, Some(&["ValueError"][..]));
    assert_eq!(triage.hand_off.rule, HandOffRule::Model);
    assert_eq!(triage.hand_off.among, ["billing", "support"]);

    assert_eq!(billing::DESCRIPTOR.options.local, Some(true));
    let support = support::DESCRIPTOR;
    assert_eq!(support.options.local, Some(false));
    assert_eq!(support.options.retry.max_attempts, Some(1));
    assert_eq!(support.hand_off.rule, HandOffRule::Route);
    assert_eq!(
        support.hand_off.way_back,
        Some(WayBack::to("sorter").max_rounds(3))
    );
    assert_eq!(extracting::STATE.len(), 2);

    let desk = HelpDesk::DESCRIPTOR;
    assert_eq!((desk.name, desk.description), ("help-desk", "Helps."));
    assert_eq!(desk.task_queue(), "desk");
    assert_eq!(desk.options.timeout, Some(Duration::from_secs(1_800)));
    assert_eq!(desk.options.run_timeout, Some(Duration::from_secs(1_200)));
    assert_eq!(desk.options.task_timeout, Some(Duration::from_secs(10)));
    let defaults = desk.agent_defaults;
    assert_eq!(defaults.timeout, Some(Duration::from_secs(60)));
    assert_eq!(defaults.heartbeat, Some(Duration::from_secs(5)));
    assert_eq!(defaults.schedule_to_close, Some(Duration::from_secs(600)));
    assert_eq!(defaults.lost_workers, Some(0));
    assert_eq!(
        (defaults.priority, defaults.retry.max_attempts),
        (Some(2), Some(2))
    );
    let pools = [hurries::DESCRIPTOR, looks::DESCRIPTOR].map(|agent| agent.options.pool);
    assert_eq!(pools, [Some(Class::High), Some(Class::Background)]);
    let nightly = nightly::DESCRIPTOR;
    assert_eq!(nightly.options.pool, Some(Class::Scheduled));
    let own = nightly.location.crate_name();
    assert_eq!(nightly.task_queue(), format!("{own}-scheduled"));
    assert_eq!(two::NAME, "both");
    let _ = Picked::DESCRIPTOR;
}
