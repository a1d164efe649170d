//! What a flock can be sent, described.

use serde_json::{Value, json};

use super::describe::section;
use crate::{
    cli::{render::show, schema::Document},
    flock::{
        entry::SignalEntry,
        handler::{Handler, HandlerKind},
    },
};

/// A signal, a query or an update.
pub(crate) struct Message {
    kind: HandlerKind,
    name: &'static str,
    description: &'static str,
    pub(crate) input: Document,
    output: Document,
}

impl Message {
    pub(crate) fn of(handler: &Handler) -> Self {
        Self {
            kind: handler.kind,
            name: handler.name,
            description: handler.description,
            input: Document::new((handler.input_schema)()),
            output: Document::new((handler.output_schema)()),
        }
    }

    pub(crate) fn of_signal(signal: &SignalEntry) -> Self {
        Self {
            kind: HandlerKind::Signal,
            name: signal.name,
            description: signal.description,
            input: Document::new((signal.input_schema)()),
            output: Document::new(schemars::schema_for!(())),
        }
    }

    /// As a part of its flock.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("\n  {} {}\n", self.kind.as_str(), self.name);
        text += &show::indented(&show::indented(self.description));
        if !self.input.properties().is_empty() {
            text += &show::indented(section("input", &self.input).trim_start_matches('\n'));
        }
        if self.kind != HandlerKind::Signal {
            text += &show::indented(section("output", &self.output).trim_start_matches('\n'));
        }
        text
    }

    pub(crate) fn document(&self) -> Value {
        let mut document = json!({
            "kind": self.kind,
            "name": self.name,
            "description": self.description,
            "input": self.input.summary(),
        });
        if self.kind != HandlerKind::Signal {
            document["output"] = self.output.summary();
        }
        document
    }
}
