//! Where the settings of a connection come from, and what `config` says of it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use flock::config::Config;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::{
    flocks::flowing::Chain,
    support::{Process, Said, address, builder, say, temporal, test, trace_file},
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
    ]
}

fn folder(name: &str) -> PathBuf {
    trace_file(name).parent().expect("a folder").to_owned()
}

async fn say_in(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Said {
    let mut command = Process::command(args);
    command.current_dir(folder).envs(variables.iter().copied());
    Said::of(&command.output().await.expect("the program runs"))
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
