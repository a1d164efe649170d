//! How values are written for the server, and read again: compressed, encrypted, and kept elsewhere where they
//! are large, in this order. Only search attributes go as they are, which the server has to read.
//!
//! The SDK asks for this on all that it sends and is given. What is read by hand, histories and schedules, is
//! opened by [`opened`]. Items of streams are part of a signal's or an answer's value, and encrypted with that.

mod fault;
mod hidden;
mod keys;
mod seal;
#[cfg(feature = "cli")]
mod server;
mod squeeze;
mod store;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use prost::Message as _;
use temporalio_client::{Client, NamespacedClient};
use temporalio_common::{
    data_converters::{PayloadCodec, PayloadConversionError, SerializationContextData},
    payload_visitor::{PayloadVisitable, decode_payloads, encode_payloads},
    protos::temporal::api::common::v1::Payload as Proto,
};

pub(crate) use self::fault::Fault;
pub(super) use self::hidden::{HIDDEN, hide, shown};
pub use self::keys::EncryptionKeys;
#[cfg(feature = "cli")]
pub(crate) use self::server::CodecServer;
pub(crate) use self::store::Store;
#[cfg(feature = "cli")]
pub(crate) use self::store::{Named, Object, YOUNGEST};
use self::{
    keys::Keyring,
    seal::{ENCRYPTED, Nonces},
    store::{MARKER, Reference},
};
use crate::{
    config::{CodecSection, Compression, Config},
    error::{RunError, StartError},
};

const ENCODING: &str = "encoding";
/// In the metadata of what goes as it is: it says nothing of a run, and others read it.
pub(super) const OPEN: &str = "flock-open";
/// One encoding within the other: more is nobody's.
const DEEPEST: usize = 8;
/// So long a store that takes nothing is tried again, for what an agent has done.
const PATIENCE: Duration = Duration::from_secs(30);

/// How values travel. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Codec {
    parts: Arc<Parts>,
    unread: Unread,
}

/// What becomes of a value that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unread {
    /// By a client: an error of the client's, where it is used.
    InPlace,
    /// By an attempt: the same, which gives the call back, or ends it where nobody could read it.
    OfAttempt,
    /// By a run: the workflow task fails; where nobody could read it, an error of the run's, where it is used.
    OfRun,
    /// By who wants the whole: an error of that. What nobody could read stays as it is.
    OfWhole,
    /// It stays as it is.
    Kept,
}

impl Unread {
    /// Whether all that it is part of fails, where another could read it.
    fn fails(self) -> bool {
        !matches!(self, Self::InPlace | Self::OfAttempt | Self::Kept)
    }

    fn stays(self) -> bool {
        !matches!(self, Self::InPlace | Self::OfAttempt | Self::OfRun)
    }
}

#[derive(Debug)]
struct Parts {
    keys: Option<Keyring>,
    compress: Option<Compression>,
    compress_above: usize,
    /// Where what is large is kept.
    store: Option<Store>,
}

impl Codec {
    /// As the program was given, and as `config` says, for runs of `namespace`: clients read what can be read.
    pub(crate) fn of(
        given: Option<EncryptionKeys>,
        config: &Config,
        namespace: &str,
    ) -> Result<Self, StartError> {
        let section = &config.codec;
        let above = section
            .compress_above
            .unwrap_or(CodecSection::COMPRESS_ABOVE);
        let parts = Parts {
            keys: Keyring::of(given, section)?,
            compress: section.compress,
            compress_above: usize::try_from(above.as_bytes()).unwrap_or(usize::MAX),
            store: Store::of(config, namespace)?,
        };
        Ok(Self {
            parts: Arc::new(parts),
            unread: Unread::InPlace,
        })
    }

    /// For a worker: what another may read fails the workflow task, and it may take it. What was damaged, nobody
    /// reads: the run, or whoever wants it there, has an error.
    pub(super) fn of_worker(&self) -> Self {
        self.with(Unread::OfRun)
    }

    fn with(&self, unread: Unread) -> Self {
        Self {
            unread,
            ..self.clone()
        }
    }

    /// Whether the server is to see no text of a failure.
    pub(super) fn encrypts(&self) -> bool {
        self.parts.keys.is_some()
    }

    /// Without a key: opens what is compressed alone.
    pub(crate) fn plain() -> Self {
        let parts = Parts {
            keys: None,
            compress: None,
            compress_above: usize::MAX,
            store: None,
        };
        Self {
            parts: Arc::new(parts),
            unread: Unread::InPlace,
        }
    }

    /// For a program that writes nothing.
    pub(crate) fn reader(config: &Config) -> Result<Self, StartError> {
        Self::of(None, config, "")
    }

