//! Where large values are kept, outside of the server. What is kept is a value as it would have been sent,
//! compressed and encrypted, under the hash of its bytes; a history has a reference to it.

#[cfg(feature = "object-store")]
mod bucket;
mod folder;
mod reference;
#[cfg(feature = "cli")]
mod sweep;

use std::{
    collections::{HashMap, VecDeque},
    fmt::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use prost::Message as _;
use ring::digest::{SHA256, digest};
use temporalio_common::protos::temporal::api::common::v1::Payload as Proto;

#[cfg(feature = "object-store")]
use self::bucket::Bucket;
pub(super) use self::reference::{MARKER, Reference};
#[cfg(feature = "cli")]
pub(crate) use self::sweep::Named;
use self::{folder::Folder, reference::Claim};
use super::{bytes_of, fault::Fault};
use crate::{
    config::{Config, PayloadsSection, StoreAddress},
    error::StartError,
};

/// So much of what was written or read last is at hand: what a worker writes it is asked for soon.
const AT_HAND: usize = 32 << 20;
/// What is larger is not worth the place.
const MOST_AT_HAND: usize = 8 << 20;
/// Nothing is larger: what is, is no value of anybody's.
const MOST: u64 = 256 << 20;
/// Between two tries.
const AGAIN: Duration = Duration::from_secs(2);
/// So long it is remembered that something is kept.
const REMEMBERED: Duration = Duration::from_secs(60 * 60);
/// Of as many things.
const MOST_REMEMBERED: usize = 4096;
/// What was written longer ago is written again when it is wanted anew, so that what is about to be
/// referred to is young, and is not swept.
const REFRESHED: Duration = Duration::from_secs(12 * 60 * 60);
/// What is younger may be about to be named by a history.
#[cfg(feature = "cli")]
pub(crate) const YOUNGEST: Duration = Duration::from_secs(24 * 60 * 60);

type Hash = [u8; 32];

/// A store of values.
#[derive(Debug)]
pub(crate) struct Store {
    place: Place,
    address: StoreAddress,
    /// From how many bytes on values are kept here.
    above: usize,
    /// What keys begin with, for this namespace.
    beginning: String,
    recent: Mutex<Recent>,
}

/// Why an object could not be had, kept or removed.
#[derive(Debug)]
enum Trouble {
    /// It is not there.
    Missing,
    /// Nothing can be there.
    NoKey(String),
    Other(String),
}

/// What is there: its key and when it was written.
#[cfg(feature = "cli")]
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) key: String,
    pub(crate) bytes: u64,
    pub(crate) written: SystemTime,
}

#[derive(Debug)]
enum Place {
    Folder(Folder),
    #[cfg(feature = "object-store")]
    Bucket(Bucket),
}

impl Store {
    /// The store that `config` names, for the values of `namespace`; none where it names none.
    pub(super) fn of(config: &Config, namespace: &str) -> Result<Option<Self>, StartError> {
        let section = &config.payloads;
        let fault = |message| StartError::Setting {
            name: "[payloads] store".to_owned(),
            message,
        };
        let Some(address) = section.address().map_err(fault)? else {
            return Ok(None);
        };
        let (place, prefix) = match &address {
            StoreAddress::Folder(path) => (Place::Folder(Folder::at(path.clone())), ""),
            #[cfg(feature = "object-store")]
            StoreAddress::Bucket {
                cloud,
                bucket,
                prefix,
            } => {
                let bucket = Bucket::of(*cloud, bucket).map_err(fault)?;
                (Place::Bucket(bucket), prefix.as_str())
            }
            #[cfg(not(feature = "object-store"))]
            StoreAddress::Bucket { .. } => {
                return Err(fault("it needs flock's feature `object-store`".to_owned()));
            }
        };
        // As the drivers of Temporal's SDKs have it.
        let beginning = match prefix {
            "" => format!("v0/ns/{}/", segment(namespace)),
            prefix => format!("{prefix}/v0/ns/{}/", segment(namespace)),
        };
        let above = section.above.unwrap_or(PayloadsSection::ABOVE).as_bytes();
        Ok(Some(Self {
            place,
            address,
            above: usize::try_from(above).unwrap_or(usize::MAX),
            beginning,
            recent: Mutex::default(),
        }))
    }

