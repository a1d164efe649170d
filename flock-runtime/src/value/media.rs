//! Images and files, as inputs of agents.

mod kinds;

use std::{borrow::Cow, fmt, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::flock_type::{FlockType, Shape};
use crate::error::{Error, Result};

pub(crate) use kinds::media_type_of;

/// An image or a file that an agent takes: a model sees it as its vendor shows it such things, not as text.
///
/// It stands wherever a value does: in a field of an input, in a `Vec`, in a type of your own. What it holds
/// travels with the input, and so is bounded by what Temporal takes (2 MiB of JSON, about 1.5 MB of bytes, unless large values have a store);
/// what is larger is given by its [address](Self::at), where the vendor takes one.
///
/// ```
/// use flock::Media;
///
/// let photo = Media::new("image/png", b"\x89PNG").named("lighthouse.png");
/// assert_eq!(photo.to_string(), "lighthouse.png, image/png, 4 B");
/// ```
///
/// Its JSON is `{"media_type": "image/png", "base64": "iVBOR…", "name": "lighthouse.png"}`, with `media_url` in place
/// of `base64` for an address. On the command line it is read from a file: `--input picture=@photo.png`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Media {
    media_type: String,
    name: Option<String>,
    content: Content,
}

#[derive(Clone, PartialEq, Eq)]
enum Content {
    /// As it travels.
    Base64(String),
    Url(String),
}

/// Its JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    media_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    media_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl Media {
    /// What these bytes are, by their media type: `image/png`, `application/pdf`, `text/plain`.
    pub fn new(media_type: impl Into<String>, bytes: impl AsRef<[u8]>) -> Self {
        Self {
            media_type: media_type.into(),
            name: None,
            content: Content::Base64(STANDARD.encode(bytes)),
        }
    }

    /// What is at this address, which the vendor fetches: not every vendor does.
    pub fn at(media_type: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            media_type: media_type.into(),
            name: None,
            content: Content::Url(url.into()),
        }
    }

    /// The file at `path`, under its own name. Its media type is told by the name's ending.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) and other kinds where it cannot be read;
    /// [`Invalid`](crate::ErrorKind::Invalid) where its ending says nothing: make it by [`Media::new`] then.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let shown = path.display();
        let media_type = media_type_of(path).ok_or_else(|| {
            Error::invalid(format!(
                "what `{shown}` is cannot be told by its name: give its media type by `Media::new`"
            ))
        })?;
        let bytes = std::fs::read(path)
            .map_err(|error| Error::not_found(format!("cannot read `{shown}`: {error}")))?;
        let media = Self::new(media_type, bytes);
        Ok(match path.file_name().and_then(|name| name.to_str()) {
            Some(name) => media.named(name),
            None => media,
        })
    }

    /// Says what it is called, for people and models.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What it is: `image/png`.
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// What it is called.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where it is, of one that was given by its address.
    pub fn url(&self) -> Option<&str> {
        match &self.content {
            Content::Url(url) => Some(url),
            Content::Base64(_) => None,
        }
    }

    /// Its bytes in base64, of one that holds them.
    pub fn base64(&self) -> Option<&str> {
        match &self.content {
            Content::Base64(text) => Some(text),
            Content::Url(_) => None,
        }
    }

    /// Its bytes, of one that holds them.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(self.base64()?).ok()
    }

    /// How many bytes it has, of one that holds them.
    pub fn size(&self) -> Option<usize> {
        let text = self.base64()?;
        let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
        Some(text.len() / 4 * 3 - padding)
    }

    /// Whether it is an image, by its media type.
    pub fn is_image(&self) -> bool {
        self.is("image/")
    }

    /// Whether its media type begins so.
    pub(crate) fn is(&self, kind: &str) -> bool {
        let media_type = self.media_type.trim();
        (media_type.get(..kind.len())).is_some_and(|begin| begin.eq_ignore_ascii_case(kind))
    }
}

/// What it is, without what it holds: `photo.png, image/png, 12 KB`.
impl fmt::Display for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{name}, ")?;
        }
        f.write_str(&self.media_type)?;
        match self.size() {
            Some(bytes @ ..1_000) => write!(f, ", {bytes} B"),
            Some(bytes @ ..1_000_000) => write!(f, ", {} KB", bytes.div_ceil(1_000)),
            Some(bytes) => write!(
                f,
                ", {}.{} MB",
                bytes / 1_000_000,
                bytes % 1_000_000 / 100_000
            ),
            None => f.write_str(", by its address"),
        }
    }
}

/// The same: what it holds is nothing to read, and an address may hold a key.
impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Media({self})")
    }
}

impl TryFrom<Wire> for Media {
    type Error = String;

