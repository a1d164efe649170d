//! `#[flock]`: as written, then resolved, checked, and written out as Rust.

mod check;
mod expand;
mod model;
mod replay;
mod syntax;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ItemFn, ItemStruct};

use crate::{
    diag::{Errors, say},
    function::{Function, Role},
    source::{self, Source},
};

/// Expands `#[flock(…)]`.
pub(crate) fn flock(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let written = syntax::Written::read(options, &mut errors);
    match Source::read(item.clone()) {
        Source::Function(function) => on_function(written, function, errors),
        Source::Struct(structure) => on_struct(written, structure, errors),
        Source::Other(keyword, span) => {
            if keyword == "impl" {
                errors.at(span, say::flock_impl());
            } else if !source::no_body(&item, Role::Flock, &mut errors) {
                errors.at(span, say::flock_elsewhere());
            }
            errors.beside(item)
        }
    }
}

fn on_function(written: syntax::Written, mut item: ItemFn, mut errors: Errors) -> TokenStream {
    source::only_one(&mut item.attrs, Role::Flock, &mut errors);
    let function = Function::read(&mut item, Role::Flock, &mut errors);
    replay::check(&item.block, &mut errors);
    let flock = model::Flock::of_function(written, &item, function, &mut errors);
    check::check(&flock, &mut errors);
    let generated = expand::expand(&flock, errors.is_empty());
    errors.beside(quote!(#item #generated))
}

fn on_struct(written: syntax::Written, mut item: ItemStruct, mut errors: Errors) -> TokenStream {
    source::only_one(&mut item.attrs, Role::Flock, &mut errors);
    source::unit(&item, Role::Flock, &mut errors);
    let flock = model::Flock::of_struct(written, &item, &mut errors);
    check::check(&flock, &mut errors);
    let generated = expand::expand(&flock, errors.is_empty());
    errors.beside(quote!(#item #generated))
}
