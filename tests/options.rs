//! What `flock.toml` changes, and what a runtime refuses to start with.

use flock::{
    __private::futures_util::future::{BoxFuture, LocalBoxFuture},
    AgentContext, AgentDescriptor, FlockContext, FlockDescriptor, Result, Runtime, StartError,
    agent::Location,
    config::Config,
    options::{CallOptions, Resolver, Source},
    registry::{AgentEntry, FlockEntry, Registry},
};
use libtest_mimic::Trial;
use serde_json::json;
use std::{sync::Arc, time::Duration};

use crate::{
    flocks::{
        failing::{Retried, flaky},
        flowing::{compare, greet},
    },
    parity::start,
    support::{builder, test, trace_file, traces},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test(
            "options::the_file_is_above_the_attribute",
            the_file_is_above_the_attribute,
        ),
        test(
            "options::each_value_tells_its_source",
            each_value_tells_its_source,
        ),
        test(
            "options::waits_grow_to_the_longest",
            waits_grow_to_the_longest,
        ),
        test(
            "options::the_first_wait_is_not_cut_short",
            the_first_wait_is_not_cut_short,
        ),
        test(
            "options::missing_state_stops_the_start",
            missing_state_stops_the_start,
        ),
        test(
            "options::a_section_for_a_stranger_stops_the_start",
            a_section_for_a_stranger_stops_the_start,
        ),
        test(
            "options::two_of_one_name_stop_the_start",
            two_of_one_name_stop_the_start,
        ),
        test(
            "options::an_agent_that_is_not_linked_is_named",
            an_agent_that_is_not_linked_is_named,
        ),
        test(
            "options::two_flocks_of_one_name_stop_the_start",
            two_flocks_of_one_name_stop_the_start,
        ),
    ]
}

async fn the_file_is_above_the_attribute() {
    let config = Config::parse("[agents.'fla*']\nmax_attempts = 2").expect("a configuration");
    let runtime = builder().config(config).build().expect("a runtime");
    let file = trace_file("config");
    let input = json!({ "file": file, "succeeds_at": 9 });
    let run = start(&runtime, "retried", &input, "config").await;
    runtime.engine().result(&run).await.expect_err("it fails");
    assert_eq!(traces(&file).len(), 2);
}

async fn each_value_tells_its_source() {
    let config = "[defaults]\npriority = 2\n[agents.flaky]\nheartbeat = '3s'";
    let resolver = Resolver::new(Arc::new(Config::parse(config).expect("a configuration")));
    let call = CallOptions {
        timeout: Some(Duration::from_secs(9)),
        ..CallOptions::default()
    };
    let flock = <Retried as flock::Flock>::DESCRIPTOR;
    let options = resolver.resolve(<flaky as flock::Agent>::DESCRIPTOR, Some(flock), &call);
    assert_eq!(options.timeout.source, Source::Call);
    assert_eq!(
        options.heartbeat.source.to_string(),
        "flock.toml [agents.flaky]"
    );
    assert_eq!(
        (options.max_attempts.value, options.max_attempts.source),
        (4, Source::Agent)
    );
    assert_eq!(options.priority.source.to_string(), "flock.toml [defaults]");
    assert_eq!(
        (options.max.value, options.max.source),
        (Duration::from_secs(100), Source::BuiltIn)
    );
}

async fn a_section_for_a_stranger_stops_the_start() {
    let config = Config::parse("[agents.flakey]\nretries = 9").expect("a configuration");
    let error = builder().config(config).build().expect_err("no such agent");
    let text = error.to_string();
    assert!(text.contains("flock.toml: [agents.flakey]"), "{text}");
    assert!(text.contains("did you mean `flaky`?"), "{text}");
}

async fn waits_grow_to_the_longest() {
    let config = "[agents.flaky.retry]\ninitial = '2s'\nbackoff = 3.0\nmax = '20s'";
    let resolver = Resolver::new(Arc::new(Config::parse(config).expect("a configuration")));
    let call = CallOptions::default();
    let options = resolver.resolve(<flaky as flock::Agent>::DESCRIPTOR, None, &call);
    let waits = [2, 3, 4, 5, u32::MAX].map(|attempt| options.wait_before(attempt).as_secs());
    assert_eq!(waits, [2, 6, 18, 20, 20]);
}

/// As on Temporal, which takes no longest wait that is below the first.
async fn the_first_wait_is_not_cut_short() {
    let config = "[agents.flaky]\nretry.initial = '10m'";
    let resolver = Resolver::new(Arc::new(Config::parse(config).expect("a configuration")));
    let call = CallOptions::default();
    let options = resolver.resolve(<flaky as flock::Agent>::DESCRIPTOR, None, &call);
    for attempt in [2, 3] {
        assert_eq!(options.wait_before(attempt), Duration::from_secs(600));
    }
}

async fn missing_state_stops_the_start() {
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
    const DESCRIPTOR: &'static AgentDescriptor = &AgentDescriptor {
        rust_name: "Other",
        location: Location {
            file: file!(),
            line: line!(),
        },
        ..*<greet as flock::Agent>::DESCRIPTOR
    };

    type Input = ();
    type Output = ();
    type HandOff = flock::hand_off::End<Self>;

    fn execute(_: AgentContext, (): ()) -> BoxFuture<'static, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

async fn two_of_one_name_stop_the_start() {
    static ONE: AgentEntry = AgentEntry::of::<greet>();
    static OTHER: AgentEntry = AgentEntry::of::<Other>();
    let error = Registry::new([&ONE, &OTHER], []).expect_err("one name");
    let text = error.to_string();
    assert!(text.contains("`greet`"), "{text}");
    assert!(text.contains("tests/flocks/flowing.rs:"), "{text}");
    assert!(text.contains("tests/options.rs:"), "{text}");
}

/// A flock of a name that is taken.
struct OtherFlock;

impl flock::Flock for OtherFlock {
    const NAME: &'static str = "retried";
    const DESCRIPTOR: &'static FlockDescriptor = &FlockDescriptor {
        location: Location {
            file: file!(),
            line: line!(),
        },
        ..*<Retried as flock::Flock>::DESCRIPTOR
    };

    type Input = ();
    type Output = ();

    fn run(_: FlockContext, (): ()) -> LocalBoxFuture<'static, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

async fn an_agent_that_is_not_linked_is_named() {
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
    assert!(text.contains("use its_crate as _;"), "{text}");
}

async fn two_flocks_of_one_name_stop_the_start() {
    static ONE: FlockEntry = FlockEntry::of::<Retried>();
    static OTHER: FlockEntry = FlockEntry::of::<OtherFlock>();
    let error = Registry::new([], [&ONE, &OTHER]).expect_err("one name");
    let text = error.to_string();
    assert!(text.contains("`retried`"), "{text}");
    assert!(text.contains("tests/flocks/failing.rs:"), "{text}");
    assert!(text.contains("tests/options.rs:"), "{text}");
}
