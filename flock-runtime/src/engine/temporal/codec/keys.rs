//! Encryption keys: what they are called, which one writes, and where they come from.

use std::{
    collections::BTreeSet,
    env::VarError,
    fmt, fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use ring::{
    aead::{AES_256_GCM, LessSafeKey, UnboundKey},
    hmac,
};

use super::fault::Fault;
use crate::{config::CodecSection, error::StartError};

/// A file of keys is looked at so often at most.
const PAUSE: Duration = Duration::from_secs(5);
/// Bytes of a key.
const LENGTH: usize = 32;

/// The keys by which values are encrypted (AES-256-GCM) and decrypted, each under an id that is kept with
/// what it encrypted.
///
/// The first writes, and each reads. To rotate: give every program the new key behind the first, then bring
/// it to the front everywhere; take the old one away when the last run that it wrote is no longer kept.
///
/// ```
/// use flock::runtime::{ConnectOptions, EncryptionKeys};
///
/// # fn key(name: &str) -> [u8; 32] { [7; 32] }
/// let keys = EncryptionKeys::new("2026-11", key("newest")).read_with("2025-11", key("older"));
/// let options = ConnectOptions::default().encryption(keys);
/// ```
#[derive(Clone)]
pub struct EncryptionKeys(Arc<[Key]>);

#[derive(Clone)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) key: LessSafeKey,
    /// Makes nonces of values: see `seal`.
    pub(super) nonces: hmac::Key,
}

impl Key {
    fn new(id: String, bytes: &[u8]) -> Option<Self> {
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).ok()?);
        // Another key than the one that encrypts.
        let own = hmac::sign(
            &hmac::Key::new(hmac::HMAC_SHA256, bytes),
            b"flock: nonces of values that are kept by their content",
        );
        let nonces = hmac::Key::new(hmac::HMAC_SHA256, own.as_ref());
        Some(Self { id, key, nonces })
    }
}

impl EncryptionKeys {
    /// The key that writes, and reads what it wrote.
    pub fn new(id: impl Into<String>, key: [u8; LENGTH]) -> Self {
        Self(Key::new(id.into(), &key).into_iter().collect())
    }

    /// A further key, which only reads. Of one id the first counts.
    #[must_use]
    pub fn read_with(self, id: impl Into<String>, key: [u8; LENGTH]) -> Self {
        let keys = self.0.iter().cloned();
        Self(keys.chain(Key::new(id.into(), &key)).collect())
    }

    /// Keys in a text, as `[codec]` of `flock.toml` names them by `keys_env` or `keys_file`: each `id=key`, the
    /// key as 32 bytes of base64 (`openssl rand -base64 32`), by commas or lines. Lines that begin with `#`
    /// say nothing.
    ///
    /// ```
    /// use flock::runtime::EncryptionKeys;
    ///
    /// let keys = "2026-11=dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE=";
    /// assert_eq!(EncryptionKeys::parse(keys)?.ids(), ["2026-11"]);
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with which of them; never a key itself.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'));
        let named = lines
            .flat_map(|line| line.split(','))
            .map(str::trim)
            .filter(|named| !named.is_empty());
        let (mut keys, mut ids) = (Vec::new(), BTreeSet::new());
        for (named, number) in named.zip(1..) {
            let how = "write each as `id=key`, the key as 32 bytes of base64: `openssl rand -base64 32` makes one";
            let (id, key) = named
                .split_once('=')
                .map(|(id, key)| (id.trim(), key.trim()))
                .filter(|(id, _)| !id.is_empty())
                .ok_or_else(|| format!("key {number} has no id: {how}"))?;
            let bytes = BASE64_STANDARD
                .decode(key)
                .map_err(|_| format!("the key `{id}` is no base64: {how}"))?;
            if bytes.len() != LENGTH {
                return Err(format!(
                    "the key `{id}` has {} bytes, and AES-256 takes {LENGTH}: {how}",
                    bytes.len()
                ));
            }
            if !ids.insert(id.to_owned()) {
                return Err(format!(
                    "there are two keys `{id}`: give each an id of its own"
                ));
            }
            keys.extend(Key::new(id.to_owned(), &bytes));
        }
        match keys.is_empty() {
            true => Err(
                "there is no key: write one as `id=key`, 32 bytes of base64 (`openssl rand -base64 32`)"
                    .to_owned(),
            ),
            false => Ok(Self(keys.into())),
        }
    }

    /// What the keys are called; the first writes.
    pub fn ids(&self) -> Vec<&str> {
        self.0.iter().map(|key| key.id.as_str()).collect()
    }
}

