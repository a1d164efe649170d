//! Limits and retries as constants.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Path;

use super::option;
use crate::{
    grammar::values::Millis,
    options::{AgentOptions, Retry},
};

/// A struct of options in a constant: those that are set, over its `NONE`.
pub(crate) struct Setter {
    ty: TokenStream,
    set: Vec<TokenStream>,
}

impl Setter {
    pub(crate) fn new(ty: TokenStream) -> Self {
        Self {
            ty,
            set: Vec::new(),
        }
    }

    pub(crate) fn set(mut self, name: &str, value: Option<TokenStream>) -> Self {
        let name = format_ident!("{name}");
        self.set.extend(value.map(|value| {
            let value = option(Some(value));
            quote!(#name: #value)
        }));
        self
    }

    pub(crate) fn limit(self, name: &str, limit: Option<Millis>) -> Self {
        let limit = limit.map(|limit| {
            let millis = limit.millis;
            quote!(::core::time::Duration::from_millis(#millis))
        });
        self.set(name, limit)
    }

    /// A value that is no `Option`.
    pub(crate) fn within(mut self, name: &str, value: Option<TokenStream>) -> Self {
        let name = format_ident!("{name}");
        self.set.extend(value.map(|value| quote!(#name: #value)));
        self
    }

    pub(crate) fn finish(self) -> TokenStream {
        let Self { ty, set } = self;
        if set.is_empty() {
            quote!(#ty::NONE)
        } else {
            quote!(#ty { #(#set,)* ..#ty::NONE })
        }
    }
}

/// `AgentOptions { … }`.
pub(crate) fn agent_options(options: &AgentOptions, private: &Path) -> TokenStream {
    let queue = options.task_queue.as_ref().map(|queue| &queue.value);
    let priority = options.priority.map(|priority| priority.0);
    let local = options.local.map(|local| local.on);
    let retry = &options.retry;
    Setter::new(quote!(#private::AgentOptions))
        .limit("timeout", options.timeout)
        .limit("schedule_to_start", options.schedule_to_start)
        .limit("schedule_to_close", options.schedule_to_close)
        .limit("heartbeat", options.heartbeat)
        .within(
            "retry",
            retry.is_set().then(|| retry_options(retry, private)),
        )
        .set("task_queue", queue.map(|queue| quote!(#queue)))
        .set("priority", priority.map(|priority| quote!(#priority)))
        .set("local", local.map(|local| quote!(#local)))
        .finish()
}

fn retry_options(retry: &Retry, private: &Path) -> TokenStream {
    let policy = &retry.policy;
    let backoff = policy.backoff.map(|factor| factor.value);
    let types = policy.non_retryable.as_ref().map(|types| &types.0);
    Setter::new(quote!(#private::RetryOptions))
        .set(
            "max_attempts",
            retry.max_attempts.map(|attempts| quote!(#attempts)),
        )
        .limit("initial", policy.initial)
        .limit("max", policy.max)
        .set("backoff", backoff.map(|factor| quote!(#factor)))
        .set("non_retryable", types.map(|types| quote!(&[#(#types),*])))
        .finish()
}
