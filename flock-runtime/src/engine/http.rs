//! The door of what this program serves by HTTP: `/metrics` and probes, codecs, MCP.

use std::{convert::Infallible, error::Error, net::SocketAddr, time::Duration};

use hyper::{
    Request, Response,
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpListener, task::JoinSet};

use crate::error::RunError;

/// Takes the address, before anything is served there; `what` is, in words, or is empty.
pub(crate) async fn bind(address: SocketAddr, what: &str) -> Result<TcpListener, RunError> {
    TcpListener::bind(address).await.map_err(|error| {
        RunError::Engine(format!(
            "cannot listen at {address}{what}: {error}; take another port, or 0 for a free one"
        ))
    })
}

/// Has each request answered, until it is dropped: connections that are open then end with it, and let go of what
/// answers.
pub(crate) async fn serve<A, F, B>(listener: TcpListener, answer: A)
where
    A: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = open.join_next() => continue,
        };
        let Ok((stream, _)) = accepted else {
            // Too many files at the moment, or a client that has gone already.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let answer = answer.clone();
        open.spawn(async move {
            let answer = service_fn(move |request| {
                let answer = answer(request);
                async move { Ok::<_, Infallible>(answer.await) }
            });
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new());
            // A client that breaks off has nobody to be told.
            let _ = http.serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
    };

    use super::*;

    #[tokio::test]
    async fn open_connections_end_with_it() {
        let listener = bind(([127, 0, 0, 1], 0).into(), "").await.unwrap();
        let address = listener.local_addr().unwrap();
        let held = Arc::new(());
        let watched = Arc::downgrade(&held);
        let serving = tokio::spawn(serve(listener, move |_| {
            let held = Arc::clone(&held);
            async move {
                drop(held);
                Response::new("gull".to_owned())
            }
        }));
        let mut client = TcpStream::connect(address).await.unwrap();
        client
            .write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n")
            .await
            .unwrap();
        let mut said = Vec::new();
        while !said.ends_with(b"gull") {
            assert_ne!(client.read_buf(&mut said).await.unwrap(), 0, "it is kept");
        }
        serving.abort();
        assert!(serving.await.unwrap_err().is_cancelled());
        // Its other side is gone as well.
        let ended = tokio::time::timeout(Duration::from_secs(20), client.read_u8());
        assert!(ended.await.expect("it is open").is_err());
        assert!(watched.upgrade().is_none(), "nobody holds what answered");
    }
}