    /// Whether a value of so many bytes is kept here.
    pub(super) fn takes(&self, bytes: usize) -> bool {
        bytes >= self.above
    }

    /// Keeps a value, and gives the reference to it.
    pub(super) async fn put(&self, mut proto: Proto, patience: Duration) -> Result<Proto, Fault> {
        let size = proto.encoded_len();
        let mut bytes = Vec::with_capacity(size);
        bytes_of(&mut proto, &mut bytes);
        drop(proto);
        let bytes = Bytes::from(bytes);
        let hash = hash_of(&bytes);
        let key = format!("{}d/sha256/{}", self.beginning, hex(&hash));
        if !self.recent().is_kept(&hash) {
            let began = Instant::now();
            while let Err(error) = self.keep(&key, bytes.clone()).await {
                if began.elapsed() >= patience {
                    let size = size >> 10;
                    return Err(Fault::new(format!(
                        "{size} KiB cannot be kept at {} as `{key}`: {error}",
                        self.address
                    )));
                }
                tokio::time::sleep(AGAIN).await;
            }
            self.recent().put(hash, bytes, true);
        }
        Ok(self.claim(key, &hash).reference(size))
    }

    /// Writes what is not there, or was written long ago.
    async fn keep(&self, key: &str, bytes: Bytes) -> Result<(), Trouble> {
        let age = |written: SystemTime| written.elapsed().unwrap_or_default();
        let written = match &self.place {
            Place::Folder(folder) => folder.written(key).await,
            #[cfg(feature = "object-store")]
            Place::Bucket(bucket) => bucket.written(key).await,
        };
        match written {
            Ok(written) if age(written) < REFRESHED => return Ok(()),
            // Who may write need not be allowed to look.
            Ok(_) | Err(_) => {}
        }
        match &self.place {
            Place::Folder(folder) => folder.put(key, bytes).await,
            #[cfg(feature = "object-store")]
            Place::Bucket(bucket) => bucket.put(key, bytes).await,
        }
    }

    fn claim(&self, key: String, hash: &Hash) -> Claim {
        let mut claim = Claim::new(self.driver(), hex(hash));
        match &self.place {
            Place::Folder(_) => claim.put("key", key),
            #[cfg(feature = "object-store")]
            Place::Bucket(bucket) => {
                let [of_bucket, of_key] = bucket.names();
                claim.put(of_bucket, bucket.bucket().to_owned());
                claim.put(of_key, key);
            }
        }
        claim
    }

