//! The same flock on both engines: the same result, or the same typed error.

use std::path::PathBuf;

use flock::{
    ErrorKind, RunError, Runtime,
    engine::{RunId, StartOptions},
    payload::Payload,
};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::support::{local, temporal, test, trace_file, traces, unique, until};

/// How a run must end.
#[derive(Debug, Clone)]
enum End {
    Gives(Value),
    /// Kind, failure type, agent.
    Fails(ErrorKind, &'static str, Option<&'static str>),
    Cancelled,
    TimedOut,
    Terminated,
}

struct Case {
    name: &'static str,
    flock: &'static str,
    input: Value,
    end: End,
    /// Lines that agents must leave in the file whose path is the input `file`.
    traces: Option<usize>,
    order: Option<Order>,
}

/// What is done to the run once it has started.
#[derive(Clone, Copy)]
enum Order {
    Cancel,
    /// Once an agent has left a trace; what it is told must reach it, which the last trace shows.
    CancelAtWork,
    Terminate,
}

impl Case {
    fn traced(mut self, lines: usize) -> Self {
        self.traces = Some(lines);
        self
    }

    fn ordered(mut self, order: Order) -> Self {
        self.order = Some(order);
        self
    }
}

fn case(name: &'static str, flock: &'static str, input: Value, end: End) -> Case {
    Case {
        name,
        flock,
        input,
        end,
        traces: None,
        order: None,
    }
}

fn gives(name: &'static str, flock: &'static str, input: Value, output: Value) -> Case {
    case(name, flock, input, End::Gives(output))
}

fn fails(
    name: &'static str,
    flock: &'static str,
    input: Value,
    kind: ErrorKind,
    type_name: &'static str,
    agent: Option<&'static str>,
) -> Case {
    case(name, flock, input, End::Fails(kind, type_name, agent))
}

