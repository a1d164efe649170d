//! What a flock's own body publishes to the stream that its run hosts.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;

use super::{Entry, Hosted, KEPT};
use crate::{
    error::{Error, Result},
    flock::FlockContext,
    value::payload::Payload,
};

impl<S: 'static> FlockContext<S> {
    /// Publishes a value to the stream that the run hosts (Temporal: Workflow Streams), where clients
    /// follow it beside what the agents say. It is no step, and no event in a history.
    ///
    /// ```
    /// use flock::prelude::*;
    ///
    /// # #[agent(output = "page: String")]
    /// # async fn fetch(url: String) -> Result<String> { Ok(url) }
    /// #[flock(stream)]
    /// async fn crawl(ctx: FlockContext, urls: Vec<String>) -> Result<usize> {
    ///     for (done, url) in urls.iter().enumerate() {
    ///         ctx.publish("progress", &done)?;
    ///         ctx.run::<fetch>(url.clone()).await?;
    ///     }
    ///     Ok(urls.len())
    /// }
    /// ```
    ///
    /// Any topic will do; `delta`, `tool_call`, `retry` and `complete` are what agents publish under.
    ///
    /// # Errors
    /// `Invalid` when the flock is not one with `stream`, when the value has no JSON form, and, of type
    /// `TooLarge`, when it is more than the stream keeps: a million bytes, in base64.
    pub fn publish(&self, topic: &str, item: &(impl Serialize + ?Sized)) -> Result<()> {
        let publish = || {
            let Some(hosted) = self.run_state().hosted() else {
                return Err(Error::invalid(format!(
                    "flock `{}` hosts no stream: write `stream` in its attribute",
                    self.info().flock.name
                )));
            };
            hosted.add(topic, &Payload::encode(item)?)
        };
        publish().map_err(|error| error.context(format_args!("an item of topic `{topic}`")))?;
        self.backend().wake();
        Ok(())
    }
}

impl Hosted {
    /// Takes in an item of the run's own.
    fn add(&self, topic: &str, item: &Payload) -> Result<()> {
        let item = Entry {
            topic: topic.to_owned(),
            data: data(item),
        };
        let bytes = item.bytes();
        if bytes > KEPT {
            let message = format!(
                "{bytes} bytes are more than a stream keeps ({KEPT}): keep the data elsewhere, and publish where it is"
            );
            return Err(Error::invalid(message).with_type("TooLarge"));
        }
        self.log.borrow_mut().push(item);
        Ok(())
    }
}

/// As items travel: a Temporal payload of JSON in protobuf, in base64. Its bytes are written here, since a program
/// without Temporal has no protobuf.
pub(crate) fn data(item: &Payload) -> String {
    let (mut encoding, mut bytes) = (Vec::new(), Vec::new());
    field(&mut encoding, 1, b"encoding");
    field(&mut encoding, 2, b"json/plain");
    field(&mut bytes, 1, &encoding);
    field(&mut bytes, 2, item.as_bytes());
    STANDARD.encode(bytes)
}

/// A field of bytes: its number and that it has a length, the length in groups of seven bits, the bytes.
fn field(message: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    message.push((number << 3) | 2);
    let mut left = bytes.len();
    while left > 0x7f {
        message.push(((left & 0x7f) as u8) | 0x80);
        left >>= 7;
    }
    message.push(left as u8);
    message.extend_from_slice(bytes);
}
