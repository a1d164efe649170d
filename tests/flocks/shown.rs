//! An agent that is shown images and files, and asked in words of its user's.

use flock::{
    __private::SendFuture,
    Media,
    model::{Model, ModelAnswer, ModelRequest},
    prelude::*,
};
use serde_json::json;

/// Tells what it was asked, and what it was shown.
#[derive(Clone)]
pub(crate) struct Mirror;

impl Model for Mirror {
    fn answer<'a>(&'a self, request: &'a ModelRequest) -> SendFuture<'a, Result<ModelAnswer>> {
        let shown = request.media.iter().map(|media| match media.bytes() {
            Some(bytes) => format!("{bytes:?}"),
            None => media.url().unwrap_or_default().to_owned(),
        });
        let told = json!({ "asked": request.question(), "shown": shown.collect::<Vec<_>>() });
        Box::pin(async move { Ok(request.answer(told)) })
    }
}

/// You look at pictures.
#[agent(
    model = "mirror/any",
    template = include_str!("shown.md"),
    input(question: String, picture: Media, more: Vec<Media> = Vec::new()),
    output(asked: String, shown: Vec<String>),
)]
pub(crate) struct Looker;

/// A picture is looked at.
#[flock(start = Looker)]
pub(crate) struct Looking;