    /// How Temporal's SDKs call who keeps values so.
    fn driver(&self) -> &'static str {
        match &self.place {
            Place::Folder(_) => "flock.folder",
            #[cfg(feature = "object-store")]
            Place::Bucket(bucket) => bucket.driver(),
        }
    }

    /// The key that `reference` names here.
    fn key<'a>(&self, reference: &'a Reference) -> Result<&'a str, Fault> {
        let (of_bucket, of_key) = match &self.place {
            Place::Folder(_) => (None, "key"),
            #[cfg(feature = "object-store")]
            Place::Bucket(bucket) => {
                let [of_bucket, of_key] = bucket.names();
                (Some((of_bucket, bucket.bucket())), of_key)
            }
        };
        let is_here = reference.driver() == self.driver()
            && of_bucket.is_none_or(|(name, bucket)| reference.get(name) == Some(bucket));
        match reference.get(of_key) {
            Some(key) if is_here => Ok(key),
            _ => Err(Fault::new(format!(
                "it is kept at {reference}, and the store of this program is {}: name the right one by `store` of [payloads] in flock.toml",
                self.address
            ))),
        }
    }

    /// The value that `reference` stands for.
    pub(super) async fn get(&self, reference: &Reference) -> Result<Proto, Fault> {
        let key = self.key(reference)?;
        let wanted = reference.hash()?;
        let at_hand = self.recent().get(&wanted);
        let bytes = match at_hand {
            Some(bytes) => bytes,
            None => {
                let bytes = self.fetch(key).await.map_err(|error| {
                    let what_next = match error {
                        Trouble::Missing => "; it was removed, or never was in this store",
                        Trouble::NoKey(_) | Trouble::Other(_) => "",
                    };
                    let message = format!(
                        "it is kept at {} as `{key}`, and cannot be had: {error}{what_next}",
                        self.address
                    );
                    match error {
                        Trouble::NoKey(_) => Fault::damaged(message),
                        // What a store has not, or is not asked for, it may have again.
                        Trouble::Missing | Trouble::Other(_) => Fault::new(message),
                    }
                })?;
                if hash_of(&bytes) != wanted {
                    return Err(Fault::new(format!(
                        "it is kept at {} as `{key}`, and what is there is not what was put there: its SHA-256 is another",
                        self.address
                    )));
                }
                self.recent().put(wanted, bytes.clone(), false);
                bytes
            }
        };
        Proto::decode(bytes).map_err(|error| {
            // As it was when it was put there: its hash says so.
            Fault::damaged(format!(
                "it is kept at {} as `{key}`, and what is there is no payload: {error}",
                self.address
            ))
        })
    }

    async fn fetch(&self, key: &str) -> Result<Bytes, Trouble> {
        match &self.place {
            Place::Folder(folder) => folder.get(key).await,
            #[cfg(feature = "object-store")]
            Place::Bucket(bucket) => bucket.get(key).await,
        }
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no such object"),
            Self::NoKey(message) | Self::Other(message) => f.write_str(message),
        }
    }
}

impl Trouble {
    fn too_large(bytes: u64) -> Option<Self> {
        (bytes > MOST).then(|| Self::Other(format!("{bytes} bytes are more than any value has")))
    }
}

/// What was written and read last.
#[derive(Debug, Default)]
struct Recent {
    values: VecDeque<(Hash, Bytes)>,
    bytes: usize,
    /// What is known to be kept, and since when.
    kept: HashMap<Hash, Instant>,
}

impl Recent {
    fn is_kept(&self, hash: &Hash) -> bool {
        let since = self.kept.get(hash);
        since.is_some_and(|since| since.elapsed() < REMEMBERED)
    }

    fn get(&self, hash: &Hash) -> Option<Bytes> {
        let found = self.values.iter().find(|(of, _)| of == hash);
        found.map(|(_, bytes)| bytes.clone())
    }

    fn put(&mut self, hash: Hash, bytes: Bytes, was_written: bool) {
        if was_written {
            if self.kept.len() >= MOST_REMEMBERED {
                self.kept.clear();
            }
            self.kept.insert(hash, Instant::now());
        }
        if bytes.len() > MOST_AT_HAND || self.get(&hash).is_some() {
            return;
        }
        self.bytes += bytes.len();
        self.values.push_back((hash, bytes));
        while self.bytes > AT_HAND
            && let Some((_, oldest)) = self.values.pop_front()
        {
            self.bytes -= oldest.len();
        }
    }
}

fn hash_of(bytes: &[u8]) -> Hash {
    let mut hash = Hash::default();
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

fn hex(hash: &Hash) -> String {
    hash.iter().fold(String::new(), |mut text, byte| {
        // Into a text, which takes all.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A text as a part of a key.
fn segment(text: &str) -> String {
    text.bytes().fold(String::new(), |mut segment, byte| {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' => {
                segment.push(char::from(byte));
            }
            byte => {
                let _ = write!(segment, "%{byte:02X}");
            }
        }
        segment
    })
}