impl fmt::Debug for EncryptionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EncryptionKeys").field(&self.ids()).finish()
    }
}

/// Where keys come from.
#[derive(Debug)]
enum Source {
    Given,
    Variable(String),
    File(PathBuf),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("the keys that the program was given"),
            Self::Variable(name) => write!(f, "the variable {name}"),
            Self::File(path) => write!(f, "the file {}", path.display()),
        }
    }
}

/// The keys in force.
#[derive(Debug)]
pub(super) struct Keyring {
    keys: RwLock<EncryptionKeys>,
    source: Source,
    looked: Mutex<Looked>,
}

impl Keyring {
    /// Those that were given, else those that `section` names; none where nobody names any.
    pub(super) fn of(
        given: Option<EncryptionKeys>,
        section: &CodecSection,
    ) -> Result<Option<Self>, StartError> {
        let (source, keys) = match (given, &section.keys_env, &section.keys_file) {
            (Some(keys), ..) => (Source::Given, Ok(keys)),
            (None, Some(name), _) => {
                let source = Source::Variable(name.clone());
                let text = std::env::var(name).map_err(|error| unread(&error));
                (source, text.and_then(|text| EncryptionKeys::parse(&text)))
            }
            (None, None, Some(path)) => (Source::File(path.clone()), read(path)),
            (None, None, None) => return Ok(None),
        };
        let keys = keys.map_err(|message| StartError::Setting {
            name: format!("[codec] {source}"),
            message,
        })?;
        Ok(Some(Self {
            keys: RwLock::new(keys),
            source,
            looked: Mutex::default(),
        }))
    }

    /// The key that writes. One that has come to the front of the file writes from then on.
    pub(super) fn newest(&self) -> Option<Key> {
        self.look_again();
        self.all().0.first().cloned()
    }

    /// The key of this id. A file that does not have it yet may have it now.
    pub(super) fn key(&self, id: &str) -> Result<Key, Fault> {
        let known = || self.all().0.iter().find(|key| key.id == id).cloned();
        if let Some(key) = known() {
            return Ok(key);
        }
        self.look_again();
        known().ok_or_else(|| {
            let all = self.all();
            Fault::of_key(
                id,
                format!(
                    "it is encrypted with key `{id}`, which is not among {} (`{}`): add it there, behind the first",
                    self.source,
                    all.ids().join("`, `")
                ),
            )
        })
    }

    pub(super) fn source(&self) -> String {
        self.source.to_string()
    }

    fn all(&self) -> EncryptionKeys {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.clone()
    }

    fn look_again(&self) {
        let Source::File(path) = &self.source else {
            return;
        };
        // Whoever comes while another reads waits for what that finds.
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.at.is_some_and(|at| at.elapsed() < PAUSE) {
            return;
        }
        looked.at = Some(Instant::now());
        match read(path) {
            Ok(keys) => {
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
                looked.fault = None;
            }
            Err(message) if looked.fault.as_ref() != Some(&message) => {
                tracing::warn!(
                    "[codec] {}: {message}; the keys that were read before go on to be used",
                    self.source
                );
                looked.fault = Some(message);
            }
            Err(_) => {}
        }
    }
}

/// The last look at a file of keys.
#[derive(Debug, Default)]
struct Looked {
    at: Option<Instant>,
    /// What was wrong with it: it is told once.
    fault: Option<String>,
}

