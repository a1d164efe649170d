//! `[codec]`: how values are written for the server, so that it cannot read them, or has less to keep.

use std::path::{Path, PathBuf};

use super::{
    Size,
    frame::{OrVariable, Said, section},
};
use crate::text::words::words;

section! {
    /// The section `[codec]` of `flock.toml`: it is for runs on Temporal.
    ///
    /// ```toml
    /// [codec]
    /// keys_env = "SHOP_KEYS"       # or keys_file = "keys"
    /// compress = "zlib"
    /// compress_above = "4 KiB"
    /// ```
    pub struct CodecSection {
        /// The environment variable that holds the encryption keys: each `id=key`, 32 bytes of base64, by commas or
        /// lines; the first writes, each reads. Values are encrypted where this or the next is set.
        pub keys_env: Option<String> as Option<OrVariable> = "none: nothing is encrypted",
        /// The file that holds them; it is read again when a value names a key that is not known yet.
        pub keys_file: Option<PathBuf> = "none",
        /// How values are compressed before they are encrypted; they are not when left out.
        pub compress: Option<Compression> = "none",
        /// Values of more bytes are compressed.
        pub compress_above: Option<Size> = "`\"4 KiB\"`",
    }
}

words! {
    /// How values are compressed.
    pub enum Compression {
        /// As Temporal's SDK for Go does (`binary/zlib`).
        Zlib = "zlib",
        /// Smaller and faster, for programs of flock alone. Needs the feature `zstd`.
        Zstd = "zstd",
    }
}

impl CodecSection {
    /// Above which size values are compressed when nothing says so.
    pub const COMPRESS_ABOVE: Size = Size::bytes(4 << 10);

    fn check(&self, said: &mut Said<'_>) {
        if self.keys_env.is_some() && self.keys_file.is_some() {
            said.at(
                "keys_file",
                "`keys_env` and `keys_file` exclude each other: leave one out",
            );
        }
        said.variable("keys_env", self.keys_env.as_deref(), "SHOP_KEYS");
        if self.compress_above.is_some() && self.compress.is_none() {
            said.at(
                "compress_above",
                "`compress_above` does nothing without `compress`: add `compress = \"zlib\"`",
            );
        }
        if self.compress == Some(Compression::Zstd) && !cfg!(feature = "zstd") {
            said.at(
                "compress",
                "compress = \"zstd\" needs flock's feature `zstd`, which this program was built without: add it in Cargo.toml, or write \"zlib\"",
            );
        }
    }

    /// A file of a relative path is in `folder`.
    pub(super) fn look_in(&mut self, folder: &Path) {
        if let Some(file) = &mut self.keys_file {
            *file = folder.join(&*file);
        }
    }
}
