//! Servers that keep to no protocol: they stall, and hang up.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What a server does once it has said what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Stalls,
    HangsUp,
}

/// The address of a server that reads each question, and then says `said` and no more.
pub(super) async fn says(said: String, then: Then) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut stalled = Vec::new();
        while let Ok((mut connection, _)) = listener.accept().await {
            question(&mut connection).await;
            let _ = connection.write_all(said.as_bytes()).await;
            match then {
                Then::Stalls => stalled.push(connection),
                Then::HangsUp => drop(connection.shutdown().await),
            }
        }
    });
    uri
}

/// Reads a question to its end.
async fn question(connection: &mut TcpStream) {
    let (mut read, mut piece) = (Vec::new(), [0; 4096]);
    while let Ok(1..) = connection.read(&mut piece).await.inspect(|length| {
        read.extend_from_slice(&piece[..*length]);
    }) {
        let text = String::from_utf8_lossy(&read).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.split("content-length: ").nth(1);
        let length = length.and_then(|rest| rest.lines().next()?.trim().parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break;
        }
    }
}

/// The beginning of an answer of this length, or of a stream.
pub(super) fn begun(kind: &str, length: Option<usize>, body: &str) -> String {
    let length = length.map_or(String::new(), |length| {
        format!("content-length: {length}\r\n")
    });
    format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n{length}\r\n{body}")
}