    /// A payload as the server is to have it. A store that does not take it is asked again for as long as `patience`.
    pub(crate) async fn encode_one(
        &self,
        proto: Proto,
        patience: Duration,
    ) -> Result<Proto, Fault> {
        let is_open = proto.metadata.contains_key(OPEN);
        let proto = self.encode_inline(proto)?;
        match &self.parts.store {
            Some(store) if !is_open && store.takes(proto.encoded_len()) => {
                store.put(proto, patience).await
            }
            _ => Ok(proto),
        }
    }

    /// A payload as it was before. What is encoded in a way that is not ours stays as it is.
    pub(crate) async fn decode_one(&self, proto: Proto) -> Result<Proto, Fault> {
        self.decode_inline(self.fetched(proto).await?)
    }

    /// Where large values are kept.
    #[cfg(feature = "cli")]
    pub(crate) fn store(&self) -> Option<&Store> {
        self.parts.store.as_ref()
    }

    /// The reference that stands in place of a value, where one does. It may be encoded itself.
    fn reference(&self, proto: &Proto) -> Result<Option<Reference>, Fault> {
        if proto.metadata.get(MARKER).is_none_or(|is| is != b"true") {
            return Reference::of(proto).transpose();
        }
        let mut encoded = proto.clone();
        encoded.metadata.remove(MARKER);
        encoded.external_payloads.clear();
        let reference = Reference::of(&self.decode_inline(encoded)?).transpose()?;
        reference.map(Some).ok_or_else(|| {
            Fault::damaged(
                "it is an encoded reference to a value, in an encoding that no flock writes",
            )
        })
    }

    /// A payload as it was before it was put elsewhere.
    async fn fetched(&self, proto: Proto) -> Result<Proto, Fault> {
        let Some(reference) = self.reference(&proto)? else {
            return Ok(proto);
        };
        match &self.parts.store {
            Some(store) => store.get(&reference).await,
            None => Err(Fault::new(format!(
                "it is kept outside of the server, at {reference}, and this program knows no store: name it in flock.toml by `store` of [payloads]"
            ))),
        }
    }

    /// Compresses and encrypts.
    pub(crate) fn encode_inline(&self, mut proto: Proto) -> Result<Proto, Fault> {
        if proto.metadata.remove(OPEN).is_some() {
            return Ok(proto);
        }
        let parts = &self.parts;
        if let Some(how) = parts.compress
            && proto.encoded_len() > parts.compress_above
        {
            proto = squeeze::squeeze(proto, how);
        }
        if let Some(key) = parts.keys.as_ref().and_then(Keyring::newest) {
            let store = parts.store.as_ref();
            let is_kept = store.is_some_and(|store| store.takes(proto.encoded_len()));
            let nonces = if is_kept {
                Nonces::OfTheValue
            } else {
                Nonces::Random
            };
            proto = seal::seal(proto, &key, nonces)?;
        }
        Ok(proto)
    }

    /// Decrypts and unpacks.
    pub(crate) fn decode_inline(&self, mut proto: Proto) -> Result<Proto, Fault> {
        for _ in 0..DEEPEST {
            let Some(encoding) = proto.metadata.get(ENCODING) else {
                return Ok(proto);
            };
            proto = if encoding == ENCRYPTED.as_bytes() {
                seal::open(&proto, self.parts.keys.as_ref())?
            } else if let Some(unpacked) = squeeze::unpack(&proto, encoding) {
                unpacked?
            } else {
                return Ok(proto);
            };
        }
        Err(Fault::damaged("it is encoded over and over"))
    }

    async fn decoded(&self, proto: Proto, unread: Unread) -> Result<Proto, Fault> {
        let kept = unread.stays().then(|| proto.clone());
        let fault = match self.decode_one(proto).await {
            Ok(proto) => return Ok(proto),
            Err(fault) => fault,
        };
        if unread.fails() {
            fault.tell();
            if !fault.is_damaged() {
                return Err(fault);
            }
        }
        Ok(kept.unwrap_or_else(|| match unread {
            Unread::InPlace => fault.of_client().in_place(),
            _ => fault.in_place(),
        }))
    }

    /// Opens all values of what a server said, of which those that cannot be read stay as they are.
    pub(super) async fn open<M: PayloadVisitable>(&self, message: &mut M) -> Result<(), RunError> {
        read(message, &self.with(Unread::Kept)).await
    }

    /// Opens all values; fails at one that another program could read, and leaves as it is what was damaged.
    pub(super) async fn open_all<M: PayloadVisitable>(
        &self,
        message: &mut M,
    ) -> Result<(), RunError> {
        read(message, &self.with(Unread::OfWhole)).await
    }

    /// Puts what is kept elsewhere in its place, as it was put there.
    #[cfg(feature = "cli")]
    pub(super) async fn gather<M: PayloadVisitable>(
        &self,
        message: &mut M,
    ) -> Result<(), RunError> {
        let codec = self.clone();
        let gathered = move |proto| codec.clone().gathered(proto);
        read(message, &Reading(gathered)).await
    }

