//! The same in buckets of three clouds: beside Temporal's own drivers for Python where there are some.

use std::path::Path;

use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::process::Command;

use super::{
    MIB, TOO_LONG, digest,
    stores::{Cloud, Store, program},
    text,
};
use crate::{
    codec::{namespace, runtime},
    support::{OWN, PATIENCE, address, test_within, unique, until, until_some},
};

pub(super) fn trials() -> Vec<Trial> {
    let of = |cloud: Cloud| {
        let name = |test: &str| format!("payloads::buckets::{test}::{}::temporal", cloud.scheme());
        let much = 2 * PATIENCE;
        [
            test_within(much, &name("python_reads_and_writes"), move || {
                python(cloud)
            }),
            test_within(much, &name("what_is_wrong_is_told"), move || wrong(cloud)),
            test_within(much, &name("a_lost_value_wedges_nothing"), move || {
                lost(cloud)
            }),
            test_within(much, &name("one_that_is_down_is_waited_for"), move || {
                down(cloud)
            }),
            test_within(much, &name("what_nothing_names_is_swept"), move || {
                swept(cloud)
            }),
        ]
    };
    Cloud::ALL.into_iter().flat_map(of).collect()
}

/// A namespace and a queue of a test's own.
struct Place {
    namespace: String,
    queue: String,
    address: String,
}

impl Place {
    async fn new() -> Self {
        Self {
            namespace: namespace().await,
            queue: unique(&format!("{OWN}bucket")),
            address: address().await,
        }
    }