    fn try_from(wire: Wire) -> Result<Self, String> {
        let Wire {
            media_type,
            base64,
            media_url,
            name,
        } = wire;
        if !media_type.contains('/') {
            return Err(format!(
                "`{media_type}` is no media type: write one such as `image/png`"
            ));
        }
        let content = match (base64, media_url) {
            (Some(text), None) => {
                (STANDARD.decode(&text))
                    .map_err(|fault| format!("`base64` is not base64: {fault}"))?;
                Content::Base64(text)
            }
            (None, Some(url)) => match url.split_once("://") {
                Some(_) => Content::Url(url),
                None => return Err("`media_url` is no URL: it begins with `https://`".to_owned()),
            },
            (Some(_), Some(_)) => {
                return Err("media have either `base64` or `media_url`, not both".to_owned());
            }
            (None, None) => {
                return Err(
                    "media have their bytes in `base64`, or their address in `media_url`"
                        .to_owned(),
                );
            }
        };
        Ok(Self {
            media_type,
            name,
            content,
        })
    }
}

impl From<Media> for Wire {
    fn from(media: Media) -> Self {
        let (base64, media_url) = match media.content {
            Content::Base64(text) => (Some(text), None),
            Content::Url(url) => (None, Some(url)),
        };
        Self {
            media_type: media.media_type,
            base64,
            media_url,
            name: media.name,
        }
    }
}

impl JsonSchema for Media {
    fn schema_name() -> Cow<'static, str> {
        "Media".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "flock::Media".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "format": FORMAT,
            "properties": {
                "media_type": { "type": "string", "description": "What it is, such as image/png" },
                "base64": { "type": "string", "description": "Its bytes" },
                "media_url": { "type": "string", "description": "Its address, in place of its bytes" },
                "name": { "type": "string", "description": "What it is called" },
            },
            "required": ["media_type"],
            "additionalProperties": false,
            "examples": [{ "media_type": "text/plain", "base64": "SGVsbG8=" }],
        })
    }
}

/// By what a schema says that a value is an image or a file.
pub(crate) const FORMAT: &str = "media";

impl FlockType for Media {
    const SHAPE: Shape = Shape::Value;
}

/// Puts a text in the place of each of them in `value`.
pub(crate) fn replace(value: &mut Value, with: &mut impl FnMut(Media) -> String) {
    if let Some(media) = of(value) {
        *value = Value::String(with(media));
        return;
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, with)),
        Value::Object(fields) => fields.values_mut().for_each(|field| replace(field, with)),
        _ => {}
    }
}

/// The value as an image or a file, where it is one.
fn of(value: &Value) -> Option<Media> {
    let fields = value.as_object()?;
    let is_one = |key| fields.get(key).is_some_and(Value::is_string);
    if !is_one("media_type") || !(is_one("base64") || is_one("media_url")) {
        return None;
    }
    Media::deserialize(value).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_travels_as_it_is() {
        let photo = Media::new("image/png", [0, 1, 2, 3, 4]).named("a.png");
        let json = serde_json::to_value(&photo).unwrap();
        let wire = json!({ "media_type": "image/png", "base64": "AAECAwQ=", "name": "a.png" });
        assert_eq!(json, wire);
        let back: Media = serde_json::from_value(json).unwrap();
        assert_eq!(back, photo);
        assert_eq!(
            (back.bytes(), back.size()),
            (Some(vec![0, 1, 2, 3, 4]), Some(5))
        );

        let there = Media::at("image/png", "https://h/a.png?key=secret");
        let json = serde_json::to_value(&there).unwrap();
        assert_eq!(json["media_url"], "https://h/a.png?key=secret");
        assert_eq!(serde_json::from_value::<Media>(json).unwrap(), there);
        assert_eq!(format!("{there:?}"), "Media(image/png, by its address)");
    }

    #[test]
    fn it_shows_what_it_is_and_not_what_it_holds() {
        for (bytes, shown) in [(999, "999 B"), (1_001, "2 KB"), (1_250_000, "1.2 MB")] {
            let media = Media::new("image/png", vec![7; bytes]);
            assert_eq!(media.to_string(), format!("image/png, {shown}"));
            assert!(format!("{media:?}").len() < 50);
        }
    }

    #[test]
    fn what_is_no_media_is_refused() {
        let wrong = |json: Value| {
            serde_json::from_value::<Media>(json)
                .unwrap_err()
                .to_string()
        };
        for (json, said) in [
            (
                json!({ "media_type": "png", "base64": "" }),
                "`png` is no media type",
            ),
            (
                json!({ "media_type": "image/png" }),
                "in `base64`, or their address",
            ),
            (
                json!({ "media_type": "image/png", "base64": "?" }),
                "not base64",
            ),
            (
                json!({ "media_type": "image/png", "media_url": "h" }),
                "no URL",
            ),
            (
                json!({ "media_type": "image/png", "media_url": "https://h", "base64": "" }),
                "not both",
            ),
        ] {
            let told = wrong(json);
            assert!(told.contains(said), "{told}");
        }
    }

    #[test]
    fn a_file_is_read_under_its_name() {
        let folder = std::env::temp_dir().join(format!("flock-media-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("Page.PDF");
        std::fs::write(&path, "%PDF").unwrap();
        let media = Media::read(&path).unwrap();
        assert_eq!(media.to_string(), "Page.PDF, application/pdf, 4 B");
        let unknown = Media::read(folder.join("page.xyz")).unwrap_err();
        assert!(unknown.message().contains("Media::new"), "{unknown}");
        let gone = Media::read(folder.join("gone.png")).unwrap_err();
        assert!(gone.message().contains("cannot read"), "{gone}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
