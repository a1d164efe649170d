//! Inputs that nobody meant: each ends in a result or a typed failure, never in a run left open.

use flock::{
    __private::futures_util::{
        StreamExt,
        future::{join_all, ready},
        stream,
    },
    ErrorKind, RunError, Runtime,
    engine::{RunId, StartOptions, StepPhase},
    payload::Payload,
};
use libtest_mimic::Trial;
use serde_json::{Map, Value, json};

use crate::{
    flocks::large::{Chorus, ChorusBegin, ChorusJoined, ChorusSing},
    parity::start,
    support::{
        OWN, PATIENCE, Process, address, agent_steps, both, local, temporal, test, test_within,
        trace_file, traces, unique, until_some,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::from(both("hostile::failures_of_megabytes", long_failures));
    trials.extend(both("hostile::more_than_a_task_takes", floods));
    trials.extend(both("hostile::more_from_local_agents", pours_out));
    trials.extend(both("hostile::more_in_replies", sung));
    trials.extend([
        test("hostile::a_thousand_values", a_thousand_values),
        test("hostile::odd_payloads", odd_payloads),
        test("hostile::too_large_for_a_server", too_large_for_a_server),
        test("hostile::memos_one_after_another", memos),
        test_within(
            2 * PATIENCE,
            "hostile::more_agents_than_a_server_takes",
            swarms,
        ),
    ]);
    trials
}

/// Values drawn by numbers that repeat: a failing one can be found again.
struct Hostile(fastrand::Rng);

impl Hostile {
    fn word(&mut self) -> String {
        const WORDS: [&str; 14] = [
            "timestamp",
            "topic",
            "self",
            "type",
            "__proto__",
            "",
            " ",
            "\u{0}",
            "ключ",
            "🦀",
            "metadata",
            "encoding",
            "$ref",
            "a\"b\\c\n",
        ];
        self.0.choice(WORDS).unwrap_or_default().to_owned()
    }

    fn value(&mut self, depth: u32) -> Value {
        match self.0.u8(..if depth == 0 { 6 } else { 8 }) {
            0 => Value::Null,
            1 => json!(self.0.bool()),
            2 => json!(self.0.u64(..)),
            3 => json!(-(self.0.u64(..1 << 40) as f64) / 7.0),
            4 => json!(i64::MIN),
            5 => Value::String(self.word().repeat(self.0.usize(1..=40))),
            6 => (0..self.0.u8(..4)).map(|_| self.value(depth - 1)).collect(),
            _ => Value::Object(self.object(depth)),
        }
    }

    fn object(&mut self, depth: u32) -> Map<String, Value> {
        (0..self.0.u8(..5))
            .map(|_| (self.word(), self.value(depth.saturating_sub(1))))
            .collect()
    }
}

async fn a_thousand_values() {
    let mut hostile = Hostile(fastrand::Rng::with_seed(0x5eed_f10c_c0de_cafe));
    let values: Vec<Value> = (0..1_000)
        .map(|n| match n % 3 {
            0 => hostile.value(3),
            _ => Value::Object(hostile.object(3)),
        })
        .collect();
    let remote = temporal().await;
    let here = local();
    let ends: Vec<bool> = stream::iter(values)
        .map(|value| {
            let (remote, here) = (remote.clone(), here.clone());
            async move {
                let (one, other) = (end(&here, &value).await, end(&remote, &value).await);
                assert_eq!(one, other, "the engines differ on {value}");
                one.is_ok()
            }
        })
        .buffer_unordered(50)
        .collect()
        .await;
    assert_eq!(ends.len(), 1_000);
    assert!(ends.contains(&true), "some values are proper inputs");
    assert!(ends.contains(&false), "most are not");
}

async fn end(runtime: &Runtime, value: &Value) -> Result<Value, String> {
    let run = start(runtime, "chain", value, "hostile").await;
    let engine = runtime.engine();
    let status = |status: flock::engine::RunStatus| status.as_str();
    let end = engine.result(&run).await;
    let open = engine.describe(&run).await.expect("a description").status;
    match end {
        Ok(payload) => {
            assert_eq!(status(open), "completed");
            Ok(payload.decode().expect("JSON"))
        }
        Err(RunError::Failed(failure)) => {
            assert_eq!(status(open), "failed");
            assert_eq!(failure.kind, ErrorKind::Invalid, "{failure}");
            assert_eq!(failure.type_name, "DecodeError", "{failure}");
            Err(failure.to_string())
        }
        Err(other) => panic!("{other}"),
    }
}

/// What other programs may send: no value at all, an encoding nobody reads, two values, no JSON.
async fn odd_payloads() {
    let runtime = temporal().await;
    let address = address().await;
    let cli = flock::dev_server::DevServer::find_cli().expect("the server's own command line");
    let odd: [&[&str]; 3] = [
        &[],
        &[
            "--input",
            "\"x\"",
            "--input-meta",
            "encoding=binary/foreign",
        ],
        &["--input", "{\"topic\":\"x\"}", "--input", "2"],
    ];
    for input in odd {
        let id = unique("odd");
        let output = tokio::process::Command::new(&cli)
            .args([
                "workflow",
                "start",
                "--type",
                "chain",
                "--task-queue",
                "suite",
            ])
            .args(["--address", &address, "--workflow-id", &id])
            .args(input)
            .output()
            .await
            .expect("it runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        refused(&runtime, &RunId::latest(&id)).await;
    }
    for runtime in [local(), runtime] {
        let flock = runtime.registry().flock("chain").expect("a linked flock");
        let input = Payload::from_json("{\"topic\": not JSON");
        let run = runtime
            .start_entry(flock, input, StartOptions::default())
            .await;
        refused(&runtime, &run.expect("a start")).await;
    }
}

async fn refused(runtime: &Runtime, run: &RunId) {
    let end = runtime.engine().result(run).await;
    let Err(RunError::Failed(failure)) = end else {
        panic!("{run}: {end:?}");
    };
    assert_eq!(failure.kind, ErrorKind::Invalid, "{run}: {failure}");
    assert_eq!(failure.type_name, "DecodeError", "{run}: {failure}");
}

/// A server would refuse the whole workflow task, which would be tried again for ever.
async fn too_large_for_a_server() {
    let runtime = temporal().await;
    let input = json!({ "bytes": 2_200_000 });
    for (flock, agent) in [
        ("swells", None),
        ("bloat", Some("bloated")),
        ("overfeeds", Some("measures")),
    ] {
        let run = start(&runtime, flock, &input, "large").await;
        match runtime.engine().result(&run).await {
            Err(RunError::Failed(failure)) => {
                assert_eq!(failure.type_name, "TooLarge", "{flock}: {failure}");
                assert_eq!(failure.agent.as_deref(), agent, "{flock}: {failure}");
            }
            other => panic!("{flock}: {:?}", other.map(|_| "a result")),
        }
    }
}

/// A server would put a failure of its own in the place of one so long.
async fn long_failures(runtime: Runtime) {
    let input = json!({ "bytes": 3 << 20 });
    for (flock, agent) in [("listens", Some("rants")), ("raves", None)] {
        let run = start(&runtime, flock, &input, "long").await;
        let Err(RunError::Failed(failure)) = runtime.engine().result(&run).await else {
            panic!("{flock} fails");
        };
        assert_eq!(failure.kind, ErrorKind::Invalid, "{flock}");
        assert_eq!(failure.type_name, "Rant", "{flock}");
        assert_eq!(failure.agent.as_deref(), agent, "{flock}");
        assert!(failure.message.starts_with("xxxx"), "{flock}");
        assert!(
            failure.message.ends_with("… (cut, 3145728 bytes in all)"),
            "{flock}"
        );
        assert!(failure.message.len() < 20_000, "{flock}");
    }
}

/// A server would refuse the workflow task, which would be tried again for ever.
async fn floods(runtime: Runtime) {
    let run = start(&runtime, "floods", &json!({ "bytes": 500_000 }), "floods").await;
    let result = runtime.engine().result(&run).await.expect("a result");
    let text: String = result.decode().expect("text");
    assert_eq!(
        text.trim_start_matches(['t', 'r', 'u', 'e', 'f', 'a', 'l', 's'])
            .len(),
        1_500_000
    );
}

async fn memos() {
    let runtime = temporal().await;
    let run = start(&runtime, "rewrites", &json!({ "bytes": 900_000 }), "memos").await;
    let result = runtime.engine().result(&run).await.expect("a result");
    assert_eq!(result.decode::<u64>().expect("a number"), 3);
}

/// Of 1,600 agents at once, a hundred wait until others are done: a server takes 2,000 at a time, those
/// that it still believes in included, and refuses the workflow task with more, for ever.
async fn swarms() {
    const BEES: u64 = 1_600;
    let runtime = temporal().await;
    let hive = unique(&format!("{OWN}hive"));
    let input = json!({ "bees": BEES, "hive": hive });
    let run = start(&runtime, "swarm", &input, "swarm").await;
    let at_once = async || {
        let run = runtime.engine().describe(&run).await.expect("a run");
        assert_eq!(run.task_failure, None);
        run.running.len()
    };
    until_some("as many as may be", async || {
        (at_once().await >= 1_500).then_some(())
    })
    .await;
    // The task that asked for them is over, and they are all that it asked for.
    assert_eq!(at_once().await, 1_500);
    let _worker = Process::worker(&address().await, &hive);
    let result = runtime.engine().result(&run).await.expect("a result");
    let honey: u64 = result.decode().expect("a number");
    assert_eq!(honey, BEES * (BEES - 1) / 2);
}

async fn pours_out(runtime: Runtime) {
    let file = trace_file("pours");
    let input = json!({ "file": file, "bytes": 500_000 });
    let run = start(&runtime, "pours", &input, "pours").await;
    let result = runtime.engine().result(&run).await.expect("a result");
    let poured: u64 = result.decode().expect("a number");
    assert_eq!(poured, 16 * 500_000 + 100 * 5_000);
    // What waited for its turn was not made again, and is one step.
    assert_eq!(traces(&file).len(), 116);
    let steps = agent_steps(&runtime, &run).await;
    let done = steps.filter(|step| ready(matches!(step.phase, StepPhase::Completed { .. })));
    assert_eq!(done.count().await, 116);
}

/// And the run's end waits for them.
async fn sung(runtime: Runtime) {
    const SINGERS: u32 = 8;
    let run = runtime.start::<Chorus>(SINGERS).await.expect("a start");
    let singers = (0..SINGERS).map(|_| run.update(ChorusSing { bytes: 700_000 }));
    let begun = async {
        until_some("all have joined", async || {
            let joined = run.query(ChorusJoined {}).await.expect("an answer");
            (joined == SINGERS).then_some(())
        })
        .await;
        run.signal(ChorusBegin {}).await.expect("told");
    };
    let (songs, ()) = tokio::join!(join_all(singers), begun);
    for song in songs {
        assert_eq!(song.expect("an answer").len(), 700_000);
    }
    run.result().await.expect("a result");
}
