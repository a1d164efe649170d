use temporalio_common::data_converters::ActivitySerializationContext;

use super::*;
use crate::{config::Size, engine::temporal::wire, value::payload::Payload};

const KEY: [u8; 32] = *b"test-key-test-key-test-key-test!";

fn codec(keys: Option<EncryptionKeys>, compress: Option<Compression>) -> Codec {
    let mut config = Config::default();
    config.codec.compress = compress;
    config.codec.compress_above = Some(Size::bytes(100));
    Codec::of(keys, &config, "default").unwrap()
}

impl Codec {
    async fn encode_now(&self, proto: Proto) -> Result<Proto, Fault> {
        self.encode_one(proto, Duration::ZERO).await
    }
}

fn keys(id: &str, key: [u8; 32]) -> Option<EncryptionKeys> {
    Some(EncryptionKeys::new(id, key))
}

fn json(text: &str) -> Proto {
    wire::write(&Payload::from_json(text))
}

fn encoding(proto: &Proto) -> String {
    String::from_utf8(proto.metadata[ENCODING].clone()).unwrap()
}

#[tokio::test]
async fn what_is_encrypted_says_nothing_but_its_key_and_opens_with_it() {
    let codec = codec(keys("a", KEY), None);
    let sealed = codec.encode_now(json("\"planted\"")).await.unwrap();
    assert_eq!(encoding(&sealed), "binary/encrypted");
    assert_eq!(sealed.metadata["encryption-key-id"], b"a");
    assert_eq!(sealed.metadata.len(), 2);
    let bytes = sealed.encode_to_vec();
    assert!(!bytes.windows(7).any(|part| part == b"planted"));
    assert!(!bytes.windows(10).any(|part| part == b"json/plain"));
    let again = codec.encode_now(json("\"planted\"")).await.unwrap();
    assert_ne!(again.data, sealed.data, "no nonce is used twice");
    assert_eq!(codec.decode_one(sealed).await.unwrap(), json("\"planted\""));
}

/// Made by `samples-python`'s `EncryptionCodec`, with the key that stands there.
#[tokio::test]
async fn what_temporals_sample_for_python_wrote_is_read() {
    use base64::{Engine as _, prelude::BASE64_STANDARD};

    let data = include_str!("sample.b64");
    let sealed = Proto {
        metadata: [
            (ENCODING.to_owned(), b"binary/encrypted".to_vec()),
            ("encryption-key-id".to_owned(), b"test-key-id".to_vec()),
        ]
        .into(),
        data: BASE64_STANDARD.decode(data.trim()).unwrap(),
        ..Proto::default()
    };
    let codec = codec(keys("test-key-id", KEY), None);
    assert_eq!(codec.decode_one(sealed).await.unwrap(), json("\"hello\""));
}

#[tokio::test]
async fn the_first_key_writes_and_each_reads() {
    let before = codec(keys("old", [1; 32]), None);
    let written = before.encode_now(json("1")).await.unwrap();
    let both = EncryptionKeys::new("new", [2; 32]).read_with("old", [1; 32]);
    let during = codec(Some(both), None);
    assert_eq!(during.decode_one(written.clone()).await.unwrap(), json("1"));
    let rotated = during.encode_now(json("2")).await.unwrap();
    assert_eq!(rotated.metadata["encryption-key-id"], b"new");
    let after = codec(keys("new", [2; 32]), None);
    assert_eq!(after.decode_one(rotated).await.unwrap(), json("2"));
    let fault = after.decode_one(written).await.unwrap_err();
    assert_eq!(fault.key.as_deref(), Some("old"));
    assert!(
        fault
            .message
            .contains("not among the keys that the program was given (`new`)"),
        "{fault}"
    );
}

