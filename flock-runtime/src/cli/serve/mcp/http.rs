//! Streamable HTTP at `/mcp`.

use std::{convert::Infallible, sync::Arc};

use bytes::Bytes;
use http::{Request, Response, StatusCode, header::AUTHORIZATION};
use http_body_util::{Empty, combinators::BoxBody};
use hyper::body::Incoming;
use rmcp::transport::{
    StreamableHttpServerConfig, StreamableHttpService,
    streamable_http_server::session::local::LocalSessionManager,
};

use super::{ByHttp, service::Service, told};
use crate::{
    cli::exit::{Exit, Fault},
    engine,
};

type Door = StreamableHttpService<Service, LocalSessionManager>;

pub(super) async fn serve(by_http: ByHttp, service: Service) -> Result<Exit, Fault> {
    let ByHttp { address, token } = by_http;
    let listener = engine::http::bind(address, "").await;
    let listener = listener.map_err(|error| Fault::usage(error.to_string()))?;
    let mut config = StreamableHttpServerConfig::default();
    if token.is_some() {
        // Whoever has the token may call the server by whatever name it has.
        config = config.disable_allowed_hosts();
    }
    let door = Door::new(move || Ok(service.clone()), Arc::default(), config);
    let expected: Option<Arc<str>> = token.map(|token| format!("Bearer {token}").into());
    told(listener.local_addr().unwrap_or(address));
    let answer = move |request| {
        let (door, expected) = (door.clone(), expected.clone());
        async move {
            match refused(&request, expected.as_deref()) {
                Some(status) => plain(status),
                None => door.handle(request).await,
            }
        }
    };
    engine::http::serve(listener, answer).await;
    Ok(Exit::Done)
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
