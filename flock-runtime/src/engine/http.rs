//! The door of what this program serves by HTTP: `/metrics` and probes, codecs, MCP.

use std::{convert::Infallible, error::Error, net::SocketAddr, time::Duration};

use hyper::{
    Request, Response,
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use crate::error::RunError;

/// Takes the address, before anything is served there; `what` is, in words, or is empty.
pub(crate) async fn bind(address: SocketAddr, what: &str) -> Result<TcpListener, RunError> {
    TcpListener::bind(address).await.map_err(|error| {
        RunError::Engine(format!(
            "cannot listen at {address}{what}: {error}; take another port, or 0 for a free one"
        ))
    })
}

/// Has each request answered, until it is dropped.
pub(crate) async fn serve<A, F, B>(listener: TcpListener, answer: A)
where
    A: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many files at the moment, or a client that has gone already.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let answer = answer.clone();
        tokio::spawn(async move {
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