fn cases() -> Vec<Case> {
    use ErrorKind as K;
    let how = |how: &str| json!({ "how": how });
    let failing = |name, how: Value, kind, type_name, lines| {
        fails(name, "fail", how, kind, type_name, Some("fails")).traced(lines)
    };
    let order = json!({ "order": {
        "id": 7, "kind": { "Express": { "hours": 3 } }, "note": null,
        "lines": [{ "sku": "a", "cents": 250 }, { "sku": "b", "cents": -50 }],
    }});
    vec![
        gives(
            "chain",
            "chain",
            json!({"topic": "rust"}),
            json!({"summary": "rust is old", "length": 11}),
        ),
        gives(
            "output_of_two_agents",
            "chain_of_both",
            json!({"topic": "a"}),
            json!({"findings": "a is old. a is new.", "length": 8}),
        ),
        gives(
            "joined",
            "compare",
            json!({"left": "a", "right": "b"}),
            json!("a is old. a is new. / b is old. b is new."),
        ),
        gives(
            "fanned_out_in_order",
            "fan_out",
            json!({"count": 40}),
            json!(
                (0..40)
                    .map(|n| format!("t{n} is old. t{n} is new."))
                    .collect::<Vec<_>>()
            ),
        ),
        gives(
            "routed_one_way",
            "desk",
            json!({"ticket": "billing: late"}),
            json!({"reply": "billing saw billing: late"}),
        ),
        gives(
            "routed_the_other_way",
            "desk",
            json!({"ticket": "support: down"}),
            json!({"reply": "support saw support: down", "level": 2}),
        ),
        gives(
            "routed_nowhere",
            "desk",
            json!({"ticket": "thanks: bye"}),
            json!({"class": "thanks"}),
        ),
        fails(
            "routed_to_a_stranger",
            "desk",
            json!({"ticket": "unheard: of"}),
            K::Permanent,
            "UnknownHandOff",
            Some("triage"),
        ),
        gives(
            "loop_until_good",
            "refine",
            json!({"topic": "x", "wanted": 2}),
            json!({"draft": "x++"}),
        ),
        fails(
            "loop_too_often",
            "refine",
            json!({"topic": "x", "wanted": 9}),
            K::Permanent,
            "TooManyRounds",
            Some("critic"),
        ),
        gives(
            "loop_of_fixed_rounds",
            "count",
            json!({"count": 10}),
            json!({"said": "counted to 13"}),
        ),
        gives(
            "way_back_to_what_may_be_nothing",
            "rounds",
            json!({"topic": "x"}),
            json!({
                "seen": [
                    "Some(\"x, no notes, None\") Some(7)",
                    "Some(\"x, note 1, None\") Some(7)",
                    "Some(\"x, note 1+note 2, Some(true)\") Some(7)",
                ],
                "score": 1.0,
            }),
        ),
        fails(
            "no_number_is_not_nothing",
            "rounds",
            json!({"topic": "x", "lost": true}),
            K::Invalid,
            "EncodeError",
            Some("reviews"),
        ),
        gives("whole_types", "checkout", order, json!(200)),
        gives(
            "types_of_other_crates",
            "dates_of_others",
            json!({
                "at": "2026-11-21T10:00:00Z", "day": "2026-11-22",
                "stamp": "2026-11-23T00:00:00Z", "cents": "1.25",
            }),
            json!({"2026-11-22 2026-11-23T00:00:00Z 2.50": "2026-11-21T10:01:30Z"}),
        ),
        gives(
            "types_that_are_generic",
            "pages",
            json!({"items": [{"cents": 40}, {"cents": 2}], "next": 1}),
            json!({"sum": 42, "page": {"items": ["40", "2"], "next": 2}}),
        ),
        gives(
            "types_of_the_standard_library",
            "plain_types",
            json!({"at": {"secs_since_epoch": 9, "nanos_since_epoch": 5}}),
            json!([
                "/srv/a",
                {"secs": 0, "nanos": 11_000_000},
                {"secs_since_epoch": 9, "nanos_since_epoch": 5},
                [3, 3, 9],
            ]),
        ),
        gives(
            "defaults_state_and_local_activity",
            "welcome",
            json!({}),
            json!({"greeting": "hello you, hello you"}),
        ),
        gives(
            "given_over_default",
            "welcome",
            json!({"name": "Ada", "times": 1}),
            json!({"greeting": "hello Ada"}),
        ),
        gives(
            "queue_of_its_own",
            "aside",
            json!({}),
            json!("sideways attempt 1"),
        ),
        gives(
            "retries_3_saves_the_fourth_attempt",
            "retried",
            json!({"succeeds_at": 4}),
            json!({"n": 4}),
        )
        .traced(4),
        fails(
            "retries_3_is_four_attempts",
            "retried",
            json!({"succeeds_at": 9}),
            K::Transient,
            "Transient",
            Some("flaky"),
        )
        .traced(4),
        fails(
            "max_attempts_4_is_four_attempts",
            "attempted",
            json!({}),
            K::Transient,
            "Transient",
            Some("stubborn"),
        )
        .traced(4),
        failing(
            "invalid_is_not_retried",
            how("Invalid"),
            K::Invalid,
            "Invalid",
            1,
        ),
        failing(
            "denied_is_not_retried",
            how("Denied"),
            K::Denied,
            "Denied",
            1,
        ),
        failing(
            "not_found_is_not_retried",
            how("NotFound"),
            K::NotFound,
            "NotFound",
            1,
        ),
        failing(
            "permanent_is_not_retried",
            how("Permanent"),
            K::Permanent,
            "Permanent",
            1,
        ),
        failing(
            "transient_is_retried",
            how("Transient"),
            K::Transient,
            "Transient",
            2,
        ),
        failing(
            "an_ordinary_error_keeps_its_type",
            how("Parse"),
            K::Transient,
            "ParseIntError",
            2,
        ),
        failing(
            "a_named_error_keeps_its_name",
            how("Named"),
            K::Transient,
            "OddError",
            2,
        ),
        failing(
            "a_panic_fails_its_attempt",
            how("Panic"),
            K::Transient,
            "Panic",
            2,
        ),
        fails(
            "non_retryable_by_type",
            "parse",
            json!({"text": "x"}),
            K::Transient,
            "ParseIntError",
            Some("parses"),
        )
        .traced(1),
        gives(
            "timeout_is_per_attempt",
            "hang",
            json!({"until_attempt": 2}),
            json!({"n": 2}),
        )
        .traced(2),
        fails(
            "timeout_of_every_attempt",
            "hang",
            json!({"until_attempt": 9}),
            K::Timeout,
            "Timeout",
            Some("hangs"),
        )
        .traced(2),
        fails(
            "timeout_made_final",
            "hang_for_good",
            json!({}),
            K::Timeout,
            "Timeout",
            Some("hangs_for_good"),
        )
        .traced(1),
        gives("waits_grow", "hesitates", json!({}), json!(true)),
        fails(
            "schedule_to_close_ends_retries",
            "too_long",
            json!({}),
            K::Transient,
            "Transient",
            Some("too_long"),
        )
        .traced(2),
        gives(
            "retry_after_is_honoured",
            "limited",
            json!({}),
            json!({"n": 2}),
        ),
        gives(
            "a_flock_lives_with_a_failure",
            "fallback",
            json!({}),
            json!("NotFound in fails"),
        )
        .traced(1),
        fails(
            "a_flock_fails_by_itself",
            "refuses",
            json!({"reason": "no"}),
            K::Denied,
            "Refused",
            None,
        ),
        fails(
            "options_of_the_call",
            "called",
            json!({}),
            K::Transient,
            "Transient",
            Some("flaky"),
        )
        .traced(2),
        gives(
            "a_model_answers",
            "grade",
            json!({"text": "fine"}),
            json!({"grade": 9}),
        ),
        gives(
            "an_answer_that_does_not_fit_is_asked_again",
            "grade",
            json!({"text": "twice"}),
            json!({"grade": 8}),
        ),
        fails(
            "answers_that_never_fit",
            "grade",
            json!({"text": "never"}),
            K::Transient,
            "BadAnswer",
            Some("grader"),
        ),
        gives(
            "a_busy_model_is_asked_later",
            "grade",
            json!({"text": "busy"}),
            json!({"grade": 7}),
        ),
        fails(
            "a_model_that_refuses",
            "grade",
            json!({"text": "locked"}),
            K::Denied,
            "Denied",
            Some("grader"),
        ),
        gives(
            "a_model_routes_one_way",
            "dispatch",
            json!({"ticket": "late"}),
            json!({"reply": "billing saw late"}),
        ),
        gives(
            "a_model_routes_the_other_way",
            "dispatch",
            json!({"ticket": "down"}),
            json!({"reply": "trouble saw down", "level": 2}),
        ),
        fails(
            "a_model_routes_nowhere",
            "dispatch",
            json!({"ticket": "odd"}),
            K::Transient,
            "BadAnswer",
            Some("dispatcher"),
        ),
        gives("sleep_and_now", "naps", json!({"millis": 30}), json!(true)),
        gives("select", "race", json!({}), json!("quick")),
        gives("uuid_random_now", "chances", json!({}), json!(true)),
        fails(
            "missing_input",
            "chain",
            json!({}),
            K::Invalid,
            "DecodeError",
            None,
        ),
        fails(
            "input_of_another_type",
            "naps",
            json!({"millis": "soon"}),
            K::Invalid,
            "DecodeError",
            None,
        ),
        fails(
            "input_that_is_no_object",
            "chain",
            json!([1, 2]),
            K::Invalid,
            "DecodeError",
            None,
        ),
        case("cancelled_in_a_timer", "dreams", json!({}), End::Cancelled).ordered(Order::Cancel),
        case(
            "cancelled_in_an_agent",
            "patience",
            json!({}),
            End::Cancelled,
        )
        .ordered(Order::CancelAtWork)
        .traced(2),
        case("terminated", "dreams", json!({}), End::Terminated).ordered(Order::Terminate),
        case("flock_timeout", "overdue", json!({}), End::TimedOut),
        case("run_timeout", "overrun", json!({}), End::TimedOut),
        gives(
            "a_silent_agent_is_kept_alive",
            "quietly",
            json!({}),
            json!({"n": 1}),
        )
        .traced(1),
    ]
}

