//! `#[agent]`: as written, then resolved, checked, and written out as Rust.

mod check;
mod expand;
mod hand_off;
mod model;
mod syntax;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ItemFn, ItemStruct};

use crate::{
    diag::{Errors, say},
    function::{Function, Role},
    source::{self, Source},
};

/// Expands `#[agent(…)]`.
pub(crate) fn agent(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let written = syntax::Written::read(options, &mut errors);
    match Source::read(item.clone()) {
        Source::Function(function) => on_function(written, function, errors),
        Source::Struct(structure) => on_struct(written, structure, errors),
        Source::Other(_, span) => {
            if !source::no_body(&item, Role::Agent, &mut errors) {
                errors.at(span, say::agent_elsewhere());
            }
            errors.beside(item)
        }
    }
}

fn on_function(written: syntax::Written, mut item: ItemFn, mut errors: Errors) -> TokenStream {
    source::only_one(&mut item.attrs, Role::Agent, &mut errors);
    let function = Function::read(&mut item, Role::Agent, &mut errors);
    let agent = model::Agent::of_function(written, &item, function, &mut errors);
    check::check(&agent, &mut errors);
    let generated = expand::expand(&agent, errors.is_empty());
    errors.beside(quote!(#item #generated))
}

fn on_struct(written: syntax::Written, mut item: ItemStruct, mut errors: Errors) -> TokenStream {
    source::only_one(&mut item.attrs, Role::Agent, &mut errors);
    source::unit(&item, Role::Agent, &mut errors);
    let agent = model::Agent::of_struct(written, &item, &mut errors);
    check::check(&agent, &mut errors);
    let generated = expand::expand(&agent, errors.is_empty());
    errors.beside(quote!(#item #generated))
}
