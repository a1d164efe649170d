//! Our payloads on Temporal's wire. Decoding never fails in the SDK's hands: there it would fail a
//! workflow task, which is retried for ever. What cannot be read travels as an error to our code,
//! which ends the flock with it.

use temporalio_common::{
    data_converters::{
        PayloadConversionError, SerializationContext, TemporalDeserializable, TemporalSerializable,
    },
    protos::temporal::api::common::v1::Payload as Proto,
};

use super::codec::Fault;
use crate::{
    config::Config,
    error::{Error, Result},
    value::{payload::Payload, usage::Usage},
};

const ENCODING: &str = "encoding";
/// Where what a value has cost stands in the metadata: other programs read past it.
const USAGE: &str = "flock-usage";
/// The same, by how much its run's budget was extended.
const EXTENDED: &str = "flock-budget-extended";
const JSON: &[u8] = b"json/plain";

/// Above this a server refuses the value (its default limit is 2 MiB), and the SDK would try the
/// workflow task again for ever.
pub(super) const MAX_BYTES: usize = 2 * 1024 * 1024 - 4096;
/// The same where values have a store of their own: as much as the drivers of Temporal's SDKs keep.
const MAX_STORED: usize = 50 * 1024 * 1024;
/// What goes with a task in place of a value that is kept elsewhere takes no more.
pub(super) const REFERENCE: usize = 1024;

/// How many bytes of JSON a value may have.
pub(super) fn most(config: &Config) -> usize {
    match config.payloads.store {
        Some(_) => MAX_STORED,
        None => MAX_BYTES,
    }
}

/// How many bytes of `bytes` go with a task. What a server would take is counted as if it went there, wherever it
/// goes, so that a run counts the same on replay, with a store and without.
pub(super) fn sent(bytes: usize) -> usize {
    match bytes > MAX_BYTES {
        true => REFERENCE,
        false => bytes,
    }
}

/// A value on the wire.
pub(super) struct Wire(Result<Payload>);

impl Wire {
    /// Puts `payload` on the wire, of at most so many bytes: see [`most`].
    ///
    /// # Errors
    /// When it is larger.
    pub(super) fn new(payload: Payload, most: usize) -> Result<Self> {
        let bytes = payload.as_bytes().len();
        if bytes <= most {
            return Ok(Self(Ok(payload)));
        }
        let message = match most {
            MAX_STORED => format!(
                "{bytes} bytes of JSON are more than a store is given (50 MiB): keep the data elsewhere and pass a reference"
            ),
            _ => format!(
                "{bytes} bytes of JSON are more than Temporal takes (2 MiB): name a store for large values by `store` of [payloads] in flock.toml, or keep the data elsewhere and pass a reference"
            ),
        };
        Err(Error::invalid(message).with_type("TooLarge"))
    }

    /// How many bytes go with a task: of its JSON, or of a reference.
    pub(super) fn len(&self) -> usize {
        let payload = self.0.as_ref();
        payload.map_or(0, |payload| sent(payload.as_bytes().len()))
    }

    pub(super) fn into_payload(self) -> Result<Payload> {
        self.0
    }
}

/// Reads what other programs may have sent too.
pub(super) fn read(protos: Vec<Proto>) -> Result<Payload> {
    let mut protos = protos.into_iter();
    let Some(first) = protos.next() else {
        return Ok(null());
    };
    match protos.len() {
        0 => read_one(first),
        more => Err(undecodable(format!(
            "{} values were sent where one is expected: send one JSON object with a field for each",
            more + 1
        ))),
    }
}

fn read_one(proto: Proto) -> Result<Payload> {
    if let Some(fault) = Fault::of(&proto) {
        return Err(fault.into_error());
    }
    let told = |key| -> Usage {
        let usage = proto.metadata.get(key);
        let usage = usage.and_then(|usage| serde_json::from_slice(usage).ok());
        usage.unwrap_or_default()
    };
    let (usage, extended) = (told(USAGE), told(EXTENDED));
    let payload = match proto.metadata.get(ENCODING).map(Vec::as_slice) {
        Some(b"json/plain" | b"json/protobuf") => Ok(Payload::from_json(proto.data)),
        Some(b"binary/null") => Ok(null()),
        None if proto.data.is_empty() => Ok(null()),
        None => Err(undecodable("it has no encoding; json/plain is expected")),
        Some(other) => Err(undecodable(format!(
            "its encoding is {}; json/plain is expected",
            String::from_utf8_lossy(other)
        ))),
    };
    payload.map(|payload| payload.with_usage(usage).with_extended(extended))
}

