//! The command itself, and what it writes for containers and units on one machine.

use std::fs;

use libtest_mimic::Trial;
use serde_json::Value;

use super::{Place, kinds, succeeded};
use crate::support::test;

pub(super) fn trials() -> Vec<Trial> {
    vec![
        test("deploy::command::written_twice_changes_nothing", twice),
        test("deploy::command::a_difference_is_shown_and_asked", shown),
        test("deploy::command::who_says_no_keeps_the_file", asked),
        test("deploy::command::what_cannot_be_is_told", refused),
    ]
}

const FOLDER: &str = "[payloads]\nstore = 'file:///srv/payloads'";

async fn twice() {
    let place = Place::new("[deploy]\nimage = 'registry.example.com/shop:1'\n");
    for kind in kinds().await {
        let first = place.files(&kind).await;
        assert!(!first.is_empty(), "{kind}");
        let head = format!("# Written by `pooled_shop deploy {kind}`");
        for (name, text) in &first {
            assert!(name.ends_with(".json") || text.starts_with(&head), "{name}");
        }
        let check = place.deploy(&[&kind, "--check"]).await;
        succeeded(&check);
        let said = String::from_utf8(check.stdout).unwrap();
        assert!(
            said.lines().all(|line| line.starts_with("the same")),
            "{said}"
        );
        // Without a terminal nobody could be asked, so nothing has to be.
        succeeded(&place.deploy(&[&kind]).await);
        assert_eq!(place.files(&kind).await, first, "{kind}");
    }
}

async fn shown() {
    let place = Place::new("");
    let files = place.files("docker").await;
    let path = place.path("out/Dockerfile");
    fs::write(&path, "FROM scratch\n").unwrap();
    fs::write(place.path("out/mine"), "kept").unwrap();

    let asked = place.deploy(&["docker"]).await;
    assert_eq!(asked.status.code(), Some(2));
    let said = String::from_utf8(asked.stderr).unwrap();
    assert!(
        said.contains("-FROM scratch") && said.contains("--yes"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "FROM scratch\n");

    let check = place.deploy(&["docker", "--check", "--json"]).await;
    assert_eq!(check.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&check.stdout).unwrap();
    assert_eq!(told["files"][0]["state"], "changed");
    assert_eq!(told["files"][1]["state"], "same");
    let diff = told["files"][0]["diff"].as_str().unwrap();
    assert!(
        diff.contains("-FROM scratch") && diff.contains("+ENTRYPOINT"),
        "{diff}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "FROM scratch\n");

    succeeded(&place.deploy(&["docker", "--yes"]).await);
    assert_eq!(fs::read_to_string(&path).unwrap(), files[0].1);
    assert_eq!(fs::read_to_string(place.path("out/mine")).unwrap(), "kept");
    let left = fs::read_dir(place.path("out")).unwrap().count();
    assert_eq!(left, files.len() + 1, "nothing half is left");
}

/// At a terminal; whoever says anything but yes has nothing overwritten.
async fn asked() {
    let place = Place::new("");
    let files = place.files("docker").await;
    let path = place.path("out/Dockerfile");
    fs::write(&path, "FROM scratch\n").unwrap();
    for answer in ["perhaps\n", "\n"] {
        let said = place.typed(&["docker"], answer).await;
        assert_eq!(said.code, Some(1), "{}", said.out);
        for part in [
            "-FROM scratch",
            "Overwrite out/Dockerfile? [y/N]",
            "nothing is done",
        ] {
            assert!(said.out.contains(part), "{part}: {}", said.out);
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "FROM scratch\n");
    }
    let said = place.typed(&["docker"], "y\n").await;
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(said.out.contains("overwritten"), "{}", said.out);
    assert_eq!(fs::read_to_string(&path).unwrap(), files[0].1);
    // Nothing differs now, and nobody is asked.
    let said = place.typed(&["docker"], "").await;
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(!said.out.contains("[y/N]"), "{}", said.out);
}

async fn refused() {
    for (config, args, said) in [
        (
            "",
            &["docker", "--image", "a b"][..],
            "`--image a b` is no name of an image",
        ),
        (
            "",
            &["docker", "--kubernetes-namespace", "Shop"],
            "small letters",
        ),
        (
            "[deploy]\nmax_replicas = 3\n[deploy.queues.high]\nmin_replicas = 5",
            &["docker"],
            "at least 5 and at most 3 workers of the task queue `pooled_shop-high`",
        ),
        (
            "[deploy]\nmemory = '512'",
            &["docker"],
            "[deploy] `memory`: `512` is no size",
        ),
        ("", &["docker", "--check", "--yes"], "cannot be used with"),
        (FOLDER, &["kubernetes"], "name a bucket"),
        (FOLDER, &["keda"], "name a bucket"),
        (FOLDER, &["worker-controller"], "name a bucket"),
        (
            FOLDER,
            &["systemd"],
            "`store = \"file:///var/lib/pooled-shop/payloads\"`",
        ),
    ] {
        let place = Place::new(config);
        let output = place.deploy(args).await;
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(said), "{told}");
        assert!(!place.path("out").exists());
    }
    // A section for a queue that there is not may be a slip.
    let place = Place::new("[deploy.queues.hihg]\ncpu = 1");
    let check = place.call(&["config", "check", "--strict"]).output().await;
    let check = check.unwrap();
    assert_eq!(check.status.code(), Some(2));
    let told = String::from_utf8(check.stderr).unwrap();
    assert!(told.contains("[deploy.queues.hihg]"), "{told}");
    // The folder is a file.
    let place = Place::new("");
    fs::write(place.path("out"), "mine").unwrap();
    let output = place.deploy(&["docker"]).await;
    assert!(!output.status.success());
    assert_eq!(fs::read_to_string(place.path("out")).unwrap(), "mine");
}
