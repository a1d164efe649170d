//! What a runtime refuses to start with, and a run to begin with.

use flock::{
    __private::futures_util::future::{BoxFuture, LocalBoxFuture},
    AgentContext, AgentDescriptor, FlockContext, FlockDescriptor, Result, Runtime, StartError,
    agent::Location,
    config::Config,
    registry::{AgentEntry, FlockEntry, Registry},
};
use libtest_mimic::Trial;
use serde_json::json;

use crate::{
    flocks::{
        failing::Retried,
        flowing::{compare, greet},
    },
    parity::start,
    support::{builder, test},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("refused::missing_state", missing_state),
        test(
            "refused::a_section_for_a_stranger",
            a_section_for_a_stranger,
        ),
        test("refused::two_agents_of_one_name", two_of_one_name),
        test(
            "refused::an_agent_that_is_not_linked",
            an_agent_that_is_not_linked,
        ),
        test("refused::two_flocks_of_one_name", two_flocks_of_one_name),
    ]
}

async fn a_section_for_a_stranger() {
    let config = Config::parse("[agents.flakey]\nretries = 9").expect("a configuration");
    let error = builder().config(config).build().expect_err("no such agent");
    let text = error.to_string();
    assert!(text.contains("flock.toml:1: [agents.flakey]"), "{text}");
    assert!(text.contains("did you mean `flaky`?"), "{text}");
}

async fn missing_state() {
    let error = Runtime::builder()
        .build()
        .expect_err("`greet` takes a greeting");
    assert!(
        matches!(error, StartError::MissingState { agent: "greet", .. }),
        "{error}"
    );
    assert!(error.to_string().contains("Greeting"), "{error}");
}

/// An agent of a name that is taken, written by hand so that it is not linked into every program.
struct Other;

impl flock::Agent for Other {
    const NAME: &'static str = "greet";
    const DESCRIPTOR: &'static AgentDescriptor = &AgentDescriptor::new(
        Self::NAME,
        "Other",
        Location::new(file!(), line!(), module_path!()),
    );

    type Input = ();
    type Output = ();
    type HandOff = flock::agent::hand_off::End<Self>;

    fn execute(_: AgentContext, (): ()) -> BoxFuture<'static, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

async fn two_of_one_name() {
    static ONE: AgentEntry = AgentEntry::of::<greet>();
    static OTHER: AgentEntry = AgentEntry::of::<Other>();
    let error = Registry::new([&ONE, &OTHER], []).expect_err("one name");
    let text = error.to_string();
    assert!(text.contains("`greet`"), "{text}");
    assert!(text.contains("tests/flocks/flowing.rs:"), "{text}");
    assert!(text.contains("tests/refused.rs:"), "{text}");
}

/// A flock of a name that is taken.
struct OtherFlock;

impl flock::Flock for OtherFlock {
    const NAME: &'static str = "retried";
    const DESCRIPTOR: &'static FlockDescriptor = &FlockDescriptor::new(
        Self::NAME,
        "OtherFlock",
        Location::new(file!(), line!(), module_path!()),
    );

    type Input = ();
    type Output = ();

    fn run(_: FlockContext, (): ()) -> LocalBoxFuture<'static, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

async fn an_agent_that_is_not_linked() {
    static COMPARE: FlockEntry = FlockEntry::of::<compare>();
    let registry = Registry::new([], [&COMPARE]).expect("one flock");
    let runtime = Runtime::builder()
        .registry(registry)
        .build()
        .expect("a runtime");
    let input = json!({ "left": "bees", "right": "ants" });
    let run = start(&runtime, "compare", &input, "unlinked").await;
    let result = runtime.engine().result(&run).await;
    let error = result.expect_err("an agent of another crate");
    let text = error.to_string();
    assert!(text.contains("flock `compare` runs agent `"), "{text}");
    assert!(text.contains("tests/flocks/flowing.rs:"), "{text}");
    assert!(text.contains("use suite as _;"), "{text}");
}

async fn two_flocks_of_one_name() {
    static ONE: FlockEntry = FlockEntry::of::<Retried>();
    static OTHER: FlockEntry = FlockEntry::of::<OtherFlock>();
    let error = Registry::new([], [&ONE, &OTHER]).expect_err("one name");
    let text = error.to_string();
    assert!(text.contains("`retried`"), "{text}");
    assert!(text.contains("tests/flocks/failing.rs:"), "{text}");
    assert!(text.contains("tests/refused.rs:"), "{text}");
}
