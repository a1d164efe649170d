//! Servers behind TLS and behind an API key: a real one, with a proxy in front of it.

use std::path::{Path, PathBuf};

use flock::{
    FlockHandle, RunError, Runtime, StartError,
    config::Config,
    engine::temporal::{ConnectOptions, TemporalEngine},
};
use libtest_mimic::Trial;

use crate::{
    flocks::flowing::Chain,
    support::{
        Log, Process, Said, address, builder, folder,
        proxy::{self, Authority, Key, Wire},
        say, say_in, temporal, test, unique,
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
        test(
            "secured::by_variables_of_other_names",
            by_variables_of_other_names,
        ),
        test(
            "secured::a_key_is_replaced_in_its_file",
            a_key_is_replaced_in_its_file,
        ),
        test(
            "secured::a_revoked_key_is_told_to_a_worker",
            a_revoked_key_is_told_to_a_worker,
        ),
        test(
            "secured::a_lost_server_is_waited_for_by_one_connection",
            a_lost_server_is_waited_for_by_one_connection,
        ),
    ]
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
    let list = async |variables: &[(&str, &str)]| say_in(&folder, &["list"], variables).await;
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
    serves(&queue).await;
    // An engine of one's own is connected alike.
    let parts = builder().config(Config::default()).parts().expect("parts");
    let engine = TemporalEngine::connect(parts, trusting(&folder, port)).await;
    assert_eq!(engine.expect("trust").address(), server);
}

/// As other programs call them; by two names that disagree, nothing is done.
async fn by_variables_of_other_names() {
    temporal().await;
    let folder = folder("aliases");
    let authority = Authority::new(&folder, "ca");
    let shown = authority.certify("localhost", false);
    let port = proxy::tls(address().await, shown, Some(&authority)).await;
    let own = authority.certify("worker", false);
    let (host, ca) = (format!("localhost:{port}"), folder.join("ca.pem"));
    let variables = [
        ("TEMPORAL_HOST", host.as_str().into()),
        ("TEMPORAL_SERVER_CA", ca.as_os_str().to_owned()),
        (
            "TEMPORAL_CLIENT_CERT",
            own.certificate.as_os_str().to_owned(),
        ),
        ("TEMPORAL_CLIENT_KEY", own.key.as_os_str().to_owned()),
    ];
    let say = async |args: &[&str], others: &[(&str, &str)]| {
        let mut command = Process::command(args);
        let command = command.current_dir(&folder).envs(variables.iter().cloned());
        let command = command.envs(others.iter().copied());
        Said::of(&command.output().await.expect("the program runs"))
    };
    let said = say(&["list"], &[]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let said = say(&["config", "--json"], &[]).await;
    let settings = &said.json()["temporal"];
    for (setting, variable) in [
        ("address", "TEMPORAL_HOST"),
        ("tls_ca_path", "TEMPORAL_SERVER_CA"),
        ("tls_cert_path", "TEMPORAL_CLIENT_CERT"),
        ("tls_key_path", "TEMPORAL_CLIENT_KEY"),
    ] {
        assert_eq!(settings[setting]["from"], variable, "{settings}");
    }
    let said = say(&["list"], &[("TEMPORAL_ADDRESS", "elsewhere:1")]).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    for part in [
        "TEMPORAL_HOST",
        "TEMPORAL_ADDRESS",
        "elsewhere:1",
        "unset one",
    ] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
    // One without the other is told before anybody is asked.
    let said = say(&["list"], &[("TEMPORAL_CLIENT_KEY", "")]).await;
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("goes with its key"), "{}", said.err);
}

/// A run of this queue, started by somebody else.
async fn begun(queue: &str) -> FlockHandle<Chain> {
    let run = temporal().await.start::<Chain>("rust".to_owned());
    run.task_queue(queue).await.expect("a start")
}

/// It is done.
async fn is_done(run: FlockHandle<Chain>) {
    assert_eq!(run.result().await.expect("a result").length, 11);
}

async fn serves(queue: &str) {
    is_done(begun(queue).await).await;
}