/// Why a variable says nothing. Its content may be keys, and is not repeated.
fn unread(error: &VarError) -> String {
    match error {
        VarError::NotPresent => "it is not set".to_owned(),
        VarError::NotUnicode(_) => "it is no text (UTF-8)".to_owned(),
    }
}

fn read(path: &PathBuf) -> Result<EncryptionKeys, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    EncryptionKeys::parse(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdCE=";

    #[test]
    fn keys_are_read_from_lines_and_commas() {
        let text = format!("# the newest first\nb={KEY}\n\n a = {KEY} , c={KEY}");
        let keys = EncryptionKeys::parse(&text).unwrap();
        assert_eq!(keys.ids(), ["b", "a", "c"]);
        assert!(!format!("{keys:?}").contains("dGVz"));
    }

    #[test]
    fn what_is_no_key_is_told_without_it() {
        for (text, said) in [
            ("", "there is no key"),
            (KEY.trim_end_matches('='), "key 1 has no id"),
            (
                "a=c2hvcnQ=",
                "the key `a` has 5 bytes, and AES-256 takes 32",
            ),
            ("a=secret!", "the key `a` is no base64"),
            (&format!("a={KEY},a={KEY}"), "two keys `a`"),
        ] {
            let fault = EncryptionKeys::parse(text).unwrap_err();
            assert!(fault.contains(said), "{text}: {fault}");
            assert!(!fault.contains("secret!"), "{fault}");
        }
    }

    #[test]
    fn a_file_is_read_again_for_a_key_that_is_new() {
        let file = std::env::temp_dir().join(format!("flock-keys-{}", std::process::id()));
        fs::write(&file, format!("a={KEY}")).unwrap();
        let section = CodecSection {
            keys_file: Some(file.clone()),
            ..CodecSection::default()
        };
        let ring = Keyring::of(None, &section).unwrap().unwrap();
        assert!(ring.key("a").is_ok());
        fs::write(&file, format!("b={KEY}\na={KEY}")).unwrap();
        assert_eq!(ring.key("b").unwrap().id, "b");
        assert_eq!(ring.newest().unwrap().id, "b", "and writes from then on");
        fs::remove_file(file).unwrap();
    }

    #[test]
    fn a_key_that_comes_to_the_front_writes() {
        let file = std::env::temp_dir().join(format!("flock-front-{}", std::process::id()));
        fs::write(&file, format!("a={KEY}\nb={KEY}")).unwrap();
        let section = CodecSection {
            keys_file: Some(file.clone()),
            ..CodecSection::default()
        };
        let ring = Keyring::of(None, &section).unwrap().unwrap();
        assert_eq!(ring.newest().unwrap().id, "a");
        fs::write(&file, format!("b={KEY}\na={KEY}")).unwrap();
        // As if the pause were over.
        ring.looked.lock().unwrap().at = None;
        assert_eq!(
            ring.newest().unwrap().id,
            "b",
            "with no value that it reads"
        );
        fs::remove_file(file).unwrap();
    }

    #[test]
    fn all_who_ask_for_a_new_key_get_it() {
        let file = std::env::temp_dir().join(format!("flock-many-{}", std::process::id()));
        let section = CodecSection {
            keys_file: Some(file.clone()),
            ..CodecSection::default()
        };
        // Long, so that reading it takes a while.
        let old = (0..2000).map(|number| format!("{number}={KEY}"));
        let old = old.collect::<Vec<_>>().join("\n");
        for _ in 0..20 {
            fs::write(&file, format!("a={KEY}")).unwrap();
            let ring = Keyring::of(None, &section).unwrap().unwrap();
            fs::write(&file, format!("{old}\nb={KEY}")).unwrap();
            let together = std::sync::Barrier::new(8);
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        together.wait();
                        assert!(ring.key("b").is_ok());
                    });
                }
            });
        }
        fs::remove_file(file).unwrap();
    }

    #[test]
    fn a_variable_that_is_no_text_is_told_without_it() {
        let said = unread(&VarError::NotUnicode("a=secret".into()));
        assert!(!said.contains("secret"), "{said}");
    }
}
