use std::net::TcpStream;

use super::*;

#[tokio::test]
async fn a_server_answers_until_it_is_stopped() {
    let options = DevServerOptions {
        ui_port: Some(0),
        ..DevServerOptions::default()
    };
    let server = DevServer::start(options).await.unwrap();
    let address = server.address().to_owned();
    let ui = server
        .ui()
        .unwrap()
        .trim_start_matches("http://")
        .to_owned();
    assert!(TcpStream::connect(&address).is_ok());
    assert!(TcpStream::connect(&ui).is_ok());

    let port = address.rsplit(':').next().unwrap().parse().unwrap();
    let taken = DevServerOptions {
        port,
        ..DevServerOptions::default()
    };
    let refused = DevServer::start(taken).await.unwrap_err();
    assert!(
        matches!(refused, DevServerError::PortTaken { .. }),
        "{refused}"
    );

    server.stop().await.unwrap();
    assert!(TcpStream::connect(&address).is_err());
}

/// A pipe of 64 KiB that nobody reads would stop it in the middle of its complaints.
#[cfg(unix)]
#[tokio::test]
async fn a_server_may_complain_for_as_long_as_it_likes() {
    use std::os::unix::fs::PermissionsExt;

    let folder = std::env::temp_dir().join(format!("flock-loud-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (cli, done) = (folder.join("temporal"), folder.join("done"));
    let script = format!(
        "#!/bin/sh\necho 'Temporal Server: here'\nhead -c 200000 /dev/zero | tr '\\0' x >&2\ntouch {}\nexec sleep 60\n",
        done.display()
    );
    std::fs::write(&cli, script).unwrap();
    std::fs::set_permissions(&cli, std::fs::Permissions::from_mode(0o755)).unwrap();
    let options = DevServerOptions {
        cli: Some(cli),
        ..DevServerOptions::default()
    };
    let server = DevServer::start(options).await.unwrap();
    let began = Instant::now();
    while !done.is_file() {
        assert!(began.elapsed() < START, "it is stuck");
        sleep(LOOK).await;
    }
    server.stop().await.unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_server_that_does_not_start_says_why() {
    let options = DevServerOptions {
        search_attributes: vec![("mood".into(), "Colour".into())],
        ..DevServerOptions::default()
    };
    let error = DevServer::start(options).await.unwrap_err().to_string();
    assert!(
        error.contains("Colour") || error.contains("mood"),
        "{error}"
    );
}

#[tokio::test]
async fn a_cli_that_is_not_there_is_named() {
    let options = DevServerOptions {
        cli: Some("/no/such/temporal".into()),
        ..DevServerOptions::default()
    };
    let error = DevServer::start(options).await.unwrap_err().to_string();
    assert!(error.contains("cannot start /no/such/temporal"), "{error}");
}
