//! The conversations that are going on in a run, for those who ask what was said in them.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use serde_json::value::RawValue;

use super::FlockContext;
use crate::{
    agent::conversation::{Message, Offer, Recall, TurnInput},
    error::{Error, Result},
    value::payload::Payload,
};

/// As much is told at once, in bytes of JSON, or one message: a server carries answers of two megabytes.
const PAGE: usize = 512 << 10;

/// The conversations that are going on in a run.
#[derive(Default)]
pub(super) struct Conversations {
    begun: Cell<u64>,
    open: RefCell<BTreeMap<u64, Rc<Talk>>>,
}

/// What was said in one.
pub(super) struct Talk {
    pub(super) input: Box<RawValue>,
    pub(super) offers: Vec<Offer>,
    pub(super) messages: RefCell<Vec<Message>>,
}

impl Conversations {
    /// Answers what is asked by the query [`RECALL`](crate::agent::conversation::RECALL).
    pub(super) fn recall(&self, asked: &Payload) -> Result<Payload> {
        let Recall {
            conversation,
            after,
        } = asked.decode()?;
        let open = self.open.borrow();
        let Some(talk) = open.get(&conversation) else {
            return Err(Error::not_found(format!(
                "there is no conversation {conversation} any more"
            )));
        };
        let mut room = PAGE;
        let messages = talk.messages.borrow();
        let mut page = Vec::new();
        for message in messages.iter().skip(after) {
            let size = serde_json::to_vec(message).map_or(0, |json| json.len());
            if size > room && !page.is_empty() {
                break;
            }
            room = room.saturating_sub(size);
            page.push(message.clone());
        }
        let (input, offers) = match after {
            0 => (Some(talk.input.clone()), talk.offers.clone()),
            _ => (None, Vec::new()),
        };
        Payload::encode(&TurnInput {
            conversation,
            after,
            input,
            offers,
            messages: page,
        })
    }
}

/// A conversation while it goes on: its run answers for it.
pub(super) struct Open {
    context: FlockContext,
    pub(super) number: u64,
    pub(super) talk: Rc<Talk>,
}

impl Open {
    /// Begins it. Numbers are given in order, and so the same on replay.
    pub(super) fn new(context: FlockContext, talk: Talk) -> Self {
        let conversations = &context.run_state().conversations;
        let number = conversations.begun.get() + 1;
        conversations.begun.set(number);
        let talk = Rc::new(talk);
        let open = Rc::clone(&talk);
        conversations.open.borrow_mut().insert(number, open);
        Self {
            context,
            number,
            talk,
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let conversations = &self.context.run_state().conversations;
        conversations.open.borrow_mut().remove(&self.number);
    }
}
