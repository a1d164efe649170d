//! Limits and retries as constants.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Path;

use super::{Keys, option};
use crate::{
    grammar::values::Millis,
    options::{AgentOptions, Retry},
};

/// A struct of options in a constant: those that are set, over its `NONE`.
pub(crate) struct Setter<'a> {
    ty: TokenStream,
    keys: &'a Keys,
    within: &'static str,
    set: Vec<TokenStream>,
}

impl<'a> Setter<'a> {
    /// Of the type `ty`, its fields named by `keys` that begin with `within`.
    pub(crate) fn new(ty: TokenStream, keys: &'a Keys, within: &'static str) -> Self {
        Self {
            ty,
            keys,
            within,
            set: Vec::new(),
        }
    }

    fn field(&self, name: &str) -> Ident {
        self.keys.field(&format!("{}{name}", self.within))
    }

    pub(crate) fn set(mut self, name: &str, value: Option<TokenStream>) -> Self {
        let name = self.field(name);
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
        let name = self.keys.field(name);
        self.set.extend(value.map(|value| quote!(#name: #value)));
        self
    }

    pub(crate) fn finish(self) -> TokenStream {
        let Self { ty, set, .. } = self;
        if set.is_empty() {
            quote!(#ty::NONE)
        } else {
            quote!(#ty { #(#set,)* ..#ty::NONE })
        }
    }
}

/// `AgentOptions { … }`, its fields named by `keys` that begin with `within`.
pub(crate) fn agent_options(
    options: &AgentOptions,
    keys: &Keys,
    within: &'static str,
    private: &Path,
) -> TokenStream {
    let queue = options.task_queue.as_ref().map(|queue| &queue.value);
    let priority = options.priority.map(|priority| priority.0);
    let local = options.local.map(|local| local.on);
    let lost_workers = options.lost_workers.as_ref().map(|lost| lost.most);
    let retry = &options.retry;
    Setter::new(quote!(#private::AgentOptions), keys, within)
        .limit("timeout", options.timeout)
        .limit("schedule_to_start", options.schedule_to_start)
        .limit("schedule_to_close", options.schedule_to_close)
        .limit("heartbeat", options.heartbeat)
        .within(
            "retry",
            retry.is_set().then(|| retry_options(retry, keys, private)),
        )
        .set("lost_workers", lost_workers.map(|lost| quote!(#lost)))
        .set("task_queue", queue.map(|queue| quote!(#queue)))
        .set("priority", priority.map(|priority| quote!(#priority)))
        .set("local", local.map(|local| quote!(#local)))
        .finish()
}

fn retry_options(retry: &Retry, keys: &Keys, private: &Path) -> TokenStream {
    let policy = &retry.policy;
    let backoff = policy.backoff.map(|factor| factor.value);
    let types = policy.non_retryable.as_ref().map(|types| &types.0);
    Setter::new(quote!(#private::RetryOptions), keys, "retry.")
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
