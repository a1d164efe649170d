//! Where the settings of a connection come from, and what `config` says of it.

use std::fs;

use flock::config::Config;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::{
    flocks::flowing::Chain,
    support::{OWN, Process, Said, address, builder, folder, say, say_in, temporal, test, unique},
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test(
            "settings::the_highest_place_decides",
            the_highest_place_decides,
        ),
        test(
            "settings::a_file_that_is_not_there_is_told",
            a_file_that_is_not_there_is_told,
        ),
        test(
            "settings::moving_is_configuration_alone",
            moving_is_configuration_alone,
        ),
        test(
            "settings::the_server_by_either_name",
            the_server_by_either_name,
        ),
        test(
            "settings::all_that_is_wrong_is_told",
            all_that_is_wrong_is_told,
        ),
        test(
            "settings::variables_are_above_the_file",
            variables_are_above_the_file,
        ),
        test(
            "settings::a_profile_is_above_the_rest",
            a_profile_is_above_the_rest,
        ),
        test("settings::what_is_shown_is_a_file", what_is_shown_is_a_file),
        test("settings::where_commands_listen", where_commands_listen),
        test(
            "settings::editors_are_given_a_schema",
            editors_are_given_a_schema,
        ),
    ]
}

async fn the_highest_place_decides() {
    let folder = folder("highest");
    let standard = "
        [profile.default]
        address = 'default:1'
        [profile.prod]
        address = 'prod:1'
        namespace = 'prod'
        [profile.prod.tls]
        server_name = 'prod.example.com'
    ";
    fs::write(folder.join("temporal.toml"), standard).expect("a file");
    let shown = async |flock: &str, flags: &[&str], variables: &[(&str, &str)]| -> Value {
        fs::write(folder.join("flock.toml"), flock).expect("a file");
        let said = say_in(&folder, &[&["config", "--json"], flags].concat(), variables).await;
        assert_eq!(said.code, Some(0), "{}", said.err);
        said.json()["temporal"].clone()
    };
    let is = |settings: &Value, name: &str, value: &str, from: &str| {
        assert_eq!(settings[name]["value"], json!(value), "{settings}");
        let source = settings[name]["from"].as_str().expect("a source");
        assert!(source.contains(from), "{name}: {source}, not {from}");
    };

    let settings = shown(
        "",
        &[],
        &[("TEMPORAL_CONFIG_FILE", ""), ("TEMPORAL_ADDRESS", "")],
    )
    .await;
    is(&settings, "address", "localhost:7233", "built in");
    is(&settings, "namespace", "default", "built in");
    is(&settings, "tls", "false", "built in");

    let file = "[temporal]\nconfig_file = 'temporal.toml'\nprofile = 'prod'\nnamespace = 'shop'";
    let settings = shown(file, &[], &[]).await;
    is(&settings, "profile", "prod", "flock.toml [temporal]");
    is(&settings, "address", "prod:1", "profile `prod` of ");
    is(&settings, "namespace", "shop", "flock.toml [temporal]");
    is(
        &settings,
        "tls_server_name",
        "prod.example.com",
        "profile `prod`",
    );

    let variables = [
        ("TEMPORAL_NAMESPACE", "env"),
        ("TEMPORAL_API_KEY", "secret"),
    ];
    let settings = shown(file, &["--address", "flag:1"], &variables).await;
    is(&settings, "address", "flag:1", "given at the start");
    is(&settings, "namespace", "env", "TEMPORAL_NAMESPACE");
    is(&settings, "api_key", "set", "TEMPORAL_API_KEY");
    is(&settings, "tls", "true", "on with");
    assert!(!settings.to_string().contains("secret"), "{settings}");

    // What is shown is what is used.
    let said = say_in(&folder, &["list"], &[("TEMPORAL_ADDRESS", "127.0.0.1:9")]).await;
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(said.err.contains("127.0.0.1:9"), "{}", said.err);
}

async fn a_file_that_is_not_there_is_told() {
    let folder = folder("nope");
    let flag = ["--config-file", "nope.toml"];
    for (args, variables, part) in [
        (&["config"][..], &[][..], "given at the start"),
        (&["list"], &[], "given at the start"),
    ] {
        let said = say_in(&folder, &[args, &flag].concat(), variables).await;
        assert_eq!(said.code, Some(2), "{}", said.err);
        assert!(
            said.err.contains("nope.toml") && said.err.contains(part),
            "{}",
            said.err
        );
    }
    let said = say_in(&folder, &["list"], &[("TEMPORAL_CONFIG_FILE", "nope.toml")]).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("TEMPORAL_CONFIG_FILE"), "{}", said.err);
    fs::write(folder.join("temporal.toml"), "").expect("a file");
    let flags = ["--config-file", "temporal.toml", "--profile", "prod"];
    let said = say_in(&folder, &[&["list"][..], &flags].concat(), &[]).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(
        said.err
            .contains("profile `prod`: there is none in temporal.toml"),
        "{}",
        said.err
    );
}