/// Writes a payload.
pub(super) fn write(payload: &Payload) -> Proto {
    let mut proto = Proto {
        metadata: [(ENCODING.to_owned(), JSON.to_vec())].into(),
        data: payload.as_bytes().to_vec(),
        ..Proto::default()
    };
    for (key, usage) in [(USAGE, payload.usage()), (EXTENDED, payload.extended())] {
        if !usage.is_none()
            && let Ok(usage) = serde_json::to_vec(&usage)
        {
            proto.metadata.insert(key.to_owned(), usage);
        }
    }
    proto
}

fn null() -> Payload {
    Payload::from_json("null")
}

/// A value that does not say what it should, whoever reads it.
pub(super) fn undecodable(message: impl std::fmt::Display) -> Error {
    Error::invalid(message).with_type("DecodeError")
}

impl TemporalSerializable for Wire {
    fn to_payload(&self, _: &SerializationContext<'_>) -> Result<Proto, PayloadConversionError> {
        match &self.0 {
            Ok(payload) => Ok(write(payload)),
            Err(error) => Err(PayloadConversionError::EncodingError(error.clone().into())),
        }
    }
}

impl TemporalDeserializable for Wire {
    fn from_payload(
        _: &SerializationContext<'_>,
        payload: Proto,
    ) -> Result<Self, PayloadConversionError> {
        Ok(Self(read_one(payload)))
    }

    fn from_payloads(
        _: &SerializationContext<'_>,
        payloads: Vec<Proto>,
    ) -> Result<Self, PayloadConversionError> {
        Ok(Self(read(payloads)))
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    use prost::Message as _;

    use super::*;
    use crate::flock::hosted::publish;

    fn proto(encoding: &str, data: &str) -> Proto {
        Proto {
            metadata: [(ENCODING.to_owned(), encoding.into())].into(),
            data: data.into(),
            ..Proto::default()
        }
    }

    #[test]
    fn what_other_sdks_send_is_read() {
        let read = |protos| {
            read(protos)
                .map(Payload::into_bytes)
                .map_err(|e| e.to_string())
        };
        assert_eq!(
            read(vec![proto("json/plain", "{\"a\":1}")]),
            Ok(b"{\"a\":1}".to_vec())
        );
        assert_eq!(read(vec![proto("binary/null", "")]), Ok(b"null".to_vec()));
        assert_eq!(read(vec![]), Ok(b"null".to_vec()));
        let refused = read(vec![proto("binary/encrypted", "x")]);
        assert_eq!(
            refused,
            Err("its encoding is binary/encrypted; json/plain is expected".to_owned())
        );
        assert!(read(vec![proto("json/plain", "1"), proto("json/plain", "2")]).is_err());
    }

    #[test]
    fn what_a_server_refuses_is_refused_before() {
        let large = Payload::from_json(vec![b'1'; MAX_BYTES + 1]);
        let too_large = |error: Error| error.type_name() == "TooLarge";
        assert!(Wire::new(large.clone(), MAX_BYTES).is_err_and(too_large));
        let stored = Wire::new(large, MAX_STORED).unwrap();
        assert_eq!(stored.len(), REFERENCE);
        let more = Payload::from_json(vec![b'1'; MAX_STORED + 1]);
        assert!(Wire::new(more, MAX_STORED).is_err_and(too_large));
    }

    #[test]
    fn a_task_counts_the_same_with_a_store_and_without() {
        let payload = || Payload::from_json(vec![b'1'; MAX_BYTES]);
        let lengths = [MAX_BYTES, MAX_STORED].map(|most| Wire::new(payload(), most).unwrap().len());
        assert_eq!(lengths, [MAX_BYTES; 2]);
    }

    /// A flock writes the protobuf of its stream's items itself, as it does in a program without Temporal.
    #[test]
    fn an_item_of_a_stream_is_a_payload() {
        for length in [0, 125, 126, 16_382, 300_000] {
            let text = "x".repeat(length);
            let data = publish::data(&Payload::encode(&text).unwrap());
            let proto = Proto::decode(&*BASE64_STANDARD.decode(data).unwrap()).unwrap();
            assert_eq!(proto.metadata["encoding"], b"json/plain");
            assert_eq!(proto.data, format!("\"{text}\"").as_bytes());
        }
    }
}
