//! Servers behind TLS and behind an API key: a real one, with a proxy in front of it.

use std::path::{Path, PathBuf};

use flock::{
    RunError, Runtime, StartError,
    config::Config,
    engine::temporal::{ConnectOptions, TemporalEngine},
};
use libtest_mimic::Trial;

use crate::{
    flocks::flowing::Chain,
    support::{
        Process, Said, address, builder,
        proxy::{self, Authority},
        say, temporal, test, trace_file, unique,
    },
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test(
            "secured::by_the_right_certificate",
            by_the_right_certificate,
        ),
        test(
            "secured::an_unknown_issuer_is_told",
            an_unknown_issuer_is_told,
        ),
        test("secured::a_wrong_name_is_told", a_wrong_name_is_told),
        test(
            "secured::an_expired_certificate_is_told",
            an_expired_certificate_is_told,
        ),
        test(
            "secured::by_certificates_of_both_sides",
            by_certificates_of_both_sides,
        ),
        test(
            "secured::tls_on_one_side_alone_is_told",
            tls_on_one_side_alone_is_told,
        ),
        test(
            "secured::a_file_that_is_missing_is_named",
            a_file_that_is_missing_is_named,
        ),
        test(
            "secured::an_api_key_goes_with_every_call",
            an_api_key_goes_with_every_call,
        ),
        test("secured::a_wrong_key_exits_3", a_wrong_key_exits_3),
        test(
            "secured::a_worker_serves_through_tls",
            a_worker_serves_through_tls,
        ),
    ]
}

fn folder(name: &str) -> PathBuf {
    trace_file(name).parent().expect("a folder").to_owned()
}

fn at(port: u16) -> ConnectOptions {
    ConnectOptions::default()
        // A name, since certificates for addresses are rare.
        .address(format!("localhost:{port}"))
        .tls(true)
}

fn trusting(folder: &Path, port: u16) -> ConnectOptions {
    at(port).tls_server_ca(folder.join("ca.pem"))
}

async fn connect(options: ConnectOptions) -> Result<Runtime, StartError> {
    builder().connect(options).await
}

async fn runs(runtime: &Runtime) {
    let run = runtime
        .start::<Chain>("rust".to_owned())
        .id(unique("secured"));
    let run = run.await.expect("a start");
    assert_eq!(run.result().await.expect("a result").length, 11);
}

async fn told(options: ConnectOptions, parts: &[&str]) {
    let error = connect(options).await.expect_err("no trust");
    let text = error.to_string();
    assert!(
        matches!(error, StartError::Engine(RunError::Tls { .. })),
        "{text}"
    );
    assert!(!text.contains("start one"), "{text}");
    for part in parts {
        assert!(text.contains(part), "{part}: {text}");
    }
}

async fn by_the_right_certificate() {
    temporal().await;
    let folder = folder("tls");
    let authority = Authority::new(&folder, "ca");
    let shown = authority.certify("localhost", false);
    let port = proxy::tls(address().await, shown, None).await;
    runs(&connect(trusting(&folder, port)).await.expect("trust")).await;
}

async fn an_unknown_issuer_is_told() {
    let folder = folder("issuer");
    let shown = Authority::new(&folder, "other").certify("localhost", false);
    Authority::new(&folder, "ca");
    let port = proxy::tls(address().await, shown, None).await;
    let parts = ["authority", "not known", "--tls-ca-path"];
    told(trusting(&folder, port), &parts).await;
    // Nor does the system know it; nor is an authority the right one for having its name.
    told(at(port), &parts).await;
    Authority::new(&folder, "other");
    let options = at(port).tls_server_ca(folder.join("other.pem"));
    told(options, &parts).await;
}

async fn a_wrong_name_is_told() {
    temporal().await;
    let folder = folder("name");
    let shown = Authority::new(&folder, "ca").certify("temporal.example.com", false);
    let port = proxy::tls(address().await, shown, None).await;
    let parts = ["localhost", "temporal.example.com", "--tls-server-name"];
    told(trusting(&folder, port), &parts).await;
    let options = trusting(&folder, port).tls_server_name("temporal.example.com");
    runs(&connect(options).await.expect("trust")).await;
}

async fn an_expired_certificate_is_told() {
    let folder = folder("expired");
    let shown = Authority::new(&folder, "ca").certify("localhost", true);
    let port = proxy::tls(address().await, shown, None).await;
    told(trusting(&folder, port), &["has expired"]).await;
}