async fn moving_is_configuration_alone() {
    temporal().await;
    let address = address().await;
    let folder = folder("moving");
    let run = ["run", "chain", "--input", "topic=rust", "--json"];
    let here = say_in(&folder, &run, &[]).await;
    let file = format!("engine = 'temporal'\n[temporal]\naddress = '{address}'");
    fs::write(folder.join("flock.toml"), &file).expect("a file");
    let there = say_in(&folder, &run, &[]).await;
    for said in [&here, &there] {
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_eq!(said.json()["result"]["length"], json!(11), "{}", said.err);
    }
    let id = |said: &Said| {
        said.json()["workflow_id"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    // The server knows the second, and not the first.
    let found = say_in(&folder, &["result", &id(&there)], &[]).await;
    assert_eq!(found.code, Some(0), "{}", found.err);
    let found = say_in(&folder, &["result", &id(&here)], &[]).await;
    assert_eq!(found.code, Some(4), "{}", found.err);
    // What is said at the start is above the file.
    let said = say_in(&folder, &[&run[..], &["--engine", "local"]].concat(), &[]).await;
    let found = say_in(&folder, &["result", &id(&said)], &[]).await;
    assert_eq!(found.code, Some(4), "{}", found.err);

    for (file, engine) in [
        (file.as_str(), "temporal"),
        ("engine = 'local'", "local"),
        ("", "local"),
    ] {
        let config = Config::parse(file).expect("a configuration");
        let runtime = builder()
            .config(config)
            .configured()
            .await
            .expect("a runtime");
        assert_eq!(runtime.engine().name(), engine);
        let run = runtime
            .start::<Chain>("rust".to_owned())
            .await
            .expect("a start");
        assert_eq!(run.result().await.expect("a result").length, 11);
    }
}

async fn the_server_by_either_name() {
    temporal().await;
    let said = say(&["list", "--server", &address().await]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
}

/// At once, each at its line; whatever command comes upon it.
async fn all_that_is_wrong_is_told() {
    let folder = folder("wrong");
    let file = "\
engine = 'temporl'

[temporal]
api_key = 'sk-secret'
address = '${HOST}'

[agents.flaky]
retrys = 3
timeout = '5 mins'

[profiles.production.defaults]
priority = 9
";
    fs::write(folder.join("flock.toml"), file).expect("a file");
    let wrong = [
        ("FLOCK_AGENTS__FLAKY__RETRIES", "many"),
        ("FLOCK_AGNETS__A__RETRIES", "1"),
    ];
    for args in [
        &["config", "check"][..],
        &["config"],
        &["flocks"],
        &["config", "schema"],
    ] {
        let said = say_in(&folder, args, &wrong).await;
        // A schema is for whoever mends the file.
        if args.contains(&"schema") {
            assert_eq!(said.code, Some(0), "{}", said.err);
            continue;
        }
        assert_eq!(said.code, Some(2), "{}", said.err);
        for part in [
            "flock.toml:1: `engine`: there is no `temporl`; did you mean `temporal`?",
            "flock.toml:4: [temporal] `api_key` would put a secret into this file",
            "flock.toml:5: [temporal] `address`: `${…}` stands for secrets alone",
            "flock.toml:8: [agents.flaky] there is no key `retrys`; did you mean `retry` or `retries`?",
            "flock.toml:9: [agents.flaky] `timeout`: `5 mins` is not a duration",
            "flock.toml:12: [profiles.production.defaults] `priority` takes a whole number of 1 to 5, not `9`",
            "FLOCK_AGENTS__FLAKY__RETRIES: `retries` takes a whole number of 0 to 65535, not the text \"many\"",
            "FLOCK_AGNETS__A__RETRIES: there is no key `agnets`; did you mean `agents`?",
        ] {
            assert!(said.err.contains(part), "{part}:\n{}", said.err);
        }
        assert!(!said.err.contains("sk-secret"), "{}", said.err);
    }

    // What fits, and is for nothing that there is.
    let file = "[agents.flakey]\nretries = 1\n[agents.'zzz*']\nretries = 1\n[queues.nowhere]\npriority = 1";
    fs::write(folder.join("flock.toml"), file).expect("a file");
    let said = say_in(&folder, &["config", "check"], &[]).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    for part in [
        "flock.toml:1: [agents.flakey] is for no agent of this program; did you mean `flaky`?",
        "flock.toml:3: [agents.zzz*] is for no agent of this program",
        "flock.toml:5: [queues.nowhere] is for a task queue that nothing in this program names",
    ] {
        assert!(said.err.contains(part), "{part}:\n{}", said.err);
    }
    // What a worker would be told at its start.
    fs::write(folder.join("flock.toml"), "[worker]\nworkflow_slots = 1").expect("a file");
    let said = say_in(&folder, &["config", "check"], &[]).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    let slots = "`workflow_slots` (flock.toml [worker]) takes at least 2";
    assert!(said.err.contains(slots), "{}", said.err);
    // A queue may be named at a start alone.
    fs::write(folder.join("flock.toml"), "[queues.nowhere]\npriority = 1").expect("a file");
    let said = say_in(&folder, &["config", "check"], &[]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("[queues.nowhere]"), "{}", said.out);
    let said = say_in(&folder, &["config", "check", "--strict"], &[]).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    // What is named here has to be there.
    let file = "[codec]\nkeys_env = 'FLOCK_TEST_KEYS'";
    fs::write(folder.join("flock.toml"), file).expect("a file");
    let said = say_in(&folder, &["config", "check"], &[]).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(
        said.err.contains("[codec] the variable FLOCK_TEST_KEYS"),
        "{}",
        said.err
    );
    let key = "a=dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE=";
    let said = say_in(&folder, &["config", "check"], &[("FLOCK_TEST_KEYS", key)]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    fs::write(folder.join("flock.toml"), "no toml\nnor = this =").expect("a file");
    let said = say_in(&folder, &["config", "check", "--json"], &[]).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    let faults = said.json()["error"]["faults"].clone();
    let first = faults[0].as_str().expect("a fault").to_owned();
    assert!(
        first.starts_with("flock.toml:1: this is no TOML"),
        "{faults}"
    );
}

async fn variables_are_above_the_file() {
    let folder = folder("above");
    fs::write(
        folder.join("flock.toml"),
        "[temporal]\nnamespace = 'shop'\n[agents.flaky]\nmax_attempts = 2\n[agents.'fla*']\npriority = 2",
    )
    .expect("a file");
    let variables = [
        ("FLOCK_TEMPORAL__ADDRESS", "there:1"),
        ("FLOCK_TEMPORAL__NAMESPACE", "below"),
        ("TEMPORAL_NAMESPACE", "above"),
        // The same as `max_attempts`, in another way.
        ("FLOCK_AGENTS__FLAKY__RETRIES", "5"),
        ("FLOCK_TEST_BUILD", "nobody's key"),
    ];
    let said = say_in(&folder, &["describe", "flaky", "--json"], &variables).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let options = said.json()["options"].clone();
    assert_eq!(options["max_attempts"]["value"], json!("6"), "{options}");
    assert_eq!(
        options["max_attempts"]["from"],
        json!("FLOCK_AGENTS__FLAKY__RETRIES"),
        "{options}"
    );
    assert_eq!(
        options["priority"]["from"],
        json!("flock.toml [agents.fla*]"),
        "{options}"
    );
    let said = say_in(&folder, &["config", "--json"], &variables).await;
    let settings = said.json()["temporal"].clone();
    assert_eq!(settings["address"]["value"], json!("there:1"), "{settings}");
    assert_eq!(
        settings["address"]["from"],
        json!("FLOCK_TEMPORAL__ADDRESS"),
        "{settings}"
    );
    assert_eq!(settings["namespace"]["value"], json!("above"), "{settings}");
    // What looks like a slip is told of, and does no harm.
    let said = say_in(&folder, &["flocks"], &[("FLOCK_ENGIN", "local")]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.err.contains("did you mean `FLOCK_ENGINE`?"),
        "{}",
        said.err
    );
}

async fn a_profile_is_above_the_rest() {
    let folder = folder("profiles");
    let file = "\
[temporal]
address = 'localhost:7233'
api_key_file = 'key'
tls = false

[profiles.production]
engine = 'temporal'

[profiles.production.temporal]
address = 'production:7233'
api_key = '${SHOP_KEY}'
";
    fs::write(folder.join("flock.toml"), file).expect("a file");
    fs::write(folder.join("key"), "one").expect("a file");
    let shown = async |variables: &[(&str, &str)]| {
        let said = say_in(&folder, &["config", "--json"], variables).await;
        assert_eq!(said.code, Some(0), "{}", said.err);
        said.json()
    };
    let here = shown(&[]).await;
    assert_eq!(here["engine"]["value"], json!("local"));
    assert_eq!(
        here["temporal"]["address"]["value"],
        json!("localhost:7233")
    );
    let variables = [("FLOCK_PROFILE", "production"), ("SHOP_KEY", "hush")];
    let there = shown(&variables).await;
    assert_eq!(there["engine"]["value"], json!("temporal"));
    assert_eq!(
        there["temporal"]["address"]["value"],
        json!("production:7233")
    );
    assert_eq!(there["temporal"]["tls"]["value"], json!("false"));
    for key in ["address", "api_key"] {
        let from = there["temporal"][key]["from"].as_str().expect("a source");
        assert!(
            from.contains("flock.toml [profiles.production.temporal]"),
            "{from}"
        );
    }
    let said = say_in(&folder, &["flocks"], &[("FLOCK_PROFILE", "produktion")]).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(
        said.err.contains("FLOCK_PROFILE: there is no profile `produktion` in flock.toml; did you mean `production`?"),
        "{}",
        said.err
    );
}

/// `config show` is what one would write to have the same.
async fn what_is_shown_is_a_file() {
    let folder = folder("shown");
    let file = "[defaults]\nretry.initial = '2s'\n[agents.'fla*']\nretries = 4\n[temporal]\nnamespace = 'shop'";
    fs::write(folder.join("flock.toml"), file).expect("a file");
    let variables = [("FLOCK_ENGINE", "local"), ("TEMPORAL_API_KEY", "hush")];
    let said = say_in(&folder, &["config", "show"], &variables).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(!said.out.contains("hush"), "{}", said.out);
    let config = Config::parse(&said.out).expect(&said.out);
    assert_eq!(config.agents["fla*"].retries, Some(4));
    assert_eq!(config.temporal.namespace.as_deref(), Some("shop"));
    assert!(said.out.starts_with("engine = \"local\"\n"), "{}", said.out);

    let said = say_in(
        &folder,
        &["config", "show", "--origin", "--json"],
        &variables,
    )
    .await;
    let lines = said.json();
    let from = |key: &str| {
        let mut lines = lines.as_array().expect("a list").iter();
        let line = lines.find(|line| line["key"] == json!(key));
        line.unwrap_or_else(|| panic!("{key}: {said:?}", said = said.out))["from"].clone()
    };
    assert_eq!(from("engine"), json!("FLOCK_ENGINE"));
    assert_eq!(from("defaults.retry.initial"), json!("flock.toml:2"));
    assert_eq!(from("agents.\"fla*\".retries"), json!("flock.toml:4"));
    assert_eq!(from("temporal.api_key"), json!("TEMPORAL_API_KEY"));
    assert_eq!(from("worker.concurrency"), json!("built in"));
    let said = say_in(&folder, &["config", "show", "--origin"], &variables).await;
    assert!(said.out.contains("# flock.toml:4\n"), "{}", said.out);
    Config::parse(&said.out).expect(&said.out);
}

async fn editors_are_given_a_schema() {
    let said = say(&["config", "schema"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let schema = said.json();
    let keys = &schema["properties"];
    assert_eq!(
        keys["engine"]["enum"],
        json!(["local", "temporal"]),
        "{schema}"
    );
    assert_eq!(keys["temporal"]["additionalProperties"], json!(false));
    // The agents of this program, and patterns of them.
    assert!(
        keys["agents"]["properties"]["flaky"].is_object(),
        "{}",
        keys["agents"]
    );
    assert_eq!(keys["agents"]["additionalProperties"], json!(false));
}

/// By the file, where no flag says it.
async fn where_commands_listen() {
    temporal().await;
    let folder = folder("listening");
    let file = format!(
        "[temporal]\naddress = '{}'\n[serve]\nmetrics_listen = '127.0.0.1:0'\nmcp_http = '127.0.0.1:0'",
        address().await
    );
    fs::write(folder.join("flock.toml"), file).expect("a file");
    let queue = unique(&format!("{OWN}listening"));
    let mut worker = Process::command(&["worker", "--task-queue", &queue]);
    let (_worker, log) = Process::heard(worker.current_dir(&folder));
    log.says("metrics at http://127.0.0.1:").await;
    let mut server = Process::command(&["mcp-serve"]);
    let (_server, log) = Process::heard(server.current_dir(&folder));
    log.says("serving MCP at http://127.0.0.1:").await;
    // A client that starts it has its input and output, and here hangs up at once.
    let said = say_in(&folder, &["mcp-serve", "--stdio"], &[]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
}
