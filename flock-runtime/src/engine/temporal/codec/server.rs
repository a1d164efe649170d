//! A codec server: what Temporal's Web UI and command line ask to encode and decode values for the eyes of people,
//! in Temporal's protocol of remote codecs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderName, HeaderValue},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use temporalio_common::protos::temporal::api::common::v1::{
    Payload as Proto, payload::ExternalPayloadDetails,
};
use tokio::net::TcpListener;

use super::Codec;
use crate::engine::http;

/// So many refusals are told: whoever asks could think of ever new origins.
const TOLD: usize = 100;
/// Larger requests are refused.
const MOST: usize = 64 << 20;
/// Where browsers may send what.
const METHODS: HeaderValue = HeaderValue::from_static("POST, OPTIONS");
/// The last is what the Web UI sends beside a user's access token: their id token.
const HEADERS: HeaderValue =
    HeaderValue::from_static("content-type, x-namespace, authorization, authorization-extras");
/// How long a browser may remember that.
const REMEMBERED: HeaderValue = HeaderValue::from_static("600");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Answers `/encode`, `/decode` and `/download`, each also beneath a namespace's name.
pub(crate) struct CodecServer {
    codec: Codec,
    /// Pages of these origins may ask.
    origins: Vec<String>,
    /// What who asks has to show (`Authorization: Bearer`).
    token: Option<String>,
    /// What has been told of refusals: the Web UI says of each of them only that it could not connect.
    told: Mutex<BTreeSet<String>>,
}

impl fmt::Debug for CodecServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodecServer")
            .field("origins", &self.origins)
            .finish_non_exhaustive()
    }
}

impl CodecServer {
    pub(crate) fn new(codec: Codec, origins: Vec<String>, token: Option<String>) -> Self {
        Self {
            codec,
            origins,
            token,
            told: Mutex::default(),
        }
    }

    /// Answers until it is dropped.
    pub(crate) async fn serve(self, listener: TcpListener) {
        let server = Arc::new(self);
        let answer = move |request| {
            let server = Arc::clone(&server);
            async move { server.answer(request).await }
        };
        http::serve(listener, answer).await;
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let origin = request.headers().get(header::ORIGIN).cloned();
        let known = origin.as_ref().filter(|origin| {
            let known = |known: &String| known.as_bytes() == origin.as_bytes();
            self.origins.iter().any(known)
        });
        let done = match (&origin, known) {
            (Some(origin), None) => {
                let origin = String::from_utf8_lossy(origin.as_bytes());
                Err(Refusal::new(
                    StatusCode::FORBIDDEN,
                    format!(
                        "pages of {origin} may not ask: if it is your Web UI, start with `--allow-origin {origin}`"
                    ),
                ))
            }
            _ => self.work(request).await,
        };
        let answer = done.unwrap_or_else(|refusal| {
            self.tell(&refusal);
            refusal.into()
        });
        with_cors(answer, known)
    }

    /// Says in the log why something was refused, once.
    fn tell(&self, refusal: &Refusal) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let message = &refusal.message;
        if told.len() < TOLD && told.insert(message.clone()) {
            tracing::warn!("refused with {}: {message}", refusal.status.as_u16());
        }
    }

    async fn work(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Refusal> {
        let work = Work::of(request.uri().path()).ok_or_else(|| {
            let known = "there are /encode, /decode and /download, each also beneath /{namespace}";
            Refusal::new(StatusCode::NOT_FOUND, known)
        })?;
        match *request.method() {
            Method::POST => {}
            Method::OPTIONS => return Ok(reply(StatusCode::NO_CONTENT, Bytes::new())),
            _ => {
                let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "it takes POST");
                return Err(refusal.with(header::ALLOW, METHODS));
            }
        }
        if !self.may_ask(request.headers()) {
            let refusal = Refusal::new(
                StatusCode::UNAUTHORIZED,
                "it takes the header `Authorization: Bearer` with the token that this server was started with",
            );
            let bearer = HeaderValue::from_static("Bearer");
            return Err(refusal.with(header::WWW_AUTHENTICATE, bearer));
        }
        let body = Limited::new(request.into_body(), MOST).collect().await;
        let body =
            body.map_err(|error| Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()))?;
        let asked: Payloads = serde_json::from_slice(&body.to_bytes())
            .map_err(|error| bad(format!("the body is to be {{\"payloads\": […]}}: {error}")))?;
        let mut done = Vec::with_capacity(asked.payloads.len());
        for payload in asked.payloads {
            let payload = payload.into_proto().map_err(bad)?;
            let payload = match work {
                Work::Encode => self.codec.encode_inline(payload),
                Work::Decode => self.codec.decode_inline(payload),
                Work::Download => self.codec.decode_one(payload).await,
            };
            let payload = payload.map_err(|fault| bad(fault.to_string()))?;
            done.push(Payload::of(payload));
        }
        let done = serde_json::to_vec(&Payloads { payloads: done });
        // Of texts alone.
        Ok(reply(StatusCode::OK, Bytes::from(done.unwrap_or_default())))
    }

    fn may_ask(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else {
            return true;
        };
        let shown = headers.get(header::AUTHORIZATION);
        let shown = shown.and_then(|shown| shown.as_bytes().strip_prefix(b"Bearer "));
        // Of equal length, so that the time it takes tells nothing.
        let digest = |text: &[u8]| ring::digest::digest(&ring::digest::SHA256, text);
        shown.is_some_and(|shown| digest(shown).as_ref() == digest(token.as_bytes()).as_ref())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Encode,
    Decode,
    Download,
}

