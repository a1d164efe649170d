//! Encryption, in the layout of Temporal's samples in all languages: a nonce of 12 bytes, then AES-256-GCM of the
//! whole payload as protobuf with its tag at the end; the encoding and the key's id beside it.

use prost::Message as _;
use ring::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce},
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use temporalio_common::protos::temporal::api::common::v1::Payload as Proto;

use super::{
    ENCODING, bytes_of,
    fault::Fault,
    keys::{Key, Keyring},
};

pub(super) const ENCRYPTED: &str = "binary/encrypted";
const KEY_ID: &str = "encryption-key-id";

/// What encrypts a value beside the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nonces {
    /// Chance: one value is never encrypted to the same twice.
    Random,
    /// A keyed hash of the value, for what is kept by its content: what is sent again, as with each replay and
    /// heartbeat, is no further object. Two values come to one nonce no more often than by chance.
    OfTheValue,
}

/// Encrypts a payload.
pub(super) fn seal(mut proto: Proto, key: &Key, nonces: Nonces) -> Result<Proto, Fault> {
    let failed = |_| Fault::new("it cannot be encrypted: the system gives no random numbers");
    let room = NONCE_LEN + proto.encoded_len() + AES_256_GCM.tag_len();
    let mut data = Vec::with_capacity(room);
    data.extend([0; NONCE_LEN]);
    bytes_of(&mut proto, &mut data);
    drop(proto);
    let (front, inner) = data.split_at_mut(NONCE_LEN);
    let mut nonce = [0; NONCE_LEN];
    match nonces {
        Nonces::Random => SystemRandom::new().fill(&mut nonce).map_err(failed)?,
        Nonces::OfTheValue => {
            let hash = hmac::sign(&key.nonces, inner);
            nonce.copy_from_slice(&hash.as_ref()[..NONCE_LEN]);
        }
    }
    front.copy_from_slice(&nonce);
    let nonce = Nonce::assume_unique_for_key(nonce);
    let sealed = key
        .key
        .seal_in_place_separate_tag(nonce, Aad::empty(), inner);
    let tag = sealed.map_err(failed)?;
    data.extend(tag.as_ref());
    Ok(Proto {
        metadata: [
            (ENCODING.to_owned(), ENCRYPTED.into()),
            (KEY_ID.to_owned(), key.id.as_bytes().to_vec()),
        ]
        .into(),
        data,
        ..Proto::default()
    })
}

/// Decrypts one, by the key that it names.
pub(super) fn open(proto: &Proto, keys: Option<&Keyring>) -> Result<Proto, Fault> {
    let id = proto
        .metadata
        .get(KEY_ID)
        .map(|id| String::from_utf8_lossy(id));
    let id = id.ok_or_else(|| Fault::damaged("it is encrypted, and names no key"))?;
    let keys = keys.ok_or_else(|| {
        Fault::of_key(
            &id,
            format!(
                "it is encrypted with key `{id}`, and this program has no keys: name them in flock.toml by `keys_env` or `keys_file` of [codec]"
            ),
        )
    })?;
    let Key { key, .. } = keys.key(&id)?;
    let damaged = |what: &str| {
        Fault::damaged(format!(
            "it is encrypted with key `{id}`, and damaged: {what}"
        ))
    };
    let wrong = || {
        Fault::of_key(
            &id,
            format!(
                "it does not open with key `{id}` of {}: that is another key than the one it was encrypted with, or it was damaged",
                keys.source()
            ),
        )
    };
    let (nonce, sealed) = (proto.data.split_first_chunk::<NONCE_LEN>())
        .filter(|(_, sealed)| sealed.len() >= AES_256_GCM.tag_len())
        .ok_or_else(|| damaged("it is shorter than anything that was encrypted"))?;
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let mut sealed = sealed.to_vec();
    let inner = key.open_in_place(nonce, Aad::empty(), &mut sealed);
    let inner = inner.map_err(|_| wrong())?;
    // The key has opened it: so it was encrypted.
    Proto::decode(&*inner).map_err(|error| damaged(&error.to_string()))
}
