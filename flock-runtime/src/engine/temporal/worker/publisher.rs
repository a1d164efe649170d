//! What an attempt says, on its way to the stream that its run hosts (Temporal: Workflow Streams): batches of
//! items, signalled five times a second at most, each under a number, so that none is taken twice.
//!
//! The topics and their fields are those of Temporal's own samples: `delta` has the `text`, `complete` the
//! `full_text` once the attempt has given its result, and `retry` comes before the text of a further attempt.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use prost::Message as _;
use serde::Serialize;
use serde_json::{Value, json};
use temporalio_client::{
    Client, UntypedSignal, UntypedWorkflowHandle, WorkflowExecutionInfo, WorkflowSignalOptions,
    errors::WorkflowInteractionError,
};
use temporalio_common::data_converters::RawValue;
use temporalio_sdk::activities::ActivityContext;
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use crate::{
    agent::stream::Saying, engine::temporal::wire, flock::hosted::PUBLISH, value::payload::Payload,
};

/// Between two batches.
const INTERVAL: Duration = Duration::from_millis(200);

/// Longest text of one item, in bytes.
const TEXT: usize = 16 << 10;

/// Most items of a batch.
const BATCH: usize = 32;

/// As many items wait at most; then the oldest are left out.
const WAITING: usize = 512;

/// Longest text that is told again as a whole, in bytes.
const WHOLE: usize = 256 << 10;

/// How long the end of an attempt waits for its last batches.
const LAST: Duration = Duration::from_secs(10);

/// Publishes what an attempt says.
pub(super) struct Publisher {
    run: UntypedWorkflowHandle<Client>,
    agent: &'static str,
    step: Option<u64>,
    attempt: u32,
    id: String,
    said: Mutex<Said>,
    /// One at a time sends.
    sent: tokio::sync::Mutex<Sent>,
    news: Notify,
}

#[derive(Default)]
struct Said {
    items: VecDeque<(&'static str, Value)>,
    /// The text so far, where it is not too long.
    whole: String,
    bytes: usize,
    /// Something was said, or is known to have been said before.
    begun: bool,
}

#[derive(Default)]
struct Sent {
    sequence: u64,
    /// A batch that was sent, and may not have come there.
    pending: Vec<Item>,
    /// The run takes no more.
    is_over: bool,
}

#[derive(Clone, Serialize)]
struct Item {
    topic: &'static str,
    data: String,
}

impl Publisher {
    /// Of an attempt of `agent`, which is the server's `attempt`th.
    pub(super) fn new(
        context: &ActivityContext,
        agent: &'static str,
        (step, attempt): (Option<u64>, u32),
    ) -> Option<Self> {
        let info = context.info();
        let run = WorkflowExecutionInfo::builder()
            .namespace(info.namespace.clone())
            .workflow_id(info.workflow_id.clone()?)
            .build()
            // Whichever run goes on with the work.
            .bind_untyped(context.client());
        Some(Self {
            run,
            agent,
            step,
            attempt,
            id: format!("{:016x}", fastrand::u64(..)),
            said: Mutex::default(),
            sent: tokio::sync::Mutex::default(),
            news: Notify::new(),
        })
    }

    /// Takes in what the attempt says.
    pub(super) fn say(&self, saying: &Saying<'_>) {
        let mut said = self.said();
        if !std::mem::replace(&mut said.begun, true) && self.attempt > 1 {
            let retry = self.item(json!({}));
            said.push("retry", retry);
        }
        match *saying {
            Saying::Anew => {
                said.whole.clear();
                said.bytes = 0;
                let retry = self.item(json!({}));
                said.push("retry", retry);
            }
            Saying::Call(tool) => {
                let call = self.item(json!({ "tool": tool }));
                said.push("tool_call", call);
            }
            Saying::Text(text) => {
                said.bytes += text.len();
                if said.bytes <= WHOLE {
                    said.whole.push_str(text);
                }
                self.text(&mut said, text);
            }
        }
        self.news.notify_one();
    }

    /// Adds a text to the item before it, or as items of their own.
    fn text(&self, said: &mut Said, mut text: &str) {
        while !text.is_empty() {
            let (first, rest) = text.split_at(text.floor_char_boundary(TEXT));
            text = rest;
            if let Some(("delta", last)) = said.items.back_mut()
                && let Some(Value::String(before)) = last.get_mut("text")
                && before.len() + first.len() <= TEXT
            {
                before.push_str(first);
                continue;
            }
            let delta = self.item(json!({ "text": first }));
            said.push("delta", delta);
        }
    }

    fn item(&self, mut item: Value) -> Value {
        item["agent"] = self.agent.into();
        item["attempt"] = self.attempt.into();
        if let Some(step) = self.step {
            // As those who follow the run count.
            item["step"] = (step + 1).into();
        }
        item
    }

    /// Sends what there is, again and again, until it is dropped.
    pub(super) async fn run(&self) {
        loop {
            self.news.notified().await;
            sleep(INTERVAL).await;
            if let Err(error) = self.send().await {
                tracing::debug!(%error, "items of a stream are sent again");
                self.news.notify_one();
            }
        }
    }

    /// Tells that the attempt has ended, and sends what is left.
    pub(super) async fn end(&self, has_result: bool) {
        {
            let mut said = self.said();
            if !said.begun {
                return;
            }
            if has_result {
                // Longer ones are there as deltas alone.
                let whole = std::mem::take(&mut said.whole);
                let whole = Some(whole).filter(|_| said.bytes <= WHOLE);
                let complete = self.item(json!({ "full_text": whole }));
                said.push("complete", complete);
            }
        }
        let sending = async {
            while let Err(error) = self.send().await {
                tracing::debug!(%error, "items of a stream are sent again");
                sleep(INTERVAL).await;
            }
        };
        if timeout(LAST, sending).await.is_err() {
            tracing::warn!(
                agent = self.agent,
                "the last items of its stream could not be sent"
            );
        }
    }

    /// Sends all that there is. What fails is kept, and sent again under the same number.
    async fn send(&self) -> Result<(), WorkflowInteractionError> {
        let mut sent = self.sent.lock().await;
        loop {
            if sent.pending.is_empty() {
                sent.pending = self.said().batch();
                sent.sequence += 1;
            }
            if sent.pending.is_empty() || sent.is_over {
                sent.pending.clear();
                sent.sequence -= 1;
                return Ok(());
            }
            let message = json!({
                "items": sent.pending,
                "publisher_id": self.id,
                "sequence": sent.sequence,
            });
            let message = Payload::from_json(message.to_string());
            let message = RawValue::new(vec![wire::write(&message)]);
            let signal = UntypedSignal::new(PUBLISH);
            let options = WorkflowSignalOptions::default();
            match self.run.signal(signal, message, options).await {
                Ok(()) => sent.pending.clear(),
                // It has ended: nobody is there to take it.
                Err(WorkflowInteractionError::NotFound(_)) => sent.is_over = true,
                Err(error) => return Err(error),
            }
        }
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Said {
    fn push(&mut self, topic: &'static str, item: Value) {
        self.items.push_back((topic, item));
        if self.items.len() > WAITING {
            self.items.pop_front();
        }
    }

    fn batch(&mut self) -> Vec<Item> {
        let first = self.items.len().min(BATCH);
        let items = self.items.drain(..first);
        let encoded = items.map(|(topic, item)| {
            let payload = wire::write(&Payload::from_json(item.to_string()));
            let data = BASE64_STANDARD.encode(payload.encode_to_vec());
            Item { topic, data }
        });
        encoded.collect()
    }
}
