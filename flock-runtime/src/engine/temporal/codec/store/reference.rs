//! What stands in a history in place of a value that is kept elsewhere: the reference of Temporal's SDKs
//! (`temporal.api.sdk.v1.ExternalStorageReference`), in protobuf's JSON.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use temporalio_common::protos::temporal::api::common::v1::{
    Payload as Proto, payload::ExternalPayloadDetails,
};

use super::{super::ENCODING, Fault, Hash};

const MESSAGE_TYPE: &str = "messageType";
const REFERENCE: &str = "temporal.api.sdk.v1.ExternalStorageReference";
const JSON_PROTOBUF: &str = "json/protobuf";
/// As SDKs wrote it before there was such a message.
const LEGACY: &str = "json/external-storage-reference";
/// In the metadata of a reference that a codec has encoded; flock writes none, and SDKs read them.
pub(in super::super) const MARKER: &str = "__temporal_external_storage_reference";
const ALGORITHM: &str = "hash_algorithm";
const SHA256: &str = "sha256";
const HASH: &str = "hash_value";

/// Where a value is kept: by whom, and what they need to find it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Reference {
    #[serde(alias = "driver_name", default)]
    driver_name: String,
    #[serde(alias = "claim_data", default)]
    claim_data: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Legacy {
    driver_name: String,
    driver_claim: LegacyClaim,
}

#[derive(Deserialize)]
struct LegacyClaim {
    claim_data: BTreeMap<String, String>,
}

/// A reference that is being written.
pub(super) struct Claim(Reference);

impl Claim {
    pub(super) fn new(driver: &str, hash: String) -> Self {
        let claim_data = [
            (ALGORITHM.to_owned(), SHA256.to_owned()),
            (HASH.to_owned(), hash),
        ];
        Self(Reference {
            driver_name: driver.to_owned(),
            claim_data: claim_data.into(),
        })
    }

    pub(super) fn put(&mut self, name: &str, value: String) {
        self.0.claim_data.insert(name.to_owned(), value);
    }

    /// Itself, in place of a value of so many bytes.
    pub(super) fn reference(&self, bytes: usize) -> Proto {
        let size = ExternalPayloadDetails {
            size_bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        };
        Proto {
            metadata: [
                (ENCODING.to_owned(), JSON_PROTOBUF.into()),
                (MESSAGE_TYPE.to_owned(), REFERENCE.into()),
            ]
            .into(),
            // Of texts alone.
            data: serde_json::to_vec(&self.0).unwrap_or_default(),
            external_payloads: vec![size],
        }
    }
}

impl Reference {
    /// The reference that stands in place of a value, where one does.
    pub(in super::super) fn of(proto: &Proto) -> Option<Result<Self, Fault>> {
        let says = |key, text: &str| {
            let said = proto.metadata.get(key);
            said.is_some_and(|said| said == text.as_bytes())
        };
        let damaged = |error| Fault::damaged(format!("it is a reference, and damaged: {error}"));
        if says(ENCODING, LEGACY) {
            let legacy = serde_json::from_slice(&proto.data).map_err(damaged);
            return Some(legacy.map(|legacy: Legacy| Self {
                driver_name: legacy.driver_name,
                claim_data: legacy.driver_claim.claim_data,
            }));
        }
        let is_one = says(ENCODING, JSON_PROTOBUF) && says(MESSAGE_TYPE, REFERENCE);
        is_one.then(|| serde_json::from_slice(&proto.data).map_err(damaged))
    }

    pub(super) fn driver(&self) -> &str {
        &self.driver_name
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.claim_data.get(name).map(String::as_str)
    }

    /// What the bytes that it stands for come to.
    pub(super) fn hash(&self) -> Result<Hash, Fault> {
        let none = || Fault::damaged(format!("it is kept at {self}, without its SHA-256"));
        let is_ours = self.get(ALGORITHM) == Some(SHA256);
        let hash = self.get(HASH).filter(|_| is_ours).ok_or_else(none)?;
        let mut bytes = Hash::default();
        if hash.len() != 2 * bytes.len() || !hash.is_ascii() {
            return Err(none());
        }
        for (byte, at) in bytes.iter_mut().zip((0..hash.len()).step_by(2)) {
            *byte = u8::from_str_radix(&hash[at..at + 2], 16).map_err(|_| none())?;
        }
        Ok(bytes)
    }
}

/// Whose it is, and what says where.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` (", self.driver_name)?;
        let told = self.claim_data.iter();
        let told = told.filter(|(name, _)| *name != ALGORITHM && *name != HASH);
        let told = told.map(|(name, value)| format!("{name} {value}"));
        write!(f, "{})", Vec::from_iter(told).join(", "))
    }
}
