//! Images and files, as vendors take them.

use genai::{
    adapter::AdapterKind,
    chat::{Binary, BinarySource, ContentPart},
};
use serde_json::json;

use super::vendor::Vendor;
use crate::{
    error::{Error, Result},
    value::media::Media,
};

const PDF: &str = "application/pdf";

/// What a vendor takes, beside texts, which are put into the words.
struct Takes {
    /// Kinds by their bytes.
    bytes: &'static [&'static str],
    /// Kinds by their address.
    urls: &'static [&'static str],
}

const ANY: &str = "";
const IMAGES: &[&str] = &["image/"];

fn takes(vendor: &Vendor) -> Takes {
    let (bytes, urls) = match vendor.protocol {
        // It does not look at addresses.
        _ if vendor.name == "ollama" => (IMAGES, &[][..]),
        AdapterKind::OpenAI => (&["image/", "audio/", PDF][..], IMAGES),
        AdapterKind::OpenAIResp => (&["image/", PDF][..], &["image/", PDF][..]),
        AdapterKind::Anthropic => (&["image/", PDF][..], &["image/", PDF][..]),
        AdapterKind::Gemini | AdapterKind::GeminiIx | AdapterKind::Vertex => {
            (&[ANY][..], &[ANY][..])
        }
        AdapterKind::BedrockApi => (&["image/", PDF][..], &[][..]),
        AdapterKind::OllamaCloud => (IMAGES, &[][..]),
        AdapterKind::Cohere => (&[][..], &[][..]),
        // By OpenAI's protocol.
        _ => (IMAGES, IMAGES),
    };
    Takes { bytes, urls }
}

/// The parts that show `media`, in their order.
///
/// # Errors
/// [`Invalid`](crate::ErrorKind::Invalid), where the vendor does not take one.
pub(super) fn parts(vendor: &Vendor, media: &[Media]) -> Result<Vec<ContentPart>> {
    let parts = media.iter().enumerate();
    parts.map(|(at, one)| part(vendor, at + 1, one)).collect()
}

fn part(vendor: &Vendor, number: usize, media: &Media) -> Result<ContentPart> {
    if let Some(text) = text(media) {
        return Ok(ContentPart::from_text(format!(
            "attachment {number}:\n{text}"
        )));
    }
    let takes = takes(vendor);
    let of = |kinds: &[&str]| kinds.iter().any(|kind| media.is(kind));
    let by_address = media.url().is_some();
    if !of(if by_address { takes.urls } else { takes.bytes }) {
        return Err(refused(vendor, number, media, &takes));
    }
    let (kind, name) = (media.media_type().to_owned(), media.name());
    if let (AdapterKind::Anthropic, Some(url), true) =
        (vendor.protocol, media.url(), media.is_image())
    {
        // Its client leaves these out.
        let source = json!({ "type": "url", "url": url });
        return Ok(ContentPart::from_custom(
            json!({ "type": "image", "source": source }),
            None,
        ));
    }
    // A file without a name is refused.
    let name = name.map_or_else(|| format!("attachment-{number}"), str::to_owned);
    let source = match (media.url(), media.base64()) {
        (Some(url), _) => BinarySource::Url(url.to_owned()),
        (None, text) => BinarySource::Base64(text.unwrap_or_default().into()),
    };
    Ok(ContentPart::Binary(Binary::new(kind, source, Some(name))))
}

/// What it says, of one that is a text.
fn text(media: &Media) -> Option<String> {
    if !media.is("text/") && !media.is("application/json") {
        return None;
    }
    String::from_utf8(media.bytes()?).ok()
}

#[cold]
fn refused(vendor: &Vendor, number: usize, media: &Media, takes: &Takes) -> Error {
    let named = |kinds: &[&str]| {
        let words = kinds.iter().map(|kind| match *kind {
            "image/" => "images",
            "audio/" => "audio",
            PDF => "PDF",
            other => other,
        });
        words.chain(["texts"]).collect::<Vec<_>>().join(", ")
    };
    let what = match media.url() {
        Some(_) => format!("by its bytes {}, by its address {}", named(takes.bytes), {
            match takes.urls {
                [] => "nothing".to_owned(),
                urls => named(urls).replace(", texts", ""),
            }
        }),
        None => named(takes.bytes),
    };
    Error::invalid(format!(
        "`{}` does not take attachment {number} ({media}): it takes {what}",
        vendor.name
    ))
    .with_type("MediaNotTaken")
}
