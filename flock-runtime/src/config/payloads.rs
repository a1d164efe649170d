//! `[payloads]`: where large values are kept, outside of the server.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::{
    Size,
    frame::{Said, section},
};

section! {
    /// The section `[payloads]` of `flock.toml`: it is for runs on Temporal.
    ///
    /// ```toml
    /// [payloads]
    /// store = "s3://shop-payloads"   # or gs://bucket, az://container, file:///a/folder; each may go on with a path
    /// above = "256 KiB"
    /// ```
    pub struct PayloadsSection {
        /// Where values are kept that are too large for a history: `s3://bucket`, `gs://bucket`, `az://container` or
        /// `file:///folder`, each with a path behind it if wanted. A history then has a reference to them.
        pub store: Option<String> = "none: histories hold all values",
        /// Values of at least so many bytes are kept there, as they are once they are compressed and encrypted.
        pub above: Option<Size> = "`\"256 KiB\"`",
    }
}

/// A store, as a file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StoreAddress {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket of a cloud, and what keys in it begin with.
    Bucket {
        cloud: Cloud,
        bucket: String,
        prefix: String,
    },
}

/// Who keeps a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cloud {
    S3,
    Gcs,
    Azure,
}

impl Cloud {
    /// What the addresses of its buckets begin with.
    pub(crate) const fn scheme(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Gcs => "gs",
            Self::Azure => "az",
        }
    }
}

impl fmt::Display for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "file://{}", path.display()),
            Self::Bucket {
                cloud,
                bucket,
                prefix,
            } => {
                write!(f, "{}://{bucket}", cloud.scheme())?;
                match prefix.as_str() {
                    "" => Ok(()),
                    prefix => write!(f, "/{prefix}"),
                }
            }
        }
    }
}

impl StoreAddress {
    fn parse(text: &str) -> Result<Self, String> {
        let how = "write `s3://bucket`, `gs://bucket`, `az://container` or `file:///folder`";
        let none = || format!("`{text}` names no store: {how}");
        let (scheme, rest) = text.split_once("://").ok_or_else(none)?;
        let cloud = match scheme {
            "file" => {
                let folder = Path::new(rest);
                return match folder.is_absolute() {
                    true => Ok(Self::Folder(folder.to_owned())),
                    false => Err(format!(
                        "`{text}` names no folder from the root on: write `file:///folder`, with three strokes"
                    )),
                };
            }
            "s3" => Cloud::S3,
            "gs" => Cloud::Gcs,
            "az" => Cloud::Azure,
            _ => return Err(none()),
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(none());
        }
        if !cfg!(feature = "object-store") {
            return Err(format!(
                "`{text}` needs flock's feature `object-store`, which this program was built without: add it in Cargo.toml, or name a folder by `file:///folder`"
            ));
        }
        Ok(Self::Bucket {
            cloud,
            bucket: bucket.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
        })
    }
}

impl PayloadsSection {
    /// From how many bytes on values are kept elsewhere when nothing says so: as in Temporal's SDKs.
    pub const ABOVE: Size = Size::bytes(256 << 10);
    /// A few of this size must fit into what a server takes at once.
    const HIGHEST: Size = Size::bytes(512 << 10);

    /// Where large values are kept; none where nobody names a place.
    ///
    /// # Errors
    /// What is wrong with the name.
    pub(crate) fn address(&self) -> Result<Option<StoreAddress>, String> {
        self.store.as_deref().map(StoreAddress::parse).transpose()
    }

    /// Whether a value of so many bytes of JSON is kept there, or is smaller once it is compressed.
    #[cfg(feature = "temporal")]
    pub(crate) fn keeps(&self, bytes: usize) -> bool {
        let above = self.above.unwrap_or(Self::ABOVE).as_bytes();
        self.store.is_some() && u64::try_from(bytes).unwrap_or(u64::MAX) >= above
    }

    fn check(&self, said: &mut Said<'_>) {
        if let Err(message) = self.address() {
            said.at("store", message);
        }
        match self.above {
            Some(_) if self.store.is_none() => said.at(
                "above",
                "`above` does nothing without `store`: name a place, such as `store = \"s3://bucket\"`",
            ),
            Some(above) if above > Self::HIGHEST => said.at(
                "above",
                format!(
                    "above = \"{above}\" is too much, since a server takes 2 MiB at once: write at most {}",
                    Self::HIGHEST
                ),
            ),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_named_by_a_url() {
        let folder = StoreAddress::parse("file:///var/lib/payloads").unwrap();
        assert_eq!(folder, StoreAddress::Folder("/var/lib/payloads".into()));
        assert_eq!(folder.to_string(), "file:///var/lib/payloads");
        for (text, said) in [
            ("/var/lib/payloads", "names no store"),
            ("ftp://a", "names no store"),
            ("s3://", "names no store"),
            ("file://payloads", "with three strokes"),
        ] {
            let fault = StoreAddress::parse(text).unwrap_err();
            assert!(fault.contains(said), "{text}: {fault}");
        }
    }

    #[cfg(feature = "object-store")]
    #[test]
    fn a_bucket_may_have_a_path_behind_it() {
        for (text, prefix) in [
            ("s3://shop", ""),
            ("gs://shop/", ""),
            ("az://shop/large/values/", "large/values"),
        ] {
            let StoreAddress::Bucket {
                bucket, prefix: is, ..
            } = StoreAddress::parse(text).unwrap()
            else {
                panic!("{text}");
            };
            assert_eq!((bucket.as_str(), is.as_str()), ("shop", prefix));
        }
    }
}