    #[cfg(feature = "cli")]
    async fn gathered(self, proto: Proto) -> Result<Proto, Fault> {
        let kept = proto.clone();
        match self.fetched(proto).await {
            Err(fault) if fault.is_damaged() => {
                fault.tell();
                Ok(kept)
            }
            fetched => fetched,
        }
    }
}

async fn read<M: PayloadVisitable>(
    message: &mut M,
    codec: &(dyn PayloadCodec + Send + Sync),
) -> Result<(), RunError> {
    let read = decode_payloads(message, codec, &SerializationContextData::None).await;
    read.map_err(|error| match error {
        PayloadConversionError::EncodingError(error) => match error.downcast::<Fault>() {
            Ok(fault) => RunError::value(&fault.of_client().into_error()),
            Err(error) => RunError::Engine(error.to_string()),
        },
        error => RunError::Engine(error.to_string()),
    })
}

/// Does something with each value of a message that is read. What is written goes as it is.
#[cfg(feature = "cli")]
struct Reading<W>(W);

#[cfg(feature = "cli")]
impl<W, F> PayloadCodec for Reading<W>
where
    W: Fn(Proto) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Proto, Fault>> + Send + 'static,
{
    fn encode(
        &self,
        _: &SerializationContextData,
        payloads: Vec<Proto>,
    ) -> BoxFuture<'static, Result<Vec<Proto>, PayloadConversionError>> {
        async { Ok(payloads) }.boxed()
    }

    fn decode(
        &self,
        _: &SerializationContextData,
        payloads: Vec<Proto>,
    ) -> BoxFuture<'static, Result<Vec<Proto>, PayloadConversionError>> {
        let work = self.0.clone();
        async move {
            let mut done = Vec::with_capacity(payloads.len());
            for payload in payloads {
                done.push(work(payload).await?);
            }
            Ok(done)
        }
        .boxed()
    }
}

impl PayloadCodec for Codec {
    fn encode(
        &self,
        context: &SerializationContextData,
        payloads: Vec<Proto>,
    ) -> BoxFuture<'static, Result<Vec<Proto>, PayloadConversionError>> {
        let codec = self.clone();
        // What an agent has done would be lost. A flock repeats itself.
        let patience = match context {
            SerializationContextData::Activity(_) => PATIENCE,
            _ => Duration::ZERO,
        };
        async move {
            let mut encoded = Vec::with_capacity(payloads.len());
            for payload in payloads {
                encoded.push(codec.encode_one(payload, patience).await?);
            }
            Ok(encoded)
        }
        .boxed()
    }

    fn decode(
        &self,
        context: &SerializationContextData,
        payloads: Vec<Proto>,
    ) -> BoxFuture<'static, Result<Vec<Proto>, PayloadConversionError>> {
        let codec = self.clone();
        // An attempt that cannot read its input says so itself, at nobody's cost: see `foreign`.
        let unread = match context {
            SerializationContextData::Activity(_) => Unread::OfAttempt,
            _ => codec.unread,
        };
        async move {
            let mut decoded = Vec::with_capacity(payloads.len());
            for payload in payloads {
                decoded.push(codec.decoded(payload, unread).await?);
            }
            Ok(decoded)
        }
        .boxed()
    }
}

/// Writes a payload as bytes, the same for the same payload: a map of protobuf's has no order of its own.
fn bytes_of(proto: &mut Proto, bytes: &mut Vec<u8>) {
    let metadata: BTreeMap<_, _> = std::mem::take(&mut proto.metadata).into_iter().collect();
    // Of messages one behind the other protobuf makes one; and there is room in memory, or none to go on in.
    for (key, value) in &metadata {
        let entry = Proto {
            metadata: [(key.clone(), value.clone())].into(),
            ..Proto::default()
        };
        let _ = entry.encode(bytes);
    }
    let _ = proto.encode(bytes);
    proto.metadata = metadata.into_iter().collect();
}

/// Opens all values of what the server told `client`, past the SDK.
pub(super) async fn opened<M: PayloadVisitable>(
    client: &Client,
    mut message: M,
) -> Result<M, RunError> {
    let codec = client.data_converter().codec();
    let opened = decode_payloads(&mut message, codec, &SerializationContextData::None).await;
    opened.map_err(|error| RunError::Engine(error.to_string()))?;
    Ok(message)
}

/// Closes all values of what goes to the server past the SDK.
pub(super) async fn closed<M: PayloadVisitable>(
    client: &Client,
    mut message: M,
) -> Result<M, RunError> {
    let codec = client.data_converter().codec();
    let closed = encode_payloads(&mut message, codec, &SerializationContextData::None).await;
    closed.map_err(|error| RunError::Engine(error.to_string()))?;
    Ok(message)
}