async fn by_certificates_of_both_sides() {
    temporal().await;
    let folder = folder("mutual");
    let authority = Authority::new(&folder, "ca");
    let shown = authority.certify("localhost", false);
    let port = proxy::tls(address().await, shown, Some(&authority)).await;
    told(
        trusting(&folder, port),
        &["certificate of this program", "--tls-cert-path"],
    )
    .await;

    let stranger = Authority::new(&folder, "stranger").certify("stranger", false);
    let own = authority.certify("worker", false);
    let with = |pair: &proxy::Certified| {
        trusting(&folder, port)
            .tls_client_cert(pair.certificate.clone())
            .tls_client_key(pair.key.clone())
    };
    told(with(&stranger), &["certificate of this program"]).await;
    runs(&connect(with(&own)).await.expect("trust")).await;
}

async fn tls_on_one_side_alone_is_told() {
    let server = address().await;
    let plain = ConnectOptions::default().address(server.clone()).tls(true);
    told(plain, &["does not speak TLS", "--tls false"]).await;

    let folder = folder("plain");
    let shown = Authority::new(&folder, "ca").certify("localhost", false);
    let port = proxy::tls(server, shown, None).await;
    let options = ConnectOptions::default().address(format!("localhost:{port}"));
    let error = connect(options).await.expect_err("no TLS").to_string();
    assert!(error.contains("add `--tls`"), "{error}");
}

async fn a_file_that_is_missing_is_named() {
    let folder = folder("missing");
    let missing = folder.join("nowhere.pem");
    let flags = ["--tls-ca-path", &missing.to_string_lossy()];
    let said = say(&[&["list", "--address", "localhost:1"][..], &flags].concat()).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    for part in ["nowhere.pem", "tls_ca_path", "No such file"] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
    std::fs::write(&missing, "no certificate").expect("a file");
    let said = say(&[&["list", "--address", "localhost:1"][..], &flags].concat()).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(
        said.err.contains("no certificate in PEM form"),
        "{}",
        said.err
    );
}

async fn an_api_key_goes_with_every_call() {
    temporal().await;
    let port = proxy::guarded(address().await, "sesame").await;
    let options = |key: &str| {
        ConnectOptions::default()
            .address(format!("127.0.0.1:{port}"))
            .api_key(key)
            .tls(false)
    };
    runs(&connect(options("sesame")).await.expect("the key")).await;
    let error = connect(options("simsalabim"))
        .await
        .expect_err("another key");
    assert!(
        matches!(error, StartError::Engine(RunError::Denied { .. })),
        "{error}"
    );
    let text = error.to_string();
    for part in [
        "refuses this program",
        "Request unauthorized.",
        "TEMPORAL_API_KEY",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

async fn a_wrong_key_exits_3() {
    let port = proxy::guarded(address().await, "sesame").await;
    let server = format!("127.0.0.1:{port}");
    // The key by the name of its variable, in the file, with another variable above it.
    let folder = folder("key");
    std::fs::write(
        folder.join("flock.toml"),
        format!("[temporal]\naddress = '{server}'\napi_key_env = 'SHOP_KEY'\ntls = false"),
    )
    .expect("a file");
    let list = async |variables: &[(&str, &str)]| {
        let mut command = Process::command(&["list"]);
        let command = command.current_dir(&folder).envs(variables.iter().copied());
        Said::of(&command.output().await.expect("the program runs"))
    };
    let said = list(&[("SHOP_KEY", "sesame")]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let said = list(&[("SHOP_KEY", "sesame"), ("TEMPORAL_API_KEY", "wrong")]).await;
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(said.err.contains("refuses this program"), "{}", said.err);
    assert!(!said.err.contains("wrong"), "a key is told: {}", said.err);
    let said = list(&[]).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("SHOP_KEY is not set"), "{}", said.err);
}

async fn a_worker_serves_through_tls() {
    let folder = folder("served");
    let shown = Authority::new(&folder, "ca").certify("localhost", false);
    let port = proxy::tls(address().await, shown, None).await;
    let queue = unique(&format!("{}tls", crate::support::OWN));
    let ca = folder.join("ca.pem");
    let server = format!("localhost:{port}");
    let flags = [
        "--tls-ca-path",
        &ca.to_string_lossy(),
        "--task-queue",
        &queue,
    ];
    let _worker = Process::worker_with(&server, &flags);
    let runtime = temporal().await;
    let run = runtime.start::<Chain>("rust".to_owned()).task_queue(&queue);
    let run = run.await.expect("a start");
    assert_eq!(run.result().await.expect("a result").length, 11);
    // An engine of one's own is connected alike.
    let parts = builder().config(Config::default()).parts().expect("parts");
    let engine = TemporalEngine::connect(parts, trusting(&folder, port)).await;
    assert_eq!(engine.expect("trust").address(), server);
}