#[tokio::test]
async fn a_wrong_key_and_damage_are_told() {
    let sealed = codec(keys("a", [1; 32]), None)
        .encode_now(json("1"))
        .await
        .unwrap();
    let other = codec(keys("a", [2; 32]), None);
    let fault = other.decode_one(sealed.clone()).await.unwrap_err();
    assert!(
        fault.message.contains("does not open with key `a`"),
        "{fault}"
    );
    let none = codec(None, None);
    let fault = none.decode_one(sealed.clone()).await.unwrap_err();
    assert_eq!(fault.key.as_deref(), Some("a"));
    assert!(
        fault.message.contains("`keys_env` or `keys_file`"),
        "{fault}"
    );
    let cut = Proto {
        data: vec![1, 2],
        ..sealed
    };
    assert!(
        codec(keys("a", [1; 32]), None)
            .decode_one(cut)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn what_a_client_cannot_read_is_told_where_it_is_used_and_a_worker_fails_its_task() {
    let sealed = codec(keys("a", KEY), None)
        .encode_now(json("1"))
        .await
        .unwrap();
    let client = codec(None, None);
    let context = SerializationContextData::None;
    let read = client
        .decode(&context, vec![json("0"), sealed.clone()])
        .await
        .unwrap();
    assert_eq!(read[0], json("0"));
    let error = wire::read(vec![read[1].clone()]).unwrap_err();
    assert!(error.is_undecodable());
    assert_eq!(error.detail(crate::Error::KEY).unwrap(), "a");
    assert!(
        client
            .of_worker()
            .decode(&context, vec![sealed])
            .await
            .is_err()
    );
}

/// What is damaged, each in its way; with a key in force.
async fn damaged() -> Vec<(Proto, &'static str)> {
    let coded = |encoding: &str, data: &[u8]| Proto {
        metadata: [(ENCODING.to_owned(), encoding.into())].into(),
        data: data.to_vec(),
        ..Proto::default()
    };
    let keys = codec(keys("a", KEY), None);
    let sealed = keys.encode_now(json("1")).await.unwrap();
    let mut nameless = sealed.clone();
    nameless.metadata.remove("encryption-key-id");
    let cut = Proto {
        data: sealed.data[..20].to_vec(),
        ..sealed
    };
    let within = keys.encode_now(coded("binary/zlib", b"gull")).await;
    let mut all = vec![
        (coded("binary/zlib", b"gull"), "binary/zlib, and damaged"),
        (coded("binary/gzip", b"gull"), "binary/gzip, and damaged"),
        (within.unwrap(), "binary/zlib, and damaged"),
        (nameless, "names no key"),
        (cut, "shorter than anything that was encrypted"),
    ];
    if cfg!(feature = "zstd") {
        let zstd = coded("binary/flock-zstd", b"gull");
        all.push((zstd, "binary/flock-zstd, and damaged"));
    }
    all
}

#[tokio::test]
async fn what_was_damaged_ends_what_wants_it_and_fails_no_task() {
    let client = codec(keys("a", KEY), None);
    let worker = client.of_worker();
    let in_run = SerializationContextData::None;
    let in_attempt = SerializationContextData::Activity(ActivitySerializationContext::new());
    for (damaged, told) in damaged().await {
        for (codec, context, type_name) in [
            (&worker, &in_run, "DecodeError"),
            (&worker, &in_attempt, "DecodeError"),
            (&client, &in_run, "Undecodable"),
        ] {
            let read = codec.decode(context, vec![json("0"), damaged.clone()]);
            let read = read.await.unwrap();
            assert_eq!(read[0], json("0"));
            let error = wire::read(vec![read[1].clone()]).unwrap_err();
            assert_eq!(error.type_name(), type_name, "{error}");
            assert!(error.message().contains(told), "{error}");
        }
    }
}

#[cfg(not(feature = "zstd"))]
#[tokio::test]
async fn what_another_build_reads_fails_the_task() {
    let zstd = Proto {
        metadata: [(ENCODING.to_owned(), b"binary/flock-zstd".to_vec())].into(),
        ..Proto::default()
    };
    let worker = codec(None, None).of_worker();
    let read = worker.decode(&SerializationContextData::None, vec![zstd]);
    assert!(read.await.unwrap_err().to_string().contains("`zstd`"));
}

#[tokio::test]
async fn what_is_long_is_compressed_where_that_helps() {
    let long = json(&format!("\"{}\"", "gull ".repeat(200)));
    let mut hows = vec![(Compression::Zlib, "binary/zlib")];
    if cfg!(feature = "zstd") {
        hows.push((Compression::Zstd, "binary/flock-zstd"));
    }
    for (how, name) in hows {
        let plain = codec(None, Some(how));
        let squeezed = plain.encode_now(long.clone()).await.unwrap();
        assert_eq!(encoding(&squeezed), name);
        assert!(squeezed.data.len() < 150);
        // Whoever compresses nothing reads it all the same.
        assert_eq!(codec(None, None).decode_one(squeezed).await.unwrap(), long);
        assert_eq!(
            plain.encode_now(json("1")).await.unwrap(),
            json("1"),
            "short"
        );
        let noise: String = (0..300).map(|_| fastrand::alphanumeric()).collect();
        let noise = Proto {
            data: fastrand::u128(..).to_le_bytes().to_vec(),
            ..json(&noise)
        };
        assert_eq!(
            plain.encode_now(noise.clone()).await.unwrap(),
            noise,
            "incompressible"
        );
        let both = codec(keys("a", KEY), Some(how));
        let sealed = both.encode_now(long.clone()).await.unwrap();
        assert_eq!(encoding(&sealed), "binary/encrypted");
        assert!(sealed.data.len() < 200, "compressed before it is encrypted");
        assert_eq!(both.decode_one(sealed).await.unwrap(), long);
    }
}

#[tokio::test]
async fn gzip_of_others_is_read_and_damage_told() {
    use std::io::Write as _;

    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&json("[1]").encode_to_vec()).unwrap();
    let packed = Proto {
        metadata: [(ENCODING.to_owned(), b"binary/gzip".to_vec())].into(),
        data: gzip.finish().unwrap(),
        ..Proto::default()
    };
    let codec = codec(None, None);
    assert_eq!(codec.decode_one(packed.clone()).await.unwrap(), json("[1]"));
    let cut = Proto {
        data: packed.data[..8].to_vec(),
        ..packed
    };
    let fault = codec.decode_one(cut).await.unwrap_err();
    assert!(
        fault.message.contains("binary/gzip, and damaged"),
        "{fault}"
    );
}

#[tokio::test]
async fn what_is_nobodys_secret_or_anothers_encoding_stays_as_it_is() {
    let codec = codec(keys("a", KEY), None);
    let mut open = json("1");
    open.metadata.insert(OPEN.to_owned(), b"true".to_vec());
    assert_eq!(codec.encode_now(open).await.unwrap(), json("1"));
    let theirs = Proto {
        metadata: [(ENCODING.to_owned(), b"binary/snappy".to_vec())].into(),
        data: vec![1],
        ..Proto::default()
    };
    assert_eq!(codec.decode_one(theirs.clone()).await.unwrap(), theirs);
}

/// A codec with a store in a folder of its own.
fn storing(name: &str, keys: Option<EncryptionKeys>) -> (Codec, std::path::PathBuf) {
    let folder = format!("flock-store-{}-{name}", std::process::id());
    let folder = std::env::temp_dir().join(folder);
    let mut config = Config::default();
    config.payloads.store = Some(format!("file://{}", folder.display()));
    config.payloads.above = Some(Size::bytes(1000));
    (Codec::of(keys, &config, "a shop").unwrap(), folder)
}

fn long() -> Proto {
    let mut long = json(&format!("\"{}\"", "gull ".repeat(300)));
    for note in ["one", "two", "three", "four"] {
        long.metadata.insert(note.to_owned(), note.into());
    }
    long
}

#[tokio::test]
async fn what_is_large_is_kept_by_its_content_and_what_is_small_is_not() {
    let (codec, folder) = storing("content", None);
    let small = json("1");
    assert_eq!(codec.encode_now(small.clone()).await.unwrap(), small);
    let reference = codec.encode_now(long()).await.unwrap();
    assert_eq!(encoding(&reference), "json/protobuf");
    assert_eq!(
        reference.metadata["messageType"],
        b"temporal.api.sdk.v1.ExternalStorageReference"
    );
    let size = i64::try_from(long().encoded_len()).unwrap();
    assert_eq!(reference.external_payloads[0].size_bytes, size);
    let said: serde_json::Value = serde_json::from_slice(&reference.data).unwrap();
    assert_eq!(said["driverName"], "flock.folder");
    let claim = &said["claimData"];
    assert_eq!(claim["hash_algorithm"], "sha256");
    let (key, hash) = (claim["key"].as_str().unwrap(), claim["hash_value"].as_str());
    assert_eq!(key, format!("v0/ns/a%20shop/d/sha256/{}", hash.unwrap()));
    let kept = std::fs::read(folder.join(key)).unwrap();
    assert_eq!(Proto::decode(&*kept).unwrap(), long());
    for _ in 0..20 {
        // Maps have another order each time.
        assert_eq!(codec.encode_now(long()).await.unwrap().data, reference.data);
    }
    let (other, _) = storing("content", None);
    assert_eq!(other.decode_one(reference).await.unwrap(), long());
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn what_is_encrypted_is_kept_by_its_content_too() {
    let (codec, folder) = storing("sealed", keys("a", KEY));
    let reference = codec.encode_now(long()).await.unwrap();
    let (other, _) = storing("sealed", keys("a", KEY));
    assert_eq!(other.encode_now(long()).await.unwrap().data, reference.data);
    let (otherwise, _) = storing("sealed", keys("a", [9; 32]));
    assert_ne!(
        otherwise.encode_now(long()).await.unwrap().data,
        reference.data
    );
    assert_eq!(other.decode_one(reference).await.unwrap(), long());
    // What stays with the server is never encrypted to the same.
    let small = [json("1"), json("1")].map(|small| codec.encode_inline(small).unwrap().data);
    assert_ne!(small[0], small[1]);
    std::fs::remove_dir_all(folder).unwrap();
}

/// As SDKs wrote it before, and as they may write it one day.
#[tokio::test]
async fn references_of_other_forms_are_read() {
    let (codec, folder) = storing("forms", keys("a", KEY));
    let reference = codec.encode_now(long()).await.unwrap();
    let said: serde_json::Value = serde_json::from_slice(&reference.data).unwrap();
    let legacy = serde_json::json!({
        "driver_name": said["driverName"],
        "driver_claim": { "claim_data": said["claimData"] },
    });
    let legacy = Proto {
        metadata: [(
            ENCODING.to_owned(),
            b"json/external-storage-reference".to_vec(),
        )]
        .into(),
        data: legacy.to_string().into_bytes(),
        ..Proto::default()
    };
    assert_eq!(codec.decode_one(legacy).await.unwrap(), long());
    let mut marked = codec.encode_inline(reference.clone()).unwrap();
    let marker = "__temporal_external_storage_reference".to_owned();
    marked.metadata.insert(marker, b"true".to_vec());
    marked
        .external_payloads
        .clone_from(&reference.external_payloads);
    assert_eq!(encoding(&marked), "binary/encrypted");
    assert_eq!(codec.decode_one(marked).await.unwrap(), long());
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_reference_leads_nowhere_else() {
    let (codec, folder) = storing("nowhere", None);
    let reference = codec.encode_now(long()).await.unwrap();
    let with = |from: &str, to: &str| {
        let said = String::from_utf8(reference.data.clone()).unwrap();
        assert!(said.contains(from), "{said}");
        Proto {
            data: said.replace(from, to).into_bytes(),
            ..reference.clone()
        }
    };
    for (from, to, told) in [
        ("v0/ns", "../v0/ns", "it is no key"),
        ("v0/ns", "/etc/v0/ns", "it is no key"),
        ("v0/ns", "v1/ns", "there is no such object"),
        (
            "flock.folder",
            "aws.s3driver",
            "the store of this program is file://",
        ),
        ("sha256\",", "md5\",", "without its SHA-256"),
        ("claimData", "claims", "the store of this program"),
        ("{", "[", "a reference, and damaged"),
    ] {
        let (fresh, _) = storing("nowhere", None);
        let fault = fresh.decode_one(with(from, to)).await.unwrap_err();
        assert!(fault.message.contains(told), "{to}: {fault}");
        // Another program may have another store, or this one its object again.
        let may_be = told.contains("the store of") || told.contains("no such object");
        assert_eq!(fault.is_damaged(), !may_be, "{to}: {fault}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}