pub(crate) fn trials() -> Vec<Trial> {
    cases()
        .into_iter()
        .map(|case| test(&format!("parity::{}", case.name), || compare(case)))
        .collect()
}

async fn compare(case: Case) {
    let local = run(&case, &local()).await;
    let remote = run(&case, &temporal().await).await;
    assert_eq!(
        local, remote,
        "the local engine (left) and Temporal (right) differ"
    );
}

/// Runs the case, checks its end and its traces, and says what happened in comparable form.
async fn run(case: &Case, runtime: &Runtime) -> String {
    let engine = runtime.engine();
    let file: PathBuf = trace_file(case.name);
    let mut input = case.input.clone();
    if let (Some(_), Some(fields)) = (case.traces, input.as_object_mut()) {
        fields.insert("file".into(), json!(file));
    }
    let run = start(runtime, case.flock, &input, case.name).await;
    if matches!(case.order, Some(Order::CancelAtWork)) {
        until("an agent at work", || !traces(&file).is_empty()).await;
    }
    match case.order {
        Some(Order::Cancel | Order::CancelAtWork) => engine
            .cancel(&run, "the test says so")
            .await
            .expect("cancel"),
        Some(Order::Terminate) => engine
            .terminate(&run, "the test says so")
            .await
            .expect("terminate"),
        None => {}
    }
    let end = engine.result(&run).await;
    let name = engine.name();
    match (&case.end, &end) {
        (End::Gives(wanted), Ok(payload)) => {
            let output: Value = payload.decode().expect("JSON");
            assert_eq!(&output, wanted, "{name}");
        }
        (End::Fails(kind, type_name, agent), Err(RunError::Failed(failure))) => {
            assert_eq!(&failure.kind, kind, "{name}: {failure:?}");
            assert_eq!(&failure.type_name, type_name, "{name}: {failure:?}");
            assert_eq!(failure.agent.as_deref(), *agent, "{name}: {failure:?}");
        }
        (End::Cancelled, Err(RunError::Cancelled)) | (End::TimedOut, Err(RunError::TimedOut)) => {}
        (End::Terminated, Err(RunError::Terminated { reason })) => {
            assert_eq!(reason, "the test says so", "{name}");
        }
        (wanted, end) => panic!("{name}: wanted {wanted:?}, got {end:?}"),
    }
    if matches!(case.order, Some(Order::CancelAtWork)) {
        // The run may end before its agent does.
        until("the agent is told", || {
            Some(traces(&file).len()) >= case.traces
        })
        .await;
    }
    let lines = traces(&file);
    if let Some(wanted) = case.traces {
        assert_eq!(lines.len(), wanted, "{name}: {lines:?}");
    }
    let status = engine.describe(&run).await.expect("a description").status;
    let end = end.map(|payload| payload.decode::<Value>().expect("JSON"));
    format!("{status}, {end:?}, {lines:?}").replace(&*file.to_string_lossy(), "FILE")
}

/// Starts a flock by name, with any JSON as input.
pub(crate) async fn start(runtime: &Runtime, flock: &str, input: &Value, id: &str) -> RunId {
    let entry = runtime.registry().flock(flock).expect("a linked flock");
    let mut options = StartOptions::default();
    options.workflow_id = Some(unique(id));
    let input = Payload::encode(input).expect("JSON");
    runtime
        .start_entry(entry, input, options)
        .await
        .expect("a start")
}
