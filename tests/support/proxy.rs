//! Proxies before a server: one that speaks TLS, one that looks at who asks, one that is slow, and one that can be
//! cut.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use h2::{RecvStream, SendStream};
use http::{HeaderValue, Request, Response};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer},
        server::WebPkiClientVerifier,
    },
};

/// An authority that certifies what tests want, and the folder with what it wrote.
pub(crate) struct Authority {
    folder: PathBuf,
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key: as files, and as a server takes them.
pub(crate) struct Certified {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    chain: Vec<CertificateDer<'static>>,
    secret: PrivateKeyDer<'static>,
}

impl Authority {
    /// One that nobody knows yet. Its certificate is `NAME.pem`.
    pub(crate) fn new(folder: &Path, name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        let file = folder.join(format!("{name}.pem"));
        std::fs::write(file, certificate.pem()).expect("a file");
        Self {
            folder: folder.to_owned(),
            certificate: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    /// A certificate for `host`, or one that has expired.
    pub(crate) fn certify(&self, host: &str, expired: bool) -> Certified {
        let mut params = CertificateParams::new([host.to_owned()]).expect("a name");
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(if expired { 2021 } else { 4000 }, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let name = if expired { "expired" } else { host };
        let file = |what: &str| self.folder.join(format!("{name}.{what}.pem"));
        std::fs::write(file("crt"), certificate.pem()).expect("a file");
        std::fs::write(file("key"), key.serialize_pem()).expect("a file");
        Certified {
            certificate: file("crt"),
            key: file("key"),
            chain: vec![certificate.der().clone()],
            secret: PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
        }
    }
}

/// Listens with TLS and passes everything on to `server`. With `clients` it asks for a certificate of
/// that authority. Gives its port.
pub(crate) async fn tls(server: String, shown: Certified, clients: Option<&Authority>) -> u16 {
    let provider = Arc::new(ring::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("versions");
    let config = match clients {
        None => config.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.certificate.clone()).expect("a root");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            config.with_client_cert_verifier(verifier.build().expect("a verifier"))
        }
    };
    let mut config = config
        .with_single_cert(shown.chain, shown.secret)
        .expect("a certificate");
    config.alpn_protocols.push(b"h2".to_vec());
    let acceptor = TlsAcceptor::from(Arc::new(config));
    listen(move |stream| {
        let (acceptor, server) = (acceptor.clone(), server.clone());
        async move {
            // A client that goes away, for want of trust or at the end, is no fault of the proxy.
            if let (Ok(mut inner), Ok(mut outer)) = (
                acceptor.accept(stream).await,
                TcpStream::connect(server).await,
            ) {
                let _ = copy_bidirectional(&mut inner, &mut outer).await;
            }
        }
    })
    .await
}

/// Code and message of a refusal in place of the server's answer.
pub(crate) type Refusal = (&'static str, &'static str);

/// Passes on to `server` what comes with `authorization: Bearer KEY`, and refuses the rest as Temporal
/// does. Gives its port.
pub(crate) async fn guarded(server: String, key: &str) -> u16 {
    guarded_by(server, &Key::new(key)).await
}

/// The same with a key that may be replaced by another.
pub(crate) async fn guarded_by(server: String, key: &Key) -> u16 {
    let key = key.clone();
    judged(server, move |request| {
        let wanted = HeaderValue::from_str(&format!("Bearer {}", key.get())).expect("a header");
        let refusal = ("16", "Request unauthorized.");
        (request.headers().get("authorization") != Some(&wanted)).then_some(refusal)
    })
    .await
}

/// The key that is right at the moment.
#[derive(Clone)]
pub(crate) struct Key(Arc<Mutex<String>>);

impl Key {
    pub(crate) fn new(key: &str) -> Self {
        Self(Arc::new(Mutex::new(key.to_owned())))
    }

    fn get(&self) -> String {
        self.0.lock().expect("nobody panics").clone()
    }

    pub(crate) fn replace(&self, key: &str) {
        key.clone_into(&mut self.0.lock().expect("nobody panics"));
    }
}

/// A wire to a server, which can be cut.
pub(crate) struct Wire {
    pub(crate) port: u16,
    taken: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
    whole: watch::Sender<bool>,
}

impl Wire {
    pub(crate) async fn to(server: String) -> Self {
        let taken = Arc::new(AtomicUsize::new(0));
        let (whole, watched) = watch::channel(true);
        let refused = Arc::new(AtomicUsize::new(0));
        let counts = (Arc::clone(&taken), Arc::clone(&refused));
        let port = listen(move |mut inner| {
            let (server, counts, mut watched) = (server.clone(), counts.clone(), watched.clone());
            async move {
                if !*watched.borrow() {
                    counts.1.fetch_add(1, Ordering::SeqCst);
                    return;
                }
                counts.0.fetch_add(1, Ordering::SeqCst);
                let mut outer = TcpStream::connect(server).await.expect("the server");
                tokio::select! {
                    _ = copy_bidirectional(&mut inner, &mut outer) => {}
                    _ = watched.wait_for(|whole| !whole) => {}
                }
            }
        })
        .await;
        Self {
            port,
            taken,
            refused,
            whole,
        }
    }

    /// How many connections it has taken.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }

    /// How many it has not taken, as it was cut.
    pub(crate) fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }

    /// Ends all connections, and takes no other.
    pub(crate) fn cut(&self) {
        self.whole.send_replace(false);
    }

    pub(crate) fn mend(&self) {
        self.whole.send_replace(true);
    }
}

/// Passes on to `server` all but the calls of `method`, which take too long for as long as `slow` says.
/// Gives its port.
pub(crate) async fn slow(server: String, method: &'static str, slow: Arc<AtomicBool>) -> u16 {
    judged(server, move |request| {
        let is_it = request.uri().path().ends_with(method) && slow.load(Ordering::SeqCst);
        is_it.then_some(("4", "context deadline exceeded"))
    })
    .await
}

/// Passes on to `server` all but the first call of `method`, which it refuses. Gives its port.
pub(crate) async fn refusing_once(server: String, method: &'static str, refusal: Refusal) -> u16 {
    let is_first = Arc::new(AtomicBool::new(true));
    judged(server, move |request| {
        let is_it = request.uri().path().ends_with(method);
        let is_refused = is_it && is_first.swap(false, Ordering::SeqCst);
        is_refused.then_some(refusal)
    })
    .await
}

async fn judged(
    server: String,
    judge: impl Fn(&Request<RecvStream>) -> Option<Refusal> + Clone + Send + Sync + 'static,
) -> u16 {
    listen(move |stream| {
        let (server, judge) = (server.clone(), judge.clone());
        async move {
            // As above: who goes away may.
            let _ = guard(stream, &server, judge).await;
        }
    })
    .await
}

async fn guard(
    stream: TcpStream,
    server: &str,
    judge: impl Fn(&Request<RecvStream>) -> Option<Refusal>,
) -> Result<(), h2::Error> {
    let mut incoming = h2::server::handshake(stream).await?;
    let outer = TcpStream::connect(server).await.expect("the server");
    let (outgoing, connection) = h2::client::handshake(outer).await?;
    tokio::spawn(connection);
    while let Some(next) = incoming.accept().await {
        let (request, mut respond) = next?;
        if let Some((code, message)) = judge(&request) {
            let refusal = Response::builder()
                .header("content-type", "application/grpc")
                .header("grpc-status", code)
                .header("grpc-message", message);
            respond.send_response(refusal.body(()).expect("a response"), true)?;
            continue;
        }
        let mut outgoing = outgoing.clone().ready().await?;
        let (head, body) = request.into_parts();
        let (response, there) = outgoing.send_request(Request::from_parts(head, ()), false)?;
        tokio::spawn(pour(body, there));
        tokio::spawn(async move {
            let (head, body) = response.await?.into_parts();
            let ends = body.is_end_stream();
            let back = respond.send_response(Response::from_parts(head, ()), ends)?;
            match ends {
                true => Ok(()),
                false => pour(body, back).await,
            }
        });
    }
    Ok(())
}

/// Everything of one side to the other, trailers included.
async fn pour(mut from: RecvStream, mut to: SendStream<Bytes>) -> Result<(), h2::Error> {
    while let Some(data) = from.data().await {
        let data = data?;
        from.flow_control().release_capacity(data.len())?;
        to.send_data(data, false)?;
    }
    match from.trailers().await? {
        Some(trailers) => to.send_trailers(trailers),
        None => to.send_data(Bytes::new(), true),
    }
}

/// Serves what comes to a free port, for as long as the test's runtime lives.
async fn listen<T>(serve: impl Fn(TcpStream) -> T + Send + 'static) -> u16
where
    T: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its number").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    port
}
