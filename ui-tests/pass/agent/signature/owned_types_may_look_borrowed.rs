//! `str` and slices travel in an owner, and what is `'static` need not be borrowed.
#![deny(warnings)]

use std::{borrow::Cow, sync::Arc};

use flock::{Agent, prelude::*};

#[agent(output(text: Box<str>, words: Vec<Cow<'static, str>>))]
async fn writer(
    title: Box<str>,
    words: Vec<Cow<'static, str>>,
    bytes: Box<[u8]>,
    pair: (String, [u8; 2]),
    maybe: Option<Vec<Option<String>>>,
) -> Result<(Box<str>, Vec<Cow<'static, str>>)> {
    drop((bytes, pair, maybe));
    Ok((title, words))
}

#[agent]
async fn sharer(lines: State<Arc<[String]>>) -> Result<String> {
    Ok(lines.join("\n"))
}

pub(crate) fn main() {
    assert_eq!(writer::DESCRIPTOR.inputs.len(), 5);
    assert_eq!(sharer::NAME, "sharer");
}
