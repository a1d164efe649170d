//! Streamable HTTP at `/mcp`.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header::AUTHORIZATION};
use http_body_util::{Empty, combinators::BoxBody};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rmcp::transport::{
    StreamableHttpServerConfig, StreamableHttpService,
    streamable_http_server::session::local::LocalSessionManager,
};
use tokio::net::TcpListener;

use super::{service::Service, told};
use crate::cli::exit::{Exit, Fault};

type Door = StreamableHttpService<Service, LocalSessionManager>;

pub(super) async fn serve(
    address: SocketAddr,
    token: Option<String>,
    service: Service,
) -> Result<Exit, Fault> {
    let cannot = |error| Fault::usage(format!("`--http {address}`: {error}"));
    let listener = TcpListener::bind(address).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let mut config = StreamableHttpServerConfig::default();
    if token.is_some() {
        // Whoever has the token may call the server by whatever name it has.
        config = config.disable_allowed_hosts();
    }
    let door = Door::new(move || Ok(service.clone()), Arc::default(), config);
    let expected: Option<Arc<str>> = token.map(|token| format!("Bearer {token}").into());
    told(address);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many files at the moment, or a client that has gone already.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (door, expected) = (door.clone(), expected.clone());
        tokio::spawn(async move {
            let answer = service_fn(move |request: Request<Incoming>| {
                let (door, expected) = (door.clone(), expected.clone());
                async move {
                    Ok::<_, Infallible>(match refused(&request, expected.as_deref()) {
                        Some(status) => plain(status),
                        None => door.handle(request).await,
                    })
                }
            });
            let mut server = http1::Builder::new();
            server.timer(TokioTimer::new());
            // A client that breaks off has nobody to be told.
            let _ = server.serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

fn refused(request: &Request<Incoming>, expected: Option<&str>) -> Option<StatusCode> {
    if request.uri().path().trim_end_matches('/') != "/mcp" {
        return Some(StatusCode::NOT_FOUND);
    }
    let given = request.headers().get(AUTHORIZATION);
    let fits =
        |expected: &str| given.is_some_and(|given| same(given.as_bytes(), expected.as_bytes()));
    expected
        .is_some_and(|expected| !fits(expected))
        .then_some(StatusCode::UNAUTHORIZED)
}

/// Takes as long whatever the first difference is.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |apart, (a, b)| apart | (a ^ b)) == 0
}

fn plain(status: StatusCode) -> Response<BoxBody<Bytes, Infallible>> {
    let mut response = Response::new(BoxBody::new(Empty::new()));
    *response.status_mut() = status;
    response
}
