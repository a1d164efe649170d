//! Compression of whole payloads.

use std::io::{self, Read, Write};

use flate2::{
    Compression as Level,
    read::{MultiGzDecoder, ZlibDecoder},
    write::ZlibEncoder,
};
use prost::Message as _;
use temporalio_common::protos::temporal::api::common::v1::Payload as Proto;

use super::{ENCODING, bytes_of, fault::Fault};
use crate::config::Compression;

/// As Temporal's SDK for Go writes it.
const ZLIB: &str = "binary/zlib";
/// As Temporal's samples for Python write it.
const GZIP: &str = "binary/gzip";
/// Ours: nobody else writes it.
const ZSTD: &str = "binary/flock-zstd";
/// Nothing is larger: what unpacks to more is no value of anybody's. A few hundred KB of it would fill a worker's memory.
const MOST: u64 = 64 << 20;

/// Compresses a payload, where that makes it smaller.
pub(super) fn squeeze(mut proto: Proto, how: Compression) -> Proto {
    let mut inner = Vec::with_capacity(proto.encoded_len());
    bytes_of(&mut proto, &mut inner);
    let squeezed = match how {
        Compression::Zlib => zlib(&inner).map(|data| (ZLIB, data)),
        Compression::Zstd => zstd(&inner).map(|data| (ZSTD, data)),
    };
    match squeezed {
        Ok((encoding, data)) if data.len() + encoding.len() < inner.len() => Proto {
            metadata: [(ENCODING.to_owned(), encoding.into())].into(),
            data,
            ..Proto::default()
        },
        _ => proto,
    }
}

/// Unpacks one; none where it is no such payload.
pub(super) fn unpack(proto: &Proto, encoding: &[u8]) -> Option<Result<Proto, Fault>> {
    let data = &*proto.data;
    let inner = match std::str::from_utf8(encoding).ok()? {
        ZLIB => whole(ZlibDecoder::new(data)),
        GZIP => whole(MultiGzDecoder::new(data)),
        ZSTD => unzstd(data),
        _ => return None,
    };
    let encoding = String::from_utf8_lossy(encoding);
    let damaged = |error: &dyn std::fmt::Display| {
        Fault::damaged(format!("it is {encoding}, and damaged: {error}"))
    };
    Some(match inner {
        Ok(inner) => Proto::decode(&*inner).map_err(|error| damaged(&error)),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            Err(Fault::new(format!("it is {encoding}: {error}")))
        }
        Err(error) => Err(damaged(&error)),
    })
}

fn zlib(inner: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Level::default());
    encoder.write_all(inner)?;
    encoder.finish()
}

#[cfg(feature = "zstd")]
fn zstd(inner: &[u8]) -> io::Result<Vec<u8>> {
    ::zstd::encode_all(inner, ::zstd::DEFAULT_COMPRESSION_LEVEL)
}

#[cfg(feature = "zstd")]
fn unzstd(data: &[u8]) -> io::Result<Vec<u8>> {
    whole(::zstd::Decoder::new(data)?)
}

#[cfg(not(feature = "zstd"))]
fn zstd(inner: &[u8]) -> io::Result<Vec<u8>> {
    unzstd(inner)
}

#[cfg(not(feature = "zstd"))]
fn unzstd(_: &[u8]) -> io::Result<Vec<u8>> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "reading it takes flock's feature `zstd`: build the program with it",
    ))
}

fn whole(packed: impl Read) -> io::Result<Vec<u8>> {
    let mut inner = Vec::new();
    packed.take(MOST + 1).read_to_end(&mut inner)?;
    match inner.len() as u64 > MOST {
        true => Err(io::Error::other("it unpacks to more than 64 MiB")),
        false => Ok(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let of = |bytes: u64| whole(io::repeat(0).take(bytes)).map(|inner| inner.len() as u64);
        assert_eq!(of(MOST).unwrap(), MOST);
        assert!(of(MOST + 1).is_err());
        // The largest value that is kept anywhere has room.
        const { assert!(MOST > 50 << 20) };
    }
}
