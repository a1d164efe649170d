//! Encryption, in the layout of Temporal's samples in all languages: a nonce of 12 bytes, then AES-256-GCM of the
//! whole payload as protobuf with its tag at the end; the encoding and the key's id beside it.

use prost::Message as _;
use ring::{
    aead::{Aad, NONCE_LEN, Nonce},
    rand::{SecureRandom, SystemRandom},
};
use temporalio_common::protos::temporal::api::common::v1::Payload as Proto;

use super::{
    ENCODING,
    fault::Fault,
    keys::{Key, Keyring},
};

pub(super) const ENCRYPTED: &str = "binary/encrypted";
const KEY_ID: &str = "encryption-key-id";

/// Encrypts a payload.
pub(super) fn seal(proto: &Proto, Key { id, key }: &Key) -> Result<Proto, Fault> {
    let failed = |_| Fault::new("it cannot be encrypted: the system gives no random numbers");
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).map_err(failed)?;
    let mut inner = proto.encode_to_vec();
    let tag = key
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::empty(),
            &mut inner,
        )
        .map_err(failed)?;
    let mut data = Vec::with_capacity(NONCE_LEN + inner.len() + tag.as_ref().len());
    data.extend(nonce);
    data.append(&mut inner);
    data.extend(tag.as_ref());
    Ok(Proto {
        metadata: [
            (ENCODING.to_owned(), ENCRYPTED.into()),
            (KEY_ID.to_owned(), id.as_bytes().to_vec()),
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
    let id = id.ok_or_else(|| Fault::new("it is encrypted, and names no key"))?;
    let keys = keys.ok_or_else(|| {
        Fault::of_key(
            &id,
            format!(
                "it is encrypted with key `{id}`, and this program has no keys: name them in flock.toml by `keys_env` or `keys_file` of [codec]"
            ),
        )
    })?;
    let Key { key, .. } = keys.key(&id)?;
    let wrong = || {
        Fault::of_key(
            &id,
            format!(
                "it does not open with key `{id}` of {}: that is another key than the one it was encrypted with, or it was damaged",
                keys.source()
            ),
        )
    };
    let (nonce, sealed) = proto.data.split_at_checked(NONCE_LEN).ok_or_else(wrong)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| wrong())?;
    let mut sealed = sealed.to_vec();
    let inner = key.open_in_place(nonce, Aad::empty(), &mut sealed);
    let inner = inner.map_err(|_| wrong())?;
    Proto::decode(&*inner).map_err(|_| wrong())
}