    /// These words, said of the namespace.
    fn on<'a>(&'a self, words: &[&'a str]) -> Vec<&'a str> {
        let place = ["--address", &self.address, "--namespace", &self.namespace];
        [words, &place].concat()
    }

    fn of_worker(&self) -> Vec<&str> {
        self.on(&["--task-queue", &self.queue])
    }

    /// Starts `archives` with `text`.
    async fn start(
        &self,
        store: &Store,
        folder: &Path,
        id: &str,
        text: &str,
    ) -> Result<String, String> {
        let mut command = self.starting(store, folder, id, text);
        super::stores::said(command.output().await.unwrap())
    }

    fn starting(&self, store: &Store, folder: &Path, id: &str, text: &str) -> Command {
        let input = json!({ "text": text }).to_string();
        std::fs::write(folder.join("input.json"), input).unwrap();
        let queue = ["--task-queue", &self.queue, "--input-json", "input.json"];
        let words = [&["start", "archives", "--id", id][..], &queue].concat();
        store.command(folder, &self.on(&words))
    }

    async fn result(&self, store: &Store, folder: &Path, id: &str) -> Value {
        let result = self.on(&["result", id, "--json"]);
        let said = store.says(folder, &result).await;
        serde_json::from_str(&said.unwrap()).unwrap()
    }

    /// What a run's worker says of it.
    async fn trouble(&self, store: &Store, folder: &Path, id: &str, part: &str) -> String {
        let status = self.on(&["status", id, "--json"]);
        until_some(part, async || {
            let said = store.says(folder, &status).await.ok()?;
            said.contains(part).then_some(said)
        })
        .await
    }

    async fn sweep(&self, store: &Store, folder: &Path, words: &[&str]) -> Value {
        let words = [&["payloads", "sweep", "--json", "--yes"], words].concat();
        let said = store.says(folder, &self.on(&words)).await;
        serde_json::from_str(&said.unwrap()).unwrap()
    }
}

async fn python(cloud: Cloud) {
    let (place, store) = (Place::new().await, Store::start(cloud).await);
    let url = format!("{}/large/values", store.url());
    let folder = program(&url);
    let _worker = store.worker(&folder, &place.of_worker());

    // Ours is read by their driver.
    let (id, long) = (unique("to-python"), text(20, TOO_LONG));
    place.start(&store, &folder, &id, &long).await.unwrap();
    let said = store.python_says(&place.namespace, &["result", &id]).await;
    assert_eq!(said, digest(&long));
    let keys = store.keys().await;
    let prefix = format!("large/values/v0/ns/{}/d/sha256/", place.namespace);
    assert!(
        keys.len() > 1 && keys.iter().all(|key| key.starts_with(&prefix)),
        "{keys:?}"
    );

    // Theirs by ours, in the whole of the bucket, whatever an id's letters are.
    let id = unique("from python: 1/2 é*");
    let start = ["start", "archives", &id, &place.queue, "gull"];
    let said = store.python_says(&place.namespace, &start).await;
    assert_eq!(said, digest(&"gull ".repeat(TOO_LONG / 5)));
    let result = place.result(&store, &folder, &id).await;
    assert!(result.to_string().contains(&"gull ".repeat(TOO_LONG / 5)));
    let theirs = match cloud {
        Cloud::S3 | Cloud::Google => format!("v0/ns/{}/wt/archives/wi/from", place.namespace),
        // By a driver of the test's own.
        Cloud::Azure => "v0/ns/python/d/sha256/".to_owned(),
    };
    let keys = store.keys().await;
    assert!(keys.iter().any(|key| key.starts_with(&theirs)), "{keys:?}");

    let (id, own) = (unique("python-asks"), unique("python"));
    let serve = ["serve", &own, &id, &place.queue, "tern"];
    store.python_says(&place.namespace, &serve).await;
    let result = place.result(&store, &folder, &id).await;
    assert!(result.to_string().contains(&"tern ".repeat(TOO_LONG / 5)));

    // All of it is young.
    let swept = place.sweep(&store, &folder, &[]).await;
    assert_eq!(
        (&swept["found"], &swept["store"]),
        (&json!(0), &json!(url)),
        "{swept}"
    );
}

/// No cloud's key, in the form that Azure's have.
const SECRET: &str = "cXVpY2tzaWx2ZXIh";

async fn wrong(cloud: Cloud) {
    let (place, store) = (Place::new().await, Store::start(cloud).await);
    let (nobodys, folder) = (
        format!("{}://nobodys", cloud.scheme()),
        program(&store.url()),
    );
    let long = text(21, MIB);
    let id = unique("wrong");
    let (variables, secret) = match cloud {
        Cloud::S3 => ("AWS", "AWS_SECRET_ACCESS_KEY"),
        Cloud::Google => ("GOOGLE", "GOOGLE_BEARER_TOKEN"),
        Cloud::Azure => ("AZURE", "AZURE_STORAGE_ACCOUNT_KEY"),
    };
    let refused = async |folder: &Path, said: &[&str], tell: &(dyn Fn(&mut Command) + Sync)| {
        let mut command = place.starting(&store, folder, &id, &long);
        tell(&mut command);
        let refused = super::stores::said(command.output().await.unwrap()).unwrap_err();
        for part in said {
            assert!(refused.contains(part), "{part}: {refused}");
        }
        assert!(!refused.contains(SECRET), "{refused}");
    };

    let none = [
        "cannot be kept at",
        &nobodys,
        "there is no bucket `nobodys`",
    ];
    refused(&program(&nobodys), &none, &|_| {}).await;
    let says_who = format!("the variables {variables}_… say where it is and who asks");
    let nobody_there = ["Connection refused", &says_who];
    refused(&folder, &nobody_there, &|command| {
        command.env(cloud.endpoint(), "http://127.0.0.1:1/of");
        command.env(secret, SECRET);
    })
    .await;
    let allows = format!("{variables}_ALLOW_HTTP");
    let in_the_open = ["scheme is not allowed", &allows];
    refused(&folder, &in_the_open, &|command| {
        command.env_remove(&allows);
    })
    .await;
    // What plays Google asks nobody who they are.
    let not_him = match cloud {
        Cloud::S3 => Some("SignatureDoesNotMatch"),
        Cloud::Google => None,
        Cloud::Azure => Some("AuthorizationFailure"),
    };
    if let Some(not_him) = not_him {
        refused(&folder, &[not_him, &says_who], &|command| {
            command.env(secret, SECRET);
        })
        .await;
    }
    if cloud == Cloud::Azure {
        // This goes with the address.
        let signed = format!("sv=2023-11-03&ss=b&srt=o&sp=rw&sig={SECRET}");
        refused(&folder, &["AuthorizationFailure", &says_who], &|command| {
            command.env_remove(secret);
            command.env("AZURE_STORAGE_SAS_TOKEN", &signed);
        })
        .await;
    }
    let begun = store.says(&folder, &place.on(&["status", &id])).await;
    assert!(begun.is_err(), "nothing has begun: {begun:?}");

    // Another bucket than the one that the history names.
    place.start(&store, &folder, &id, &long).await.unwrap();
    let elsewhere = program(&nobodys);
    let _worker = store.worker(&elsewhere, &place.of_worker());
    let shop = match cloud {
        Cloud::S3 | Cloud::Google => "bucket shop",
        Cloud::Azure => "container shop",
    };
    let told = place.trouble(&store, &folder, &id, shop).await;
    assert!(told.contains(&nobodys), "{told}");
}

async fn lost(cloud: Cloud) {
    let (place, store) = (Place::new().await, Store::start(cloud).await);
    let folder = program(&store.url());
    let (id, long) = (unique("lost"), text(22, MIB));
    place.start(&store, &folder, &id, &long).await.unwrap();
    let keys = store.keys().await;
    let [key] = keys.as_slice() else {
        panic!("{keys:?}");
    };
    store.remove(key).await;
    let _worker = store.worker(&folder, &place.of_worker());
    let told = place
        .trouble(&store, &folder, &id, "there is no such object")
        .await;
    assert!(told.contains(key) && told.contains(&store.url()), "{told}");
    // Equal values are one object.
    let again = unique("again");
    place.start(&store, &folder, &again, &long).await.unwrap();
    for id in [&id, &again] {
        let result = place.result(&store, &folder, id).await;
        assert!(result.to_string().contains(&long));
    }
}

async fn down(cloud: Cloud) {
    let (place, store) = (Place::new().await, Store::start(cloud).await);
    let folder = program(&store.url());
    let (id, long) = (unique("reads"), text(23, MIB));
    place.start(&store, &folder, &id, &long).await.unwrap();

    // Down as a flock is to be read.
    store.wire.cut();
    let _worker = store.worker(&folder, &place.of_worker());
    let told = place.trouble(&store, &folder, &id, "cannot be had").await;
    assert!(told.contains(&store.url()), "{told}");
    store.wire.mend();
    let result = place.result(&store, &folder, &id).await;
    assert!(result.to_string().contains(&long));

    // Down as an agent has a result.
    store.wire.cut();
    let before = store.wire.refused();
    let (id, input) = (unique("writes"), format!("bytes={MIB}"));
    let start = ["start", "Bloat", "--id", &id, "--input", &input];
    let start = [&start[..], &["--task-queue", &place.queue]].concat();
    store.says(&folder, &place.on(&start)).await.unwrap();
    until("it is to be kept", || store.wire.refused() > before).await;
    store.wire.mend();
    let result = place.result(&store, &folder, &id).await;
    assert!(result.to_string().contains(&"x".repeat(MIB)));
}

async fn swept(cloud: Cloud) {
    let (place, store) = (Place::new().await, Store::behind(cloud, 40).await);
    let folder = program(&store.url());
    let _worker = store.worker(&folder, &place.of_worker());
    let runs = [24, 25].map(|seed| (unique("swept"), text(seed, MIB)));
    for (id, long) in &runs {
        place.start(&store, &folder, id, long).await.unwrap();
        let result = place.result(&store, &folder, id).await;
        assert!(result.to_string().contains(long));
    }
    let client = runtime(&place.namespace, None, flock::config::Config::default()).await;
    let listed = async |count: usize| {
        until_some("they are listed", async || {
            let runs = client.list().limit(10).await.unwrap();
            (runs.len() == count).then_some(())
        })
        .await;
    };
    listed(2).await;
    let all = store.keys().await.len();
    let said = place.sweep(&store, &folder, &["--older-than", "30d"]).await;
    assert_eq!(
        (&said["found"], &said["referred_to"]),
        (&json!(0), &json!(all)),
        "{said}"
    );

    let [(gone, _), (kept, long)] = &runs;
    let cli = flock::dev_server::DevServer::find_cli().unwrap();
    let delete = place.on(&["workflow", "delete", "--yes", "--workflow-id", gone]);
    let deleted = Command::new(cli).args(delete).output().await.unwrap();
    assert!(deleted.status.success(), "{deleted:?}");
    listed(1).await;
    let said = place.sweep(&store, &folder, &["--older-than", "30d"]).await;
    let left = store.keys().await.len();
    assert_eq!(said["removed"], json!(all - left), "{said}");
    assert!(left > 0 && left < all, "{left} of {all}: {said}");
    let result = place.result(&store, &folder, kept).await;
    assert!(result.to_string().contains(long));
}
