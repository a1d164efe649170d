//! Servers and workers that are not there.

use flock::{RunError, Runtime, StartError, engine::temporal::ConnectOptions};
use libtest_mimic::Trial;

use crate::support::{builder, temporal, test};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        test("server::unreachable", unreachable),
        test("server::bad_address", bad_address),
        test("server::no_such_run", no_such_run),
    ]
}

async fn connect(address: &str) -> Result<Runtime, StartError> {
    let options = ConnectOptions {
        address: Some(address.to_owned()),
        ..ConnectOptions::default()
    };
    builder().connect(options).await
}

async fn unreachable() {
    // A port that was free a moment ago, and that nobody listens on.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("its number").port()
    };
    let error = connect(&format!("127.0.0.1:{port}"))
        .await
        .expect_err("nobody listens");
    let text = error.to_string();
    assert!(
        matches!(error, StartError::Engine(RunError::Unreachable { .. })),
        "{text}"
    );
    assert!(
        text.contains(&port.to_string()) && text.contains("`dev`"),
        "{text}"
    );
}

async fn bad_address() {
    let error = connect("not an address")
        .await
        .expect_err("it is no address");
    assert!(matches!(error, StartError::Setting { .. }), "{error}");
    assert!(error.to_string().contains("not an address"), "{error}");
}

async fn no_such_run() {
    let runtime = temporal().await;
    let run = flock::engine::RunId::latest("no-such-run");
    let error = runtime
        .engine()
        .describe(&run)
        .await
        .expect_err("there is none");
    assert!(matches!(error, RunError::NotFound(_)), "{error}");
    let error = runtime
        .engine()
        .result(&run)
        .await
        .expect_err("there is none");
    assert!(matches!(error, RunError::NotFound(_)), "{error}");
}
