//! What is kept with a run for those who list and describe it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    declare::search::{SearchAttribute, SearchValue},
    engine::{RunDescription, StartRequest},
    error::Result,
    flock::{ENTRY, search::SESSION},
    value::payload::Payload,
};

/// A run's memo and search attributes. Most runs come and go without anybody asking for them, so they
/// are what the start said until then.
#[derive(Clone)]
pub(super) struct Metadata {
    start: Option<StartRequest>,
    memo: BTreeMap<String, Value>,
    search_attributes: BTreeMap<String, Value>,
}

impl From<StartRequest> for Metadata {
    fn from(start: StartRequest) -> Self {
        Self {
            start: Some(start),
            memo: BTreeMap::new(),
            search_attributes: BTreeMap::new(),
        }
    }
}

impl Metadata {
    fn known(&mut self) -> &mut Self {
        if let Some(start) = self.start.take() {
            self.memo = start.memo();
            let built_in = start
                .built_in()
                .map(|(name, value)| (name.to_owned(), value.into()));
            self.search_attributes = built_in.collect();
            for (name, value) in start.options.search_attributes {
                // Checked at the start: what has no JSON form is of no kind.
                let value = serde_json::to_value(value).unwrap_or_default();
                self.search_attributes.insert(name, value);
            }
        }
        self
    }

    pub(super) fn describe(&mut self, description: &mut RunDescription) {
        let known = self.known();
        description.memo = known.memo.clone();
        description.search_attributes = known.search_attributes.clone();
    }

    /// What ties the run to the others of a conversation.
    pub(super) fn session(&mut self) -> Option<String> {
        let session = self.known().search_attributes.get(SESSION)?;
        session.as_str().map(str::to_owned)
    }

    pub(super) fn memo(&mut self, key: &str) -> Result<Option<Payload>> {
        let memo = &self.known().memo;
        memo.get(key).map(Payload::encode).transpose()
    }

    pub(super) fn set_memo(&mut self, key: &str, value: Option<Value>) {
        put(&mut self.known().memo, key, value);
    }

    pub(super) fn memo_bytes(&mut self, besides: &str) -> usize {
        bytes(&self.known().memo, besides)
    }

    pub(super) fn search_bytes(&mut self, besides: &str) -> usize {
        bytes(&self.known().search_attributes, besides)
    }

    pub(super) fn set_search_attribute(
        &mut self,
        attribute: &SearchAttribute,
        value: Option<SearchValue>,
    ) -> Result<()> {
        let value = value.map(serde_json::to_value).transpose()?;
        put(&mut self.known().search_attributes, attribute.name, value);
        Ok(())
    }
}

fn bytes(kept: &BTreeMap<String, Value>, besides: &str) -> usize {
    let others = kept.iter().filter(|(key, _)| *key != besides);
    others
        .map(|(key, value)| key.len() + value.to_string().len() + ENTRY)
        .sum()
}

fn put(kept: &mut BTreeMap<String, Value>, key: &str, value: Option<Value>) {
    match value {
        Some(value) => kept.insert(key.to_owned(), value),
        None => kept.remove(key),
    };
}