/// A worker behind TLS and a key that is in a file, and what is before its server.
struct Kept {
    folder: PathBuf,
    queue: String,
    key: Key,
    worker: Process,
    log: Log,
}

impl Kept {
    async fn worker(name: &str) -> Self {
        temporal().await;
        let folder = folder(name);
        let key = Key::new("sesame-1");
        let guarded = proxy::guarded_by(address().await, &key).await;
        let shown = Authority::new(&folder, "ca").certify("localhost", false);
        let port = proxy::tls(format!("127.0.0.1:{guarded}"), shown, None).await;
        std::fs::write(folder.join("key"), "sesame-1\n").expect("a file");
        let file = format!(
            "[temporal]\naddress = 'localhost:{port}'\ntls_ca_path = 'ca.pem'\napi_key_file = 'key'"
        );
        std::fs::write(folder.join("flock.toml"), file).expect("a file");
        let queue = unique(&format!("{}{name}", crate::support::OWN));
        let mut command = Process::command(&["worker", "--task-queue", &queue]);
        let (worker, log) = Process::heard(command.current_dir(&folder));
        let kept = Self {
            folder,
            queue,
            key,
            worker,
            log,
        };
        kept.serves().await;
        kept
    }

    async fn serves(&self) {
        serves(&self.queue).await;
    }

    fn write(&self, key: &str) {
        std::fs::write(self.folder.join("key"), key).expect("a file");
    }
}

/// Its next calls have the key that is there now.
async fn a_key_is_replaced_in_its_file() {
    let mut kept = Kept::worker("rotated").await;
    kept.write("sesame-2");
    kept.log.says("has changed").await;
    kept.key.replace("sesame-2");
    kept.serves().await;
    // A file that is empty for a moment takes nothing away.
    kept.write("");
    kept.log.says("is empty").await;
    kept.serves().await;
    assert!(kept.worker.is_alive());
    let told = kept.log.lines("sesame");
    assert!(told.is_empty(), "a key is told: {told:?}");
}

/// One that is refused says so once, with what to do, and goes on with another key.
async fn a_revoked_key_is_told_to_a_worker() {
    let mut kept = Kept::worker("revoked").await;
    kept.key.replace("sesame-2");
    kept.log.says("refuses the API key of this worker").await;
    let said = say_in(&kept.folder, &["list"], &[]).await;
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(said.err.contains("check its API key"), "{}", said.err);
    kept.write("sesame-2");
    kept.log.says("is back after").await;
    kept.serves().await;
    assert!(kept.worker.is_alive());
    let told = kept.log.lines("refuses the API key");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("put another into"), "{told:?}");
}

/// However many queues it serves; and what is lost is told once, as is its return.
async fn a_lost_server_is_waited_for_by_one_connection() {
    temporal().await;
    let wire = Wire::to(address().await).await;
    let queues =
        ["one", "two", "three"].map(|name| unique(&format!("{}{name}", crate::support::OWN)));
    let server = format!("localhost:{}", wire.port);
    let mut args = vec!["worker", "--address", &server];
    args.extend(queues.iter().flat_map(|queue| ["--task-queue", queue]));
    let (mut worker, log) = Process::heard(&mut Process::command(&args));
    let serve_all = async || {
        for queue in &queues {
            serves(queue).await;
        }
    };
    serve_all().await;
    assert_eq!(wire.taken(), 1);

    wire.cut();
    log.says("is lost").await;
    // What is asked of it meanwhile waits for it.
    let waiting = begun(&queues[0]).await;
    wire.mend();
    log.says("is back after").await;
    is_done(waiting).await;
    serve_all().await;
    assert!(worker.is_alive());
    assert_eq!(wire.taken(), 2);
    let mut warnings = [log.lines("WARN"), log.lines("ERROR")].concat();
    // The SDK's own tells of a result that the server had, and that was sent again since its answer was lost.
    let sent_twice = [
        "Activity not found on completion",
        "Task not found when completing",
    ];
    warnings.retain(|line| !sent_twice.iter().any(|known| line.contains(known)));
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert_eq!(log.lines("is back after").len(), 1);
}
