//! `mcp = ["files"]`: the servers of `flock.toml` whose tools a model may call.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::model::{Agent, Kind};
use crate::{
    diag::{Errors, say},
    emit,
    grammar::{options::Given, values::Texts},
};

/// Notes what is wrong with their names, which are keys in `flock.toml` and may stand before a tool's name.
pub(super) fn check(agent: &Agent, errors: &mut Errors) {
    let Some(given) = given(agent) else {
        return;
    };
    let Some(Texts(servers)) = given.get() else {
        return;
    };
    if servers.is_empty() {
        errors.at(given.place(), say::empty_mcp());
    }
    let mut seen = HashSet::new();
    for server in servers {
        let name = server.value();
        if !is_name(&name) {
            errors.at(server.span(), say::bad_server(&name));
        } else if !seen.insert(name.clone()) {
            errors.at(server.span(), say::server_twice(&name));
        }
    }
}

/// What vendors take in the name of a tool.
fn is_name(name: &str) -> bool {
    let is_fine = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    name.len() <= 32 && name.chars().all(is_fine)
}

/// Asks for the library's feature, under the key.
pub(super) fn feature(agent: &Agent) -> Option<TokenStream> {
    let given = given(agent).filter(|given| given.get().is_some())?;
    let name = given.named("needs_mcp");
    let library = emit::private_at(name.span(), &agent.common.identity.private);
    Some(quote_spanned!(name.span()=> #library::#name!();))
}

fn given(agent: &Agent) -> Option<&Given<Texts>> {
    match &agent.kind {
        Kind::Model(model) => Some(&model.mcp),
        Kind::Function { .. } => None,
    }
}
