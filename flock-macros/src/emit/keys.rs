//! Where the options are named. A field of a descriptor takes the place of the option it comes from,
//! so that an editor shows the field's documentation under the option.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;

/// Options whose field has another name.
const FIELDS: [(&str, &str); 9] = [
    ("agents", "agent_defaults"),
    ("input", "inputs"),
    ("loop_to", "to"),
    ("max_attempts", "retry.max_attempts"),
    ("output", "outputs"),
    ("retries", "retry.max_attempts"),
    ("start", "graph"),
    ("timeout.agent", "agents.timeout"),
    ("timeout.execution", "timeout"),
];

/// The places of options, by their fields: `timeout`, `retry.initial`.
#[derive(Debug, Default)]
pub(crate) struct Keys(Vec<(String, Span)>);

impl Keys {
    /// From an attribute's tokens, whatever state they are in.
    pub(crate) fn read(options: TokenStream) -> Self {
        let mut keys = Self::default();
        keys.list(options, "");
        keys
    }

    fn list(&mut self, options: TokenStream, within: &str) {
        let mut tokens = options.into_iter().peekable();
        while let Some(token) = tokens.next() {
            if let TokenTree::Ident(key) = &token {
                let path = format!("{within}{}", key.unraw());
                let is_list = within.is_empty() && ["agents", "retry", "timeout"].contains(&&*path);
                if is_list
                    && let Some(TokenTree::Group(group)) = tokens.peek()
                    && group.delimiter() == Delimiter::Parenthesis
                {
                    self.list(group.stream(), &format!("{path}."));
                }
                let field = FIELDS.iter().find(|(option, _)| *option == path);
                let field = field.map_or(path.as_str(), |(_, field)| field).to_owned();
                self.0.push((field, key.span()));
            }
            let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
            if !is_comma(&token) {
                tokens.by_ref().find(is_comma);
            }
        }
    }

    /// Whether an option of this field is named, however it goes on.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.0.iter().any(|(field, _)| field == path)
    }

    /// The field at the end of `path`, in the place of its option.
    pub(crate) fn field(&self, path: &str) -> Ident {
        self.named(path, path.rsplit('.').next().unwrap_or(path))
    }

    /// The item `name`, in the place of the option of the field `path`.
    pub(crate) fn named(&self, path: &str, name: &str) -> Ident {
        let place = self.0.iter().find(|(field, _)| field == path);
        let span = Span::call_site();
        Ident::new(
            name,
            place.map_or(span, |(_, place)| span.located_at(*place)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, Keys};
    use crate::{
        agent::{self, agent},
        flock::{self, flock},
    };
    use quote::quote;

    #[test]
    fn every_option_has_a_field() {
        let on_agent = quote! {
            name = "a", instructions = "b", model = "c", temperature = 0.5, max_tokens = 1,
            input(a: u8), output(b: u8), retries = 3,
            retry(initial = "1s", max = "1m", backoff = 2.0, non_retryable = ["E"]),
            timeout = "1s", schedule_to_start = "1s", schedule_to_close = "1m", heartbeat = "500ms",
            lost_workers = 20, task_queue = "q", priority = 1, local = false,
            hand_off(route, among = [B]), loop_to = C, max_rounds = 3
        };
        let on_flock = quote! {
            name = "a", start = A, input(a: u8), output(b: u8), task_queue = "q",
            timeout(execution = "5m", agent = "1m"), run_timeout = "1m", task_timeout = "1s",
            max_attempts = 3, retry(initial = "1s"),
            version = 2, versioning = "pinned", id_reuse = "reject_duplicate",
            search_attributes(customer: Keyword),
            schedule = "@daily", time_zone = "Etc/UTC", overlap = "skip", jitter = "5m",
            catch_up = "1h",
            agents(
                schedule_to_start = "1s", schedule_to_close = "1m", heartbeat = "1s", priority = 1,
                lost_workers = 20
            )
        };
        let item = quote!(
            struct S;
        );
        for (options, known, expansion) in [
            (on_agent.clone(), agent::KEYS, agent(on_agent, item.clone())),
            (on_flock.clone(), flock::KEYS, flock(on_flock, item)),
        ] {
            let keys = Keys::read(options);
            // Where the library is found is in no descriptor.
            for key in known.iter().filter(|key| **key != "crate") {
                let field = FIELDS.iter().find(|(option, _)| option == key);
                let field = field.map_or(*key, |(_, field)| field);
                let is_there = keys.0.iter().any(|(found, _)| found == field);
                assert!(is_there, "`{key}` is not among the options here");
            }
            let expansion = expansion.to_string();
            for (field, _) in &keys.0 {
                let name = keys.field(field);
                let is_type = ["inputs", "outputs"].contains(&field.as_str());
                assert!(
                    is_type
                        || expansion.contains(&format!(" {name} : "))
                        || expansion.contains(&format!(" . {name} (")),
                    "{name}: {expansion}"
                );
            }
        }
    }

    #[test]
    fn half_of_an_attribute_is_read() {
        let keys = Keys::read(quote!(name, retries =, retry(initial, = "1s"), = 3, timeout));
        let fields: Vec<&str> = keys.0.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "name",
                "retry.max_attempts",
                "retry.initial",
                "retry",
                "timeout"
            ]
        );
    }
}