impl Work {
    fn of(path: &str) -> Option<Self> {
        let mut parts = path.strip_prefix('/')?.rsplit('/');
        let work = match parts.next()? {
            "encode" => Self::Encode,
            "decode" => Self::Decode,
            "download" => Self::Download,
            _ => return None,
        };
        let is_namespace = parts.next().is_none_or(|namespace| !namespace.is_empty());
        (is_namespace && parts.next().is_none()).then_some(work)
    }
}

/// As protobuf's JSON has them.
#[derive(Serialize, Deserialize)]
struct Payloads {
    #[serde(default)]
    payloads: Vec<Payload>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    data: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    external_payloads: Vec<External>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct External {
    #[serde(default)]
    size_bytes: String,
}

impl Payload {
    fn into_proto(self) -> Result<Proto, String> {
        let bytes = |text: &str| {
            BASE64_STANDARD
                .decode(text)
                .map_err(|error| format!("it is no base64: {error}"))
        };
        let metadata = self.metadata.into_iter();
        let metadata = metadata.map(|(key, value)| Ok((key, bytes(&value)?)));
        let external = self.external_payloads.into_iter();
        Ok(Proto {
            metadata: metadata.collect::<Result<_, String>>()?,
            data: bytes(&self.data)?,
            external_payloads: external
                .map(|external| ExternalPayloadDetails {
                    size_bytes: external.size_bytes.parse().unwrap_or_default(),
                })
                .collect(),
        })
    }

    fn of(proto: Proto) -> Self {
        let metadata = proto.metadata.into_iter();
        let external = proto.external_payloads.into_iter();
        Self {
            metadata: metadata
                .map(|(key, value)| (key, BASE64_STANDARD.encode(value)))
                .collect(),
            data: BASE64_STANDARD.encode(proto.data),
            external_payloads: external
                .map(|external| External {
                    size_bytes: external.size_bytes.to_string(),
                })
                .collect(),
        }
    }
}

fn with_cors(
    mut answer: Response<Full<Bytes>>,
    origin: Option<&HeaderValue>,
) -> Response<Full<Bytes>> {
    let headers = answer.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = origin else {
        return answer;
    };
    let cors: [(HeaderName, HeaderValue); 5] = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone()),
        (
            header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        ),
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, REMEMBERED),
    ];
    headers.extend(cors);
    answer
}

/// Why a request gets no values.
struct Refusal {
    status: StatusCode,
    message: String,
    /// What this status brings beside.
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            header: None,
        }
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some((name, value));
        self
    }
}

fn bad(message: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, message)
}

impl From<Refusal> for Response<Full<Bytes>> {
    fn from(refusal: Refusal) -> Self {
        let message = json!({ "message": refusal.message });
        let mut answer = reply(refusal.status, Bytes::from(message.to_string()));
        answer.headers_mut().extend(refusal.header);
        answer
    }
}

fn reply(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_work_has_its_path_with_and_without_a_namespace() {
        assert_eq!(Work::of("/decode"), Some(Work::Decode));
        assert_eq!(Work::of("/shop/encode"), Some(Work::Encode));
        assert_eq!(Work::of("/download"), Some(Work::Download));
        for path in [
            "",
            "/",
            "decode",
            "//decode",
            "/a/b/decode",
            "/decode/",
            "/decodes",
        ] {
            assert_eq!(Work::of(path), None, "{path}");
        }
    }
}
